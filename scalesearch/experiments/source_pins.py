"""Whether a plan's networks can be trained at all, and the code that its study is pinned to."""

from dataclasses import replace
from typing import Any, TypeVar

from scalesearch.core.networks import Realised
from scalesearch.core.pairs import Pair
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.network_names import Tell
from scalesearch.experiments.plans import Plan

P = TypeVar("P", bound=Plan[Any, Any])


def tried(plan: P, tell: Tell) -> P:
    """The plan once its networks are known to train, pinned to the code that they come from.

    The cheapest and the costliest proxy of a function are trained for one step. A function may read
    a file for some of its arguments only, so it is pinned when all that is planned has been built:
    then every network has the same source. Raises BuildError where they cannot be trained.
    """
    kind = kind_of(plan.network)
    if plan.trainer is None:
        by_cost = sorted(
            (trial.pair.proxy for trial in plan.trials), key=lambda each: each.cost.macs
        )
        ends = dict.fromkeys(each.network for each in (by_cost[0], by_cost[-1]))
        kind.try_training(ends, plan.profile.recipe, tell)
    source = kind.source(plan.network)
    if not source:
        return plan
    return plan.changed(
        baseline=_pinned(plan.baseline, source),
        pairs=tuple(_pinned(pair, source) for pair in plan.pairs),
    )


def _pinned(pair: Pair[Any], source: tuple[tuple[str, str], ...]) -> Pair[Any]:
    """The pair whose networks come from this source."""

    def with_source(realised: Realised) -> Realised:
        network = kind_of(realised.network).pinned(realised.network, source)
        return replace(realised, network=network)

    return replace(pair, full=with_source(pair.full), proxy=with_source(pair.proxy))
