"""Sizes of a network in the cells of a table."""

from scalesearch.core.quantities import quantity
from scalesearch.core.resolution import Resolution

Pixels = Resolution | int | str
"""A resolution, or what its `to_json` gives."""


def full_sizes(
    blocks: int | None, depth: float, width: float, pixels: Pixels, macs: int, times: float
) -> tuple[str, ...]:
    """Cells of a full-size network: blocks, width, pixels, MACs, ratio."""
    return (
        depth_text(blocks, depth), f"{width:.3f}", str(pixels), quantity(macs), f"{times:.3f}",
    )  # fmt: skip


def proxy_sizes(blocks: int | None, depth: float, width: float, pixels: Pixels) -> str:
    """A proxy's sizes in one cell."""
    unit = "deep" if blocks is None else "blocks"
    return f"{depth_text(blocks, depth)} {unit} x{width:.2f} {pixels} px"


def depth_text(blocks: int | None, depth: float) -> str:
    """Blocks; of a function's network, which knows them alone, the depth multiplier."""
    return f"x{depth:.2f}" if blocks is None else str(blocks)
