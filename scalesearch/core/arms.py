"""The arms of a comparison: one dimension alone, or all three, at the same counted cost."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scalesearch.core.candidates import shares_of
from scalesearch.core.multipliers import Coefficients, Multipliers
from scalesearch.core.networks import Network, Realised
from scalesearch.core.realisation import trained_once

BASELINE, COMPOUND = "baseline", "compound"
SINGLE = ("depth", "width", "resolution")


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
    full, small = (network.realise(Multipliers()) for network in (baseline, proxy))
    return Arm(BASELINE, 1.0, full, small)


def arms(
    baseline: Network,
    proxy: Network,
    costs: Iterable[float],
    coefficients: Coefficients,
) -> tuple[Arm, ...]:
    """The baseline, then for each cost depth, width and resolution alone and all three together.

    An arm whose cost cannot be brought within 5 % is among them, refused.
    """
    found = [baseline_arm(baseline, proxy)]
    shares = shares_of(coefficients)
    for ratio in costs:
        full, small = (network.budget(ratio) for network in (baseline, proxy))
        found += [Arm(method, ratio, full.alone(method), small.alone(method)) for method in SINGLE]
        found.append(Arm(COMPOUND, ratio, full.realise(shares), small.realise(shares)))
    proxies = trained_once(arm.proxy for arm in found)
    return tuple(replace(arm, proxy=proxy) for arm, proxy in zip(found, proxies, strict=True))


def only_proxies_miss(found: Sequence[Arm]) -> bool:
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


def refusal(arm: Arm) -> str:
    """One line: the arm, and how near it came."""
    return f"{arm.name}: {arm.refused}."
