"""Points to try: a box of coefficients under a constraint, or a lattice of budget shares."""

import itertools
import math
from dataclasses import dataclass

from scalesearch.core.multipliers import PAPER, Coefficients
from scalesearch.errors import ScaleSearchError, parameter

BUDGET = 2.0
"""What alpha * beta^2 * gamma^2 should be: one step of phi doubles the cost."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How a budget's logarithm is split over the three dimensions; the parts sum to 1."""

    depth: float
    width: float
    resolution: float

    def distance(self, other: "Shares") -> float:
        """The largest of the three differences."""
        return max(
            abs(self.depth - other.depth),
            abs(self.width - other.width),
            abs(self.resolution - other.resolution),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One point of the search, by its coefficients and its name."""

    name: str
    coefficients: Coefficients
    included: bool = False
    """Named by the user or the paper, rather than by the grid."""

    @property
    def shares(self) -> Shares:
        return shares_of(self.coefficients)


PAPER_POINT = Candidate("paper", PAPER, included=True)


def shares_of(coefficients: Coefficients) -> Shares:
    """Budget shares log2(alpha), 2 log2(beta), 2 log2(gamma), over their sum.

    Raises ScaleSearchError where all three are 1: nothing is scaled, so there is nothing to share.
    """
    found = mixture(coefficients.alpha, coefficients.beta, coefficients.gamma)
    if found is None:
        raise ScaleSearchError(
            f"Coefficients alpha, beta, gamma must scale something up: their product "
            f"alpha*beta^2*gamma^2 must be over 1. Got {coefficients.nominal:g}."
        )
    return Shares(*found)


def mixture(depth: float, width: float, resolution: float) -> tuple[float, float, float] | None:
    """The budget shares of a network with these multipliers; None where they scale nothing up."""
    parts = math.log2(depth), 2 * math.log2(width), 2 * math.log2(resolution)
    total = sum(parts)
    if total <= 1e-9:
        return None
    return parts[0] / total, parts[1] / total, parts[2] / total


def from_shares(shares: Shares) -> Coefficients:
    """alpha = 2^s_d, beta = 2^(s_w/2), gamma = 2^(s_r/2): meets the nominal constraint exactly."""
    return Coefficients(
        BUDGET**shares.depth, BUDGET ** (shares.width / 2), BUDGET ** (shares.resolution / 2)
    )


def simplex(step: float) -> tuple[Candidate, ...]:
    """Every split of the budget in multiples of `step`: with n = 1/step, (n+1)(n+2)/2 points.

    The corners are depth alone, width alone and resolution alone. Raises ScaleSearchError unless
    1/step is a whole number.
    """
    parts = round(1 / step) if step > 0 else 0
    if not 1 <= parts <= 100 or abs(parts * step - 1) > 1e-6:
        raise ScaleSearchError(
            f"{parameter('step')} must divide 1 for a simplex (0.5, 0.25, 0.2, 0.125, 0.1, ...; at "
            f"least 0.01). Got {step:g}."
        )
    points = []
    for depth, width in itertools.product(range(parts, -1, -1), repeat=2):
        resolution = parts - depth - width
        if resolution < 0:
            continue
        name = f"d{depth} w{width} r{resolution} /{parts}"
        for corner, count in (("depth", depth), ("width", width), ("resolution", resolution)):
            if count == parts:
                name = f"{corner} alone"
        shares = Shares(depth / parts, width / parts, resolution / parts)
        points.append(Candidate(name, from_shares(shares)))
    return tuple(points)


@dataclass(frozen=True, slots=True)
class Range:
    """Values low, low + step, ... up to and including high."""

    low: float
    high: float

    def values(self, step: float) -> tuple[float, ...]:
        count = math.floor((self.high - self.low) / step + 1e-9)
        return tuple(round(self.low + index * step, 10) for index in range(count + 1))


@dataclass(frozen=True, slots=True)
class Box:
    """Ranges of the coefficients, one step, and how far the nominal cost may lie from 2."""

    step: float = 0.05
    alpha: Range = Range(1.0, 2.0)
    beta: Range = Range(1.0, 1.5)
    gamma: Range = Range(1.0, 1.5)
    tolerance: float = 0.1


MOST_POINTS = 1_000_000
"""Points of a box that are looked at in seconds."""


def box(grid: Box, *, constrained: bool = True) -> tuple[Candidate, ...]:
    """Points of the box with |alpha * beta^2 * gamma^2 - 2| < tolerance (strictly).

    With `constrained` false every point that scales something comes back, for a constraint on the
    counted cost instead. Raises ScaleSearchError for a box that is none, or too large.
    """
    _check(grid)
    axes = [axis.values(grid.step) for axis in (grid.alpha, grid.beta, grid.gamma)]
    size = math.prod(map(len, axes))
    if size > MOST_POINTS:
        raise ScaleSearchError(
            f"The box must have at most {MOST_POINTS:,} points before any is left out. Got "
            f"{size:,}.",
            remedy=f"Give a larger {parameter('step')} or narrower "
            f"{', '.join(map(parameter, ('alpha', 'beta', 'gamma')))}.",
        )
    points = []
    for values in itertools.product(*axes):
        coefficients = Coefficients(*values)
        inside = abs(coefficients.nominal - BUDGET) < grid.tolerance
        if coefficients.nominal > 1 and (inside or not constrained):
            points.append(Candidate(name_of(coefficients), coefficients))
    return tuple(points)


def name_of(coefficients: Coefficients) -> str:
    """The candidate's own name where it has no other: its coefficients."""
    return f"{coefficients.alpha:g},{coefficients.beta:g},{coefficients.gamma:g}"


def _check(grid: Box) -> None:
    if not (math.isfinite(grid.step) and grid.step >= 0.001):
        raise ScaleSearchError(f"{parameter('step')} must be at least 0.001. Got {grid.step:g}.")
    if not (math.isfinite(grid.tolerance) and grid.tolerance > 0):
        raise ScaleSearchError(f"{parameter('tolerance')} must be above 0. Got {grid.tolerance:g}.")
    for name in ("alpha", "beta", "gamma"):
        axis: Range = getattr(grid, name)
        if not (1 <= axis.low <= axis.high <= 16):  # also refuses NaN
            raise ScaleSearchError(
                f"{parameter(name)} must be a range LOW:HIGH with 1 <= LOW <= HIGH <= 16. "
                f"Got {axis.low:g}:{axis.high:g}."
            )
