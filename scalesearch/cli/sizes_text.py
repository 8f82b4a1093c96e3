"""Sizes, shares and counts of networks, in the cells of a table and in JSON documents."""

from typing import Any

from scalesearch.core.candidates import Shares
from scalesearch.core.networks import Realised
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


def shares_text(shares: Shares | None) -> str:
    if shares is None:
        return "-"
    parts = (shares.depth, shares.width, shares.resolution)
    return "/".join(f"{part:.2f}".replace("-0.00", "0.00") for part in parts)


def counts_json(realised: Realised) -> dict[str, Any]:
    """Counts and their ratio; null each of a network that its function cannot build."""
    counts = {**realised.cost._asdict(), "counted_ratio": realised.ratio}
    return counts if realised.counted else dict.fromkeys(counts)


def shares_json(shares: Shares | None) -> dict[str, float] | None:
    if shares is None:
        return None
    return {"depth": shares.depth, "width": shares.width, "resolution": shares.resolution}
