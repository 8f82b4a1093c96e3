"""Networks of a sweep: one dimension at a time, or width at fixed depths and resolutions.

Figures 3 and 4 of the EfficientNet paper (Tan & Le 2019, arXiv 1905.11946).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scalesearch.core.arms import SINGLE
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network, Realised


@dataclass(frozen=True, slots=True)
class Point:
    """One network of a line, at full size and as its proxy."""

    line: str
    """What the line is called: a dimension, or the depth and resolution that width is swept at."""
    dimension: str
    """What varies along the line."""
    factor: float
    """Of that dimension, as asked."""
    asked: Multipliers
    full: Realised
    proxy: Realised

    @property
    def name(self) -> str:
        return f"{self.line}, {self.dimension} {self.factor:g}"

    @property
    def refused(self) -> str:
        """Why it is not trained; empty where it is."""
        return self.full.refused or self.proxy.refused


def one_at_a_time(
    baseline: Network,
    proxy: Network,
    factors: Mapping[str, Sequence[float]],
) -> tuple[Point, ...]:
    """Each dimension by each of its factors, the other two the baseline's; 1 is always there.

    Raises ScaleSearchError for a network that is too large or small to count.
    """
    return tuple(
        _point(baseline, proxy, dimension, dimension, factor, Multipliers(**{dimension: factor}))
        for dimension in SINGLE
        if dimension in factors
        for factor in _with_one(factors[dimension])
    )


def width_at(
    baseline: Network,
    proxy: Network,
    pairs: Sequence[tuple[float, float]],
    factors: Sequence[float],
) -> tuple[Point, ...]:
    """Width by each factor at each fixed (depth, resolution); 1 is always among the factors.

    Raises ScaleSearchError as `one_at_a_time` does.
    """
    return tuple(
        _point(
            baseline,
            proxy,
            f"d={depth:g}, r={resolution:g}",
            "width",
            factor,
            Multipliers(depth, factor, resolution),
        )
        for depth, resolution in pairs
        for factor in _with_one(factors)
    )


def _with_one(factors: Sequence[float]) -> list[float]:
    return sorted({1.0, *factors})


def _point(
    baseline: Network,
    proxy: Network,
    line: str,
    dimension: str,
    factor: float,
    by: Multipliers,
) -> Point:
    full, small = (_realised(network, by) for network in (baseline, proxy))
    return Point(line, dimension, factor, by, full, small)


def _realised(network: Network, by: Multipliers) -> Realised:
    """The formula's network, with the number of blocks that is nearest to the depth asked for."""
    what = f"at depth {by.depth:g}, width {by.width:g}, resolution {by.resolution:g}"
    network.check(by, what)
    return network.balanced.realise_or_refused(by)
