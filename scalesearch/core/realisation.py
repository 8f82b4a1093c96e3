"""What a scaled network really is, beside its baseline: multipliers, counts, shares, refusal."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network, Realised
from scalesearch.errors import BuildError

COST_TOLERANCE = 0.05
"""A candidate whose cost cannot be brought within this share of the target is refused."""


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


def beside(
    baseline: Network, network: Network, by: Multipliers, alone: Iterable[Network]
) -> Realised:
    """`network`, which is `baseline` scaled `by` these multipliers: its cost and realised shares.

    `alone` are the baseline with the network's depth, with its width and with its resolution only.
    """
    macs = baseline.cost.macs
    own = network.cost
    return Realised(
        network=network,
        depth=by.depth,
        width=by.width,
        resolution=network.resolution.over(baseline.resolution),
        cost=own,
        ratio=own.macs / macs,
        shares=realised_shares(*(part.cost.macs / macs for part in alone)),
    )


def or_refused(baseline: Network, by: Multipliers, realise: Callable[[], Realised]) -> Realised:
    """What `realise` gives; where it cannot be built, the formula's network, refused.

    A refused one has the function's reason, and costs 0 since nothing could be counted.
    """
    try:
        return realise()
    except BuildError as error:
        network = baseline.at(by.depth, by.width, by.resolution)
        pixels = network.resolution.over(baseline.resolution)
        why = str(error).rstrip(".")
        return Realised(network, by.depth, by.width, pixels, Cost(0, 0, 0), 0.0, None, why)
