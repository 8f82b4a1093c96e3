"""EfficientNet-B1 to B7 as published.

The table was rounded by hand: no single phi gives any row of it from the formula, so it is kept as
a table (https://github.com/tensorflow/tpu, models/official/efficientnet/efficientnet_builder.py).
"""

from typing import NamedTuple

from scalesearch.core.multipliers import renamed, scaled_repeats, with_sizes
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ScaleSearchError, parameter

BASELINE = "efficientnet_b0"


class Row(NamedTuple):
    """Multipliers of width and depth, pixels a side of the square input, dropout rate."""

    width: float
    depth: float
    side: int
    dropout: float

    @property
    def resolution(self) -> Resolution:
        return Resolution.square(self.side)


ROWS = {
    "b0": Row(1.0, 1.0, 224, 0.2),
    "b1": Row(1.0, 1.1, 240, 0.2),
    "b2": Row(1.1, 1.2, 260, 0.3),
    "b3": Row(1.2, 1.4, 300, 0.3),
    "b4": Row(1.4, 1.8, 380, 0.4),
    "b5": Row(1.6, 2.2, 456, 0.4),
    "b6": Row(1.8, 2.6, 528, 0.5),
    "b7": Row(2.0, 3.1, 600, 0.5),
}


def official_row(baseline: TableNetwork, name: str) -> tuple[str, Row]:
    """The short name ("b3") and the published row; `name` may be "b3", "B3" or "efficientnet_b3".

    Raises ScaleSearchError for an unknown name or a baseline that was never published scaled.
    """
    if baseline.name != BASELINE:
        raise ScaleSearchError(
            f"{parameter('official')} holds for the baseline {BASELINE} alone. Got {baseline.name}."
        )
    short = name.strip().lower().removeprefix("efficientnet").lstrip("_-")
    if short not in ROWS:
        raise ScaleSearchError(
            f"{parameter('official')} must be one of {', '.join(ROWS)}. "
            f"Got {name!r}{suggestion(short, ROWS)}."
        )
    return short, ROWS[short]


def official(baseline: TableNetwork, name: str) -> TableNetwork:
    """The published network, with the baseline's own rounding (see `official_row`)."""
    short, row = official_row(baseline, name)
    repeats = scaled_repeats(baseline, row.depth)
    network = with_sizes(baseline, repeats, row.width, row.resolution)
    return renamed(network, f"efficientnet_{short}", row.dropout)
