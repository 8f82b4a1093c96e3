"""What a scaled network really is, beside its baseline: multipliers, counts, shares, refusal."""

import math
from dataclasses import dataclass, replace

from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost, cost
from scalesearch.core.function_network import FunctionNetwork, Network
from scalesearch.core.multipliers import Multipliers, scale, with_sizes
from scalesearch.core.network_table import TableNetwork

COST_TOLERANCE = 0.05
"""A candidate whose cost cannot be brought within this share of the target is refused."""


@dataclass(frozen=True, slots=True)
class Realised:
    """A network that can be built, and what it really is beside what was asked."""

    network: Network
    depth: float
    """Blocks over the baseline's blocks; of a function's network, the multiplier itself."""
    width: float
    resolution: float
    """Pixels over the baseline's, of the longer side."""
    cost: Cost
    ratio: float
    """Counted MACs over the baseline's."""
    shares: Shares | None
    """Realised shares of the budget; None where the network costs what the baseline does."""
    refused: str = ""
    """Why it cannot be used; empty where it can."""

    @property
    def counted(self) -> bool:
        """Whether there are counts: not of a network that its function cannot build."""
        return self.cost.macs > 0

    @property
    def blocks(self) -> int | None:
        """Blocks in all; None for a function's network, since the function alone knows them."""
        return None if isinstance(self.network, FunctionNetwork) else sum(self.network.repeats)


def checked(found: Realised, ratio: float) -> Realised:
    """`found`, refused where its cost is beyond the tolerance of `ratio` times the baseline's."""
    miss = abs(found.ratio / ratio - 1)
    if miss <= COST_TOLERANCE:
        return found
    return replace(
        found,
        refused=f"nearest cost is {found.ratio:.3f} times the baseline's, asked {ratio:.3f} "
        f"({miss:.1%} off, at most {COST_TOLERANCE:.0%})",
    )


def realised_shares(depth: float, width: float, resolution: float) -> Shares | None:
    """Shares of log2 cost ratios, each counted with one dimension alone as realised.

    With c_d = log2(MACs with only the depth as realised / baseline MACs), likewise c_w and c_r, the
    shares are c / (c_d + c_w + c_r). None where the sum is 0.
    """
    parts = [math.log2(ratio) for ratio in (depth, width, resolution)]
    total = sum(parts)
    if abs(total) < 1e-12:
        return None
    return Shares(*(part / total for part in parts))


def describe(baseline: TableNetwork, network: TableNetwork, width: float, macs: int) -> Realised:
    """`network` beside `baseline`: realised multipliers, shares, cost. `width` is as applied."""
    total = sum(baseline.repeats) or 1
    own = cost(network)
    alone = (
        with_sizes(baseline, network.repeats, 1.0, baseline.resolution),
        with_sizes(baseline, baseline.repeats, width, baseline.resolution),
        with_sizes(baseline, baseline.repeats, 1.0, network.resolution),
    )
    return Realised(
        network=network,
        depth=sum(network.repeats) / total,
        width=width,
        resolution=network.resolution.over(baseline.resolution),
        cost=own,
        ratio=own.macs / macs,
        shares=realised_shares(*(cost(part).macs / macs for part in alone)),
    )


def literal(baseline: TableNetwork, by: Multipliers) -> Realised:
    """The formula's network with the network's own rounding, whatever it costs."""
    return describe(baseline, scale(baseline, by), by.width, cost(baseline).macs)
