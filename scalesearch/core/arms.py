"""The arms of a comparison: one dimension alone, or all three, at the same counted cost."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scalesearch.core.candidates import shares_of
from scalesearch.core.cost import cost
from scalesearch.core.equal_cost import EqualCost, Realised, describe
from scalesearch.core.limits import BLOCKS, RESOLUTION
from scalesearch.core.network import Network
from scalesearch.core.scaling import Coefficients, spread, with_sizes

BASELINE, COMPOUND = "baseline", "compound"
SINGLE = ("depth", "width", "resolution")
_BESIDE = 8
"""Whole numbers looked at on either side of where the cost crosses the target."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to spend a budget, at full size and as its proxy."""

    method: str
    """baseline, depth, width, resolution or compound."""
    cost: float
    """MACs asked for, as a multiple of the baseline's."""
    full: Realised
    proxy: Realised

    @property
    def name(self) -> str:
        return self.method if self.method == BASELINE else f"{self.method} x{self.cost:.4g}"

    @property
    def refused(self) -> str:
        """Why this arm is no fair one, with how near its cost came; empty where it is."""
        for what, realised in (("full-size network", self.full), ("proxy", self.proxy)):
            if realised.refused:
                return f"{what}: {realised.refused}"
        return ""


def baseline_arm(baseline: Network, proxy: Network) -> Arm:
    """The baseline itself."""
    parts = (describe(net, net, 1.0, cost(net).macs) for net in (baseline, proxy))
    return Arm(BASELINE, 1.0, *parts)


def arms(
    baseline: Network, proxy: Network, costs: Iterable[float], coefficients: Coefficients
) -> tuple[Arm, ...]:
    """The baseline, then for each cost depth, width and resolution alone and all three together.

    An arm whose cost cannot be brought within 5 % is among them, refused.
    """
    found = [baseline_arm(baseline, proxy)]
    for ratio in costs:
        full, small = EqualCost(baseline, ratio), EqualCost(proxy, ratio)
        found += [
            Arm(method, ratio, alone(full, method), alone(small, method)) for method in SINGLE
        ]
        shares = shares_of(coefficients)
        found.append(Arm(COMPOUND, ratio, full.realise(shares), small.realise(shares)))
    return tuple(found)


def alone(budget: EqualCost, dimension: str) -> Realised:
    """The network nearest to the budget that differs from the baseline in one dimension alone.

    The other two are exactly the baseline's. Blocks and pixels are whole numbers: where none comes
    within 5 % of the cost, the nearest is given, refused.
    """
    base = budget.baseline
    blocks = sum(base.repeats)
    if dimension == "width":
        return budget.at(blocks, base.resolution)
    if dimension == "depth":
        if not blocks:
            itself = describe(base, base, 1.0, budget.macs)
            return replace(itself, refused=f"{base.name} has no stage that depth can lengthen")
        count = _nearest(
            blocks, BLOCKS, lambda n: cost(_of_blocks(base, n)).macs, budget.ratio * budget.macs
        )
        network = _of_blocks(base, count)
    else:
        pixels = _nearest(
            base.resolution,
            RESOLUTION,
            lambda n: cost(replace(base, resolution=n)).macs,
            budget.ratio * budget.macs,
        )
        network = replace(base, resolution=pixels)
    return budget.checked(describe(base, network, 1.0, budget.macs))


def _of_blocks(base: Network, count: int) -> Network:
    return with_sizes(base, spread(count, base.repeats), 1.0, base.resolution)


def _nearest(base: int, most: int, macs: Callable[[int], int], target: float) -> int:
    """The whole number from `base` to `most` whose MACs are nearest to the target."""
    at = bisect_left(range(base, most), target, key=macs) + base
    near = range(max(base, at - _BESIDE), min(most, at + _BESIDE) + 1)
    return min(near, key=lambda n: (abs(macs(n) - target), n))


def fitting_resolutions(
    proxy: Callable[[int], Network],
    around: int,
    costs: Sequence[float],
    coefficients: Coefficients,
) -> Iterator[int]:
    """Proxy resolutions near `around`, the nearest first, at which all arms meet their costs.

    `proxy` makes the baseline's proxy at a resolution; half to twice `around` is looked through.
    """
    shares = shares_of(coefficients)
    for pixels in sorted(range(max(1, around // 2), 2 * around + 1), key=lambda n: abs(n - around)):
        budgets = [EqualCost(proxy(pixels), ratio) for ratio in costs]
        if all(
            not alone(budget, method).refused for budget in budgets for method in SINGLE
        ) and all(not budget.realise(shares).refused for budget in budgets):
            yield pixels


def refusal(arm: Arm) -> str:
    """One line: the arm, and how near it came."""
    return f"{arm.name}: {arm.refused}."
