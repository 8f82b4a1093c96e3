"""Realising what is asked of a network of either kind: a table, or one that a function builds."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Protocol

from scalesearch.core.built import AnyNetwork, BuiltNetwork, Counter
from scalesearch.core.built_cost import CountedEqualCost, built_or_refused
from scalesearch.core.built_cost import describe as describe_built
from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost, cost
from scalesearch.core.equal_cost import EqualCost
from scalesearch.core.realised import Realised, literal
from scalesearch.core.scaling import Multipliers


class Budget(Protocol):
    """All networks of one baseline at one counted cost."""

    def realise(self, asked: Shares) -> Realised:
        """The network at this cost near to the shares `asked`; refused where the cost is off."""

    def alone(self, dimension: str) -> Realised:
        """The one that differs from the baseline in depth, width or resolution alone.

        Refused where its cost is off.
        """


def at_cost(network: AnyNetwork, ratio: float, count: Counter | None = None) -> Budget:
    """The networks at `ratio` times the cost; `count` is needed where a function builds them."""
    if isinstance(network, BuiltNetwork):
        assert count is not None
        return CountedEqualCost(network, ratio, count)
    return EqualCost(network, ratio)


def by_formula(network: AnyNetwork, by: Multipliers, count: Counter | None = None) -> Realised:
    """The formula's network with its own rounding, whatever it costs; `count` as in `at_cost`."""
    if isinstance(network, BuiltNetwork):
        assert count is not None
        return describe_built(network, by, count)
    return literal(network, by)


def by_formula_or_refused(
    network: AnyNetwork, by: Multipliers, count: Counter | None = None
) -> Realised:
    """As `by_formula`; refused where a function cannot build it, whose reason it then has."""
    if isinstance(network, BuiltNetwork):
        return built_or_refused(network, by, lambda: by_formula(network, by, count))
    return by_formula(network, by)


def cost_of(network: AnyNetwork, count: Counter | None = None) -> Cost:
    """The network's counts; `count` as in `at_cost`."""
    if isinstance(network, BuiltNetwork):
        assert count is not None
        return count(network)
    return cost(network)


def what_is_built(realised: Realised) -> Hashable:
    """What distinguishes networks. A function may build the same one for several arguments."""
    network = realised.network
    if isinstance(network, BuiltNetwork):
        return network.resolution, realised.cost
    return replace(network, name="")


def trained_once(proxies: Iterable[Realised]) -> list[Realised]:
    """The same, where those that a function builds alike have the first one's network."""
    known: dict[Hashable, AnyNetwork] = {}
    return [
        replace(each, network=known.setdefault(what_is_built(each), each.network))
        for each in proxies
    ]
