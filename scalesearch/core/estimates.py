"""What a search tells of a value that it cannot know: how sure it is, and what more would bring."""

from dataclasses import dataclass

from scalesearch.core.candidates import Shares

WITHIN = 0.3
"""Points of top-1. A smaller regret is no more than a change of the recipe may bring."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An expected value and its 95 % interval, in the unit of the field that holds it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Beats:
    """The probability that the named point beats each single dimension at the same cost.

    None where there is no such point among those that the search may name.
    """

    depth: float | None
    width: float | None
    resolution: float | None


@dataclass(frozen=True, slots=True)
class Proof:
    """Trainings that would prove the named point better than each single dimension.

    By a two-sided test at 5 % with a power of 80 %, if the difference is as expected. None where
    the point is not expected to be better, or there is no such dimension.
    """

    depth: int | None
    width: int | None
    resolution: int | None


@dataclass(frozen=True, slots=True)
class Region:
    """Where the best split of the budget lies with a probability of 95 %."""

    share: float
    """The share of all points that could be named, from 0 to 1."""
    shares: tuple[Shares, ...]
    """The points of a fine grid over the triangle, or the candidates, that lie in it."""


@dataclass(frozen=True, slots=True)
class More:
    """What so many further trainings are expected to bring."""

    trainings: int
    seconds: float | None
    """What they would take on this machine; None where that is not known."""
    expected_regret: float
    """Points of top-1 that would be left."""
