"""Where shares of a budget stand in a triangle whose corners are depth, width and resolution."""

import math

HEIGHT = math.sqrt(3) / 2
"""Of a triangle of side 1."""
Split = tuple[float, float, float]
"""Of depth, width and resolution; their sum is 1."""

CORNERS: dict[str, Split] = {
    "depth": (1.0, 0.0, 0.0),
    "width": (0.0, 1.0, 0.0),
    "resolution": (0.0, 0.0, 1.0),
}


def inside(shares: Split) -> Split:
    """Shares with none below 0: a network that gave some of a dimension up stands on the edge."""
    depth, width, resolution = (max(share, 0.0) for share in shares)
    total = (depth + width + resolution) or 1.0
    return depth / total, width / total, resolution / total


def barycentric(shares: Split) -> tuple[float, float]:
    """Shares as x, y in a triangle of side 1.

    Depth is the lower left corner (0, 0), width the lower right (1, 0), resolution the top.
    """
    _, width, resolution = shares
    return width + resolution / 2, resolution * HEIGHT
