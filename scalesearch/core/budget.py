"""Solving phi for a budget of MACs, parameters or activations.

Blocks, channels and pixels are whole numbers, so a count climbs in steps as phi grows: most budgets
lie between two steps. The phi of the nearer step is taken, and the miss is told.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from scalesearch.core.architecture import Architecture
from scalesearch.core.cost import Cost, cost
from scalesearch.core.limits import phi_range
from scalesearch.core.multipliers import Coefficients, compound, scale
from scalesearch.core.networks import Network
from scalesearch.core.quantities import short
from scalesearch.core.scaling import Scaling, at_equal_cost, by_formula
from scalesearch.errors import ScaleSearchError, parameter

Figure = Literal["macs", "params", "acts"]

WORDS: dict[Figure, str] = {"macs": "MACs", "params": "parameters", "acts": "activations"}
EQUAL_COST_MISS = 0.05
"""At equal cost a target missed by more than this share of it counts as out of reach."""
_COARSE = 48
"""Equal steps in which all of phi is looked through for crossings of the target."""
_FINE = 0.01
"""What phi is narrowed down to at equal cost; the networks about it differ by more than that."""


@dataclass(frozen=True, slots=True)
class Target:
    """A budget: `count` MACs, parameters or activations of one image."""

    figure: Figure
    count: int

    def of(self, cost: Cost) -> int:
        """The figure that is meant, of these."""
        return int(getattr(cost, self.figure))

    def miss(self, cost: Cost) -> float:
        """Counted over target, less 1: positive above the target."""
        return self.of(cost) / self.count - 1

    def __str__(self) -> str:
        return f"{short(self.count)} {WORDS[self.figure]}"


def at_target(
    baseline: Network,
    coefficients: Coefficients,
    target: Target,
    *,
    equal_cost: bool = False,
    label: str = "",
) -> Scaling:
    """The network nearest to the target, by the formula with its rounding or at equal cost.

    A function's is at equal cost in any case, and for MACs alone: each look at the formula's
    networks would build one. Raises ScaleSearchError where no phi reaches the target.
    """
    table = baseline.table
    if table is None:
        if target.figure != "macs":
            raise ScaleSearchError(
                f"{parameter(f'target_{target.figure}')} needs a table.",
                remedy=f"{baseline.title} can be scaled to {parameter('target_macs')}.",
            )
        phi = round(math.log2(target.count / baseline.cost.macs), 4)
        return at_equal_cost(baseline, coefficients, phi, label)
    if not equal_cost:
        phi = formula_phi(table, coefficients, target)
        return by_formula(baseline, coefficients, phi, label)
    try:
        phi = _equal_cost_phi(baseline, coefficients, target)
        found = at_equal_cost(baseline, coefficients, phi, label, target.miss)
    except ScaleSearchError as error:
        raise ScaleSearchError(f"{_unreached(target)} at equal cost. {error}") from error
    counted = found.realised.cost
    if abs(target.miss(counted)) > EQUAL_COST_MISS:
        raise ScaleSearchError(
            f"{_unreached(target)} at equal cost. The nearest network of {baseline.name} "
            f"{_along(coefficients)} has {short(target.of(counted))} (phi {found.phi:g}). Give "
            "another target or other coefficients."
        )
    return found


def formula_phi(baseline: Architecture, coefficients: Coefficients, target: Target) -> float:
    """The phi whose network by the formula, rounded as ever, has the figure nearest to the target.

    Of the phis that give this figure, one of the fewest decimals. Where alpha, beta and gamma are
    all at least 1 and depth is rounded stage by stage, a figure never falls as phi grows, and no
    phi comes nearer; with others it may, and the nearest of the crossings found is taken. Raises
    ScaleSearchError where the target lies outside what the phis give.
    """
    low, high = phi_range(baseline, coefficients)

    def count(phi: float) -> int:
        return target.of(cost(scale(baseline, compound(coefficients, phi))))

    points = [low + (high - low) * step / _COARSE for step in range(_COARSE + 1)]
    counts = [count(phi) for phi in points]
    if not min(counts) <= target.count <= max(counts):
        known = dict(zip(counts, points, strict=True))
        raise ScaleSearchError(_out_of_reach(baseline, coefficients, target, known))
    found: list[float] = []
    for (left, before), (right, after) in pairwise(zip(points, counts, strict=True)):
        if (before - target.count) * (after - target.count) <= 0:
            found += _crossing(count, target.count, left, right)
    best = min(found, key=lambda phi: (abs(count(phi) - target.count), abs(phi)))
    wanted = count(best)
    return _plainest(best, lambda phi: low <= phi <= high and count(phi) == wanted)


def _equal_cost_phi(baseline: Network, coefficients: Coefficients, target: Target) -> float:
    """Where to look at equal cost: for MACs what 2^phi says, else where the figure crosses it."""
    own = target.of(baseline.cost)
    if target.figure == "macs":
        return round(math.log2(target.count / own), 3)
    if target.count == own:
        return 0.0
    sign = 1.0 if target.count > own else -1.0

    def short_of_it(phi: float) -> bool:
        counted = at_equal_cost(baseline, coefficients, phi).realised.cost
        return sign * target.miss(counted) < 0

    near, far = 0.0, sign
    while short_of_it(far):
        near, far = far, far + sign
    while abs(far - near) > _FINE:
        middle = (near + far) / 2
        near, far = (middle, far) if short_of_it(middle) else (near, middle)
    return round((near + far) / 2, 3)


def _crossing(
    count: Callable[[float], int], target: int, low: float, high: float
) -> tuple[float, float]:
    """The last phi before the count passes the target, and the first after it."""
    rising = count(low) <= count(high)
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return low, high
        if (count(middle) < target) == rising:
            low = middle
        else:
            high = middle


def _plainest(phi: float, holds: Callable[[float], bool]) -> float:
    """The number of fewest decimals beside `phi` for which `holds`."""
    for digits in range(13):
        power = 10**digits
        beside = (math.floor(phi * power) / power, math.ceil(phi * power) / power)
        for number in sorted(beside, key=abs):
            if holds(number):
                return number + 0.0  # -0.0 becomes 0.0
    return phi


def _unreached(target: Target) -> str:
    return f"{parameter(f'target_{target.figure}')}: no phi reaches {target}"


def _along(coefficients: Coefficients) -> str:
    alpha, beta, gamma = coefficients.alpha, coefficients.beta, coefficients.gamma
    return f"along alpha {alpha:.4g}, beta {beta:.4g}, gamma {gamma:.4g}"


def _out_of_reach(
    baseline: Architecture, coefficients: Coefficients, target: Target, known: dict[int, float]
) -> str:
    """`known` has a phi for each count."""
    least, most = min(known), max(known)
    along = _along(coefficients)
    if least == most:
        return (
            f"{_unreached(target)}. {baseline.name} has {short(least)} at any phi {along}. "
            "Give another target or other coefficients."
        )
    low, high = (f"{short(count)} (phi {known[count]:.3g})" for count in (least, most))
    return (
        f"{_unreached(target)}. {baseline.name} has from {low} to {high} {along}. "
        "Give a target in between, or other coefficients."
    )
