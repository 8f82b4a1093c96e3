"""The arms of a comparison: one dimension alone, or all three, at the same counted cost."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scalesearch.core.candidates import shares_of
from scalesearch.core.multipliers import Coefficients, Multipliers
from scalesearch.core.networks import Network
from scalesearch.core.pairs import Pair
from scalesearch.core.treatments import Treatment

BASELINE, COMPOUND = "baseline", "compound"
SINGLE = ("depth", "width", "resolution")
RATES = (0.5, 2.0)
"""Of the controls: times the recipe's learning rate."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to spend a budget."""

    method: str
    """baseline, depth, width, resolution or compound."""
    cost: float
    """MACs asked for, as a multiple of the baseline's."""

    @property
    def name(self) -> str:
        return self.method if self.method == BASELINE else f"{self.method} x{self.cost:.4g}"

    @property
    def coefficients(self) -> None:
        """A cost is asked for, and no coefficients."""

    @property
    def shares(self) -> None:
        """What they come to is what is compared."""


def baseline_arm(baseline: Network, proxy: Network) -> Pair[Arm]:
    """The baseline itself."""
    same = Multipliers()
    return Pair(Arm(BASELINE, 1.0), baseline.realise(same), proxy.realise(same))


def arms(
    baseline: Network, proxy: Network, costs: Iterable[float], coefficients: Coefficients
) -> tuple[Pair[Arm], ...]:
    """For each cost depth, width and resolution alone, and all three together.

    An arm whose cost cannot be brought within 5 % is among them, refused.
    """
    found = []
    shares = shares_of(coefficients)
    for ratio in costs:
        full, small = baseline.budget(ratio), proxy.budget(ratio)
        found += [Pair(Arm(each, ratio), full.alone(each), small.alone(each)) for each in SINGLE]
        found.append(Pair(Arm(COMPOUND, ratio), full.realise(shares), small.realise(shares)))
    return tuple(found)


def treated(
    baseline: Pair[Arm], found: Sequence[Pair[Arm]], lengths: Sequence[int], controls: bool
) -> tuple[Pair[Arm], ...]:
    """The baseline and the arms at each length in epochs; the baseline at the first one leads.

    A single length is the recipe's own, and no name says it. With `controls` each arm follows also
    at each of `RATES`, and resolution alone on images that hold no more than the baseline's.
    """
    several = len(lengths) > 1
    plain = [Treatment(length if several else None) for length in lengths]
    every = [replace(pair, treatment=each) for each in plain for pair in (baseline, *found)]
    if controls:
        size = baseline.proxy.network.resolution
        for each in plain:
            every += (
                replace(arm, treatment=replace(each, rate=rate)) for rate in RATES for arm in found
            )
            every += (
                replace(arm, treatment=replace(each, informed=size))
                for arm in found
                if arm.asked.method == "resolution"
            )
    return tuple(every)


def only_proxies_miss(found: Sequence[Pair[Arm]]) -> bool:
    """Whether arms are refused, all of them for their proxies' costs."""
    refused = [arm for arm in found if arm.refused]
    return bool(refused) and not any(arm.full.refused for arm in refused)


def fitting_resolutions(
    proxy: Callable[[int], Network],
    around: int,
    costs: Sequence[float],
    coefficients: Coefficients,
) -> Iterator[int]:
    """Proxy resolutions near `around`, the nearest first, at which all arms meet their costs.

    `proxy` makes a table's proxy at a resolution; half to twice `around` is looked through.
    """
    shares = shares_of(coefficients)
    for pixels in sorted(range(max(1, around // 2), 2 * around + 1), key=lambda n: abs(n - around)):
        budgets = [proxy(pixels).budget(ratio) for ratio in costs]
        if all(not budget.alone(method).refused for budget in budgets for method in SINGLE) and all(
            not budget.realise(shares).refused for budget in budgets
        ):
            yield pixels


def refusal(arm: Pair[Arm]) -> str:
    """One line: the arm, and how near it came."""
    return f"{arm.name}: {arm.refused}."
