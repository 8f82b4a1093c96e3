"""A plan as the tasks of a study: what is trained, and what the table knows before."""

import json
from pathlib import Path
from typing import Any

from scalesearch.core.jobs import job_spec
from scalesearch.core.networks import Realised
from scalesearch.core.pairs import Pair, Trial
from scalesearch.core.tasks import BASELINE, CANDIDATE, Task
from scalesearch.experiments.datasets import data_key
from scalesearch.experiments.plans import Plan
from scalesearch.studies.kept_weights import weights_file

_DIMENSIONS = ("depth", "width", "resolution")


def tasks_of(
    plan: Plan[Any, Any], images: Path | None = None, weights: Path | None = None
) -> list[Task]:
    """One task for every trial and seed of the first round, the baseline's first.

    `images` is where the prepared images lie on this machine; None where a trainer of the user's
    own brings its own. With `weights`, a folder, each training by the profile's recipe writes
    its weights there before it counts.
    """
    baseline = plan.trials[0].pair.proxy.key
    return [
        _task(plan, trial, role, seed, images, weights)
        for trial in plan.trials
        for role in (BASELINE if trial.pair.proxy.key == baseline else CANDIDATE,)
        for seed in plan.first_seeds
    ]


def _task(
    plan: Plan[Any, Any],
    trial: Trial[Any],
    role: str,
    seed: int,
    images: Path | None,
    weights: Path | None,
) -> Task:
    pair, recipe = trial.pair, plan.recipe_of(trial)
    by, cell = pair.coefficients, plan.cell(trial)
    spec: dict[str, Any] = {"network": pair.proxy.network.to_json(), "recipe": recipe.to_json()}
    if images is not None:
        spec["data"] = {"path": str(images)}
    if plan.trainer is not None:
        spec |= _own_spec(plan, pair)
    if weights is not None and plan.is_main(trial):
        spec["weights"] = str(weights / weights_file(cell, seed))
    return Task(
        cell=cell,
        seed=seed,
        alpha=by.alpha,
        beta=by.beta,
        gamma=by.gamma,
        attributes={
            "names": "; ".join(trial.names),
            "role": role,
            "alpha": by.alpha,
            "beta": by.beta,
            "gamma": by.gamma,
            **plan.terms.columns(pair),
            **_sizes(pair.full, "full_share", ""),
            **_sizes(pair.proxy, "proxy_share", "proxy_"),
            "micro_batch": recipe.at_once,
        },
        spec={**spec, "seed": seed},
    )


def _own_spec(plan: Plan[Any, Any], pair: Pair[Any]) -> dict[str, Any]:
    """What a trainer of the user's own is told."""
    data = {"dataset": plan.data.dataset, **data_key(plan.data, plan.facts)}
    return {**job_spec(pair.full, pair.proxy, pair.coefficients), "data": data}


def _sizes(realised: Realised, share: str, prefix: str) -> dict[str, Any]:
    shares, network = realised.shares, realised.network
    return {
        **{f"{share}_{each}": shares and getattr(shares, each) for each in _DIMENSIONS},
        f"{prefix}repeats": json.dumps(network.repeats)
        if network.repeats
        else f"x{realised.depth:.4g}",
        f"{prefix}width": realised.width,
        f"{prefix}resolution": network.resolution.to_json(),
        f"{prefix}counted_ratio": realised.ratio,
        f"{prefix}macs": realised.cost.macs,
        f"{prefix}params": realised.cost.params,
        f"{prefix}acts": realised.cost.acts,
    }
