"""How large or small a scaled network may be, so that an absurd request ends in one sentence."""

from scalesearch.core.network import Network
from scalesearch.core.scaling import Coefficients, Multipliers, compound
from scalesearch.errors import ScaleSearchError

RESOLUTION = 16_384
"""Pixels a side, at most."""
BLOCKS = 10_000
CHANNELS = 1_000_000


def reachable(network: Network, coefficients: Coefficients, phi: float) -> Multipliers:
    """The multipliers at `phi`, where they leave a network that can be counted.

    Raises ScaleSearchError where they do not (see `check`) or are no numbers that a computer has.
    """
    try:
        by = compound(coefficients, phi)
    except OverflowError:
        raise ScaleSearchError(
            f"{network.name} would be beyond all limits at phi {phi:g}. Give a phi nearer to 0."
        ) from None
    check(network, by, f"at phi {phi:g}")
    return by


def check(network: Network, by: Multipliers, what: str) -> None:
    """Raise ScaleSearchError unless the scaled network has between 1 and the most of each size.

    `what` ends the message's first sentence, such as "at phi 60".
    """
    widest = max((stage.channels for stage in network.stages), default=1)
    for sizes, exact, most in (
        ("blocks", max(1, sum(network.repeats)) * by.depth, BLOCKS),
        ("channels in the widest stage", widest * by.width, CHANNELS),
        ("pixels a side", network.resolution * by.resolution, RESOLUTION),
    ):
        if not 1 <= exact <= most:
            raise ScaleSearchError(
                f"{network.name} would have {exact:,.6g} {sizes} {what}. "
                f"There must be at least 1 and at most {most:,}."
            )
