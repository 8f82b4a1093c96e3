"""Networks of a sweep: one dimension at a time, or width at fixed depths and resolutions.

Figures 3 and 4 of the EfficientNet paper (Tan & Le 2019, arXiv 1905.11946).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scalesearch.core.arms import SINGLE
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network
from scalesearch.core.pairs import Pair


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a line."""

    line: str
    """What the line is called: a dimension, or the depth and resolution that width is swept at."""
    dimension: str
    """What varies along the line."""
    factor: float
    """Of that dimension, as asked."""
    by: Multipliers
    """Of all three dimensions, as asked."""

    @property
    def name(self) -> str:
        return f"{self.line}, {self.dimension} {self.factor:g}"

    @property
    def coefficients(self) -> None:
        """Factors are asked for, and no coefficients."""

    @property
    def shares(self) -> None:
        """Nor shares of a budget."""


def one_at_a_time(
    baseline: Network, proxy: Network, factors: Mapping[str, Sequence[float]]
) -> tuple[Pair[Point], ...]:
    """Each dimension by each of its factors, the other two the baseline's; 1 is always there.

    Raises ScaleSearchError for a network that is too large or small to count.
    """
    return tuple(
        _pair(
            Point(dimension, dimension, factor, Multipliers(**{dimension: factor})), baseline, proxy
        )
        for dimension in SINGLE
        if dimension in factors
        for factor in _with_one(factors[dimension])
    )


def width_at(
    baseline: Network,
    proxy: Network,
    pairs: Sequence[tuple[float, float]],
    factors: Sequence[float],
) -> tuple[Pair[Point], ...]:
    """Width by each factor at each fixed (depth, resolution); 1 is always among the factors.

    Raises as `one_at_a_time`.
    """
    return tuple(
        _pair(
            Point(
                f"d={depth:g}, r={resolution:g}",
                "width",
                factor,
                Multipliers(depth, factor, resolution),
            ),
            baseline,
            proxy,
        )
        for depth, resolution in pairs
        for factor in _with_one(factors)
    )


def _with_one(factors: Sequence[float]) -> list[float]:
    return sorted({1.0, *factors})


def _pair(point: Point, baseline: Network, proxy: Network) -> Pair[Point]:
    """The formula's networks; a table's blocks are spread so that their number is the nearest."""
    by = point.by
    what = f"at depth {by.depth:g}, width {by.width:g}, resolution {by.resolution:g}"
    full, small = (network.balanced for network in (baseline, proxy))
    for network in (full, small):
        network.check(by, what)
    return Pair(point, full.realise_or_refused(by), small.realise_or_refused(by))
