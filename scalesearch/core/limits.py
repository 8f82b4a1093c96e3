"""How large or small a scaled network may be, so that an absurd request ends in one sentence."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from scalesearch.core.architecture import Architecture
from scalesearch.core.cost import Cost
from scalesearch.core.multipliers import Coefficients, Multipliers, compound
from scalesearch.core.networks import Network
from scalesearch.core.quantities import told_apart
from scalesearch.core.resolution import RESOLUTION
from scalesearch.errors import ScaleSearchError, parameter

BLOCKS = 10_000
CHANNELS = 1_000_000
MULTIPLIER = 100.0
"""Most that a Python function is asked to deepen or widen its network by."""
PHI = 64.0
"""Where coefficients of nearly 1 never meet another limit."""


class Ceilings(NamedTuple):
    """The most parameters and activations that a full-size candidate may have; None for no limit.

    Figures are those of `cost`: trainable parameters, activations of one image.
    """

    params: int | None = None
    acts: int | None = None

    def exceeded(self, cost: Cost) -> str:
        """Which limit is exceeded, such as "7.9 M params, more than `max_params=` 7 M".

        Empty where none is.
        """
        for what, most in self._asdict().items():
            own = getattr(cost, what)
            if most is not None and own > most:
                figure, limit = told_apart(own, most)
                return f"{figure} {what}, more than {parameter(f'max_{what}')} {limit}"
        return ""


NO_CEILINGS = Ceilings()


def reachable(network: Network, coefficients: Coefficients, phi: float) -> Multipliers:
    """The multipliers at `phi`, where they leave a network that can be counted.

    Raises ScaleSearchError where they do not (see `Network.check`), or where they are no numbers
    that a computer has.
    """
    try:
        by = compound(coefficients, phi)
    except OverflowError:
        raise ScaleSearchError(
            f"{network.title} would be beyond all limits at phi {phi:g}. Give a phi nearer to 0."
        ) from None
    network.check(by, f"at phi {phi:g}")
    return by


def check(network: Architecture, by: Multipliers, what: str) -> None:
    """Raise ScaleSearchError unless the scaled network has between 1 and the most of each size.

    `what` ends the message's first sentence, such as "at phi 60".
    """
    for sizes, base, factor, most in _sizes(network, by):
        if not 1 <= base * factor <= most:
            raise ScaleSearchError(
                f"{network.name} would have {base * factor:,.6g} {sizes} {what}. "
                f"There must be at least 1 and at most {most:,}."
            )


def phi_range(network: Architecture, coefficients: Coefficients) -> tuple[float, float]:
    """The least and the greatest phi that `reachable` lets pass, within -64 to 64."""
    low, high = -PHI, PHI
    at_one = Multipliers(coefficients.alpha, coefficients.beta, coefficients.gamma)
    for _, base, factor, most in _sizes(network, at_one):
        slope = math.log(factor)
        if slope:
            ends = sorted((-math.log(base) / slope, math.log(most / base) / slope))
            # A hair inside, since the power need not come out at the limit exactly.
            low, high = max(low, ends[0] + 1e-9), min(high, ends[1] - 1e-9)
    return low, high


def _sizes(network: Architecture, by: Multipliers) -> Iterator[tuple[str, int, float, int]]:
    """Name, value in `network`, multiplier and most of each size that has a limit."""
    widest = max((stage.channels for stage in network.stages), default=1)
    yield "blocks", max(1, sum(network.repeats)), by.depth, BLOCKS
    yield "channels in the widest stage", widest, by.width, CHANNELS
    for side in dict.fromkeys((network.resolution.longer, network.resolution.shorter)):
        yield "pixels a side", side, by.resolution, RESOLUTION
