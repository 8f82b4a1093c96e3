"""The settings of a study: what its plan says that decides its results."""

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

from scalesearch.config.profiles import Profile
from scalesearch.experiments.datasets import data_key
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.trainings import cell_of


def settings_of(plan: Plan[Any, Any]) -> dict[str, Any]:
    """Plain values: two plans with the same ones have the same results.

    A search names its kind nowhere.
    """
    shared = {
        "proxy": proxy_key(plan.profile),
        "recipe": plan.profile.recipe.to_json(),
        "data": data_key(plan.data, plan.facts),
        "seed": plan.seed,
        **({} if plan.trainer is None else {"trainer": dict(plan.trainer)}),
    }
    before, after = _OF_KIND[plan.kind](plan)
    return {**before, **shared, **after}


def proxy_key(profile: Profile) -> dict[str, Any]:
    """What decides the proxy of a baseline, data apart."""
    return {
        "resolution": profile.resolution.to_json(),
        "width": profile.width,
        "depth": profile.depth,
        "drop_strides": profile.drop_strides,
    }


_Parts = tuple[dict[str, Any], dict[str, Any]]


def _search(plan: Plan[Any, Any]) -> _Parts:
    # A limit counts by what it leaves out: two that leave out the same make the same study.
    pairs = [pair for pair in plan.pairs if not pair.exceeded]
    rounds = plan.rounds
    return {
        "baseline": plan.network.to_json(),
        "phi": plan.terms.phi,
        "literal": plan.terms.literal,
        "candidates": [pair.name for pair in pairs],
        "coefficients": [list(astuple(pair.coefficients)) for pair in pairs],
    }, {
        "halving": rounds.halving.to_json() if rounds.halving else None,
        "search_seeds": rounds.seeds,
        "finalists": rounds.finalists,
        "final_seeds": rounds.final_seeds,
    }


def _comparison(plan: Plan[Any, Any]) -> _Parts:
    trials = [(pair.name, plan.trial_of(pair)) for pair in (plan.baseline, *plan.pairs)]
    return {
        "kind": plan.kind,
        "baseline": plan.network.to_json(),
        "costs": list(plan.terms.costs),
        "coefficients": list(astuple(plan.terms.coefficients)),
    }, {
        "seeds": plan.rounds.seeds,
        "classes": list(plan.terms.classes),
        "arms": {
            name: {"cell": cell_of(plan, trial), "network": trial.pair.proxy.network.to_json()}
            for name, trial in trials
        },
    }


def _sweep(plan: Plan[Any, Any]) -> _Parts:
    return {
        "kind": plan.kind,
        "baseline": plan.network.to_json(),
        "networks": [pair.name for pair in plan.pairs],
    }, {"seeds": plan.rounds.seeds}


_OF_KIND: dict[str, Callable[[Plan[Any, Any]], _Parts]] = {
    "grid": _search,
    "compare": _comparison,
    "sweep": _sweep,
}
