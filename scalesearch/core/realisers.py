"""Realising what is asked of a network of either kind: a table, or one that a function builds."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Protocol

from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost, cost
from scalesearch.core.function_budget import CountedEqualCost, built_or_refused
from scalesearch.core.function_budget import describe as describe_built
from scalesearch.core.function_network import Counter, FunctionNetwork, Network
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.realisation import Realised, literal
from scalesearch.core.table_budget import EqualCost


class Budget(Protocol):
    """All networks of one baseline at one counted cost."""

    def realise(self, asked: Shares) -> Realised:
        """The network at this cost near to the shares `asked`; refused where the cost is off."""

    def alone(self, dimension: str) -> Realised:
        """The one that differs from the baseline in depth, width or resolution alone.

        Refused where its cost is off.
        """


def at_cost(network: Network, ratio: float, count: Counter | None = None) -> Budget:
    """The networks at `ratio` times the cost; `count` is needed where a function builds them."""
    if isinstance(network, FunctionNetwork):
        assert count is not None
        return CountedEqualCost(network, ratio, count)
    return EqualCost(network, ratio)


def by_formula(network: Network, by: Multipliers, count: Counter | None = None) -> Realised:
    """The formula's network with its own rounding, whatever it costs; `count` as in `at_cost`."""
    if isinstance(network, FunctionNetwork):
        assert count is not None
        return describe_built(network, by, count)
    return literal(network, by)


def by_formula_or_refused(
    network: Network, by: Multipliers, count: Counter | None = None
) -> Realised:
    """As `by_formula`; refused where a function cannot build it, whose reason it then has."""
    if isinstance(network, FunctionNetwork):
        return built_or_refused(network, by, lambda: by_formula(network, by, count))
    return by_formula(network, by)


def cost_of(network: Network, count: Counter | None = None) -> Cost:
    """The network's counts; `count` as in `at_cost`."""
    if isinstance(network, FunctionNetwork):
        assert count is not None
        return count(network)
    return cost(network)


def what_is_built(realised: Realised) -> Hashable:
    """What distinguishes networks. A function may build the same one for several arguments."""
    network = realised.network
    if isinstance(network, FunctionNetwork):
        return network.resolution, realised.cost
    return replace(network, name="")


def trained_once(proxies: Iterable[Realised]) -> list[Realised]:
    """The same, where those that a function builds alike have the first one's network."""
    known: dict[Hashable, Network] = {}
    return [
        replace(each, network=known.setdefault(what_is_built(each), each.network))
        for each in proxies
    ]
