"""A baseline's proxy, of either kind, and whether its networks can be trained at all."""

from dataclasses import replace
from typing import Any, TypeVar

from scalesearch.config.profiles import Profile
from scalesearch.core.architecture import Rounding
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network, Realised
from scalesearch.core.pairs import Pair
from scalesearch.core.proxies import shrink
from scalesearch.data.facts import DataFacts
from scalesearch.experiments.datasets import Tell
from scalesearch.experiments.plans import Plan

P = TypeVar("P", bound=Plan[Any, Any])


def proxy_for(
    baseline: Network, profile: Profile, facts: DataFacts, tell: Tell, literal: bool = False
) -> Network:
    """The baseline's proxy for these data, of the same kind.

    With `literal` a table's proxy is scaled with the baseline's own rounding. Raises
    ScaleSearchError.
    """
    if isinstance(baseline, TableNetwork):
        return table_proxy(baseline, profile, facts, baseline.rounding if literal else None)
    from scalesearch.experiments.function_proxies import proxy_of_function

    assert isinstance(baseline, FunctionNetwork)
    return proxy_of_function(baseline, profile, facts, tell)


def table_proxy(
    baseline: TableNetwork, profile: Profile, facts: DataFacts, rounding: Rounding | None = None
) -> TableNetwork:
    """A table's proxy for these data; `rounding` as in `core.proxies.shrink`."""
    return shrink(
        baseline,
        resolution=profile.proxy_resolution(baseline.resolution),
        width=profile.width,
        depth=profile.depth,
        drop_strides=profile.drop_strides,
        classes=facts.classes,
        channels=facts.channels,
        rounding=rounding,
    )


def tried(plan: P, tell: Tell) -> P:
    """The plan of a function's networks, once they are known to train, pinned to their code.

    The cheapest and the costliest proxy are trained for one step; those of a table are ours, and
    known to train. A function may read a file for some of its arguments only, so it is pinned when
    all that is planned has been built: then every network has the same source. Raises BuildError
    where a function's networks cannot be trained.
    """
    if not isinstance(plan.network, FunctionNetwork):
        return plan
    from scalesearch.keras_models.functions.builders import source_of
    from scalesearch.training.rehearsal import try_training

    if plan.trainer is None:
        tell("Trying one step of the smallest and of the largest proxy ...")
        by_cost = sorted(
            (trial.pair.proxy for trial in plan.trials), key=lambda each: each.cost.macs
        )
        ends = dict.fromkeys(each.network for each in (by_cost[0], by_cost[-1]))
        try_training(
            [each for each in ends if isinstance(each, FunctionNetwork)], plan.profile.recipe
        )
    source = source_of(plan.network.builder)
    return plan.changed(
        baseline=_pinned(plan.baseline, source),
        pairs=tuple(_pinned(pair, source) for pair in plan.pairs),
    )


def _pinned(pair: Pair[Any], source: tuple[tuple[str, str], ...]) -> Pair[Any]:
    """The pair whose networks come from this source."""

    def with_source(realised: Realised) -> Realised:
        assert isinstance(realised.network, FunctionNetwork)
        return replace(realised, network=replace(realised.network, source=source))

    return replace(pair, full=with_source(pair.full), proxy=with_source(pair.proxy))
