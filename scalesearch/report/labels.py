"""Labels of points in pictures: text beside a point, tied to it by a line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.transforms import IdentityTransform

from scalesearch.report.label_places import Box, place


@dataclass(frozen=True, slots=True)
class Label:
    """A text, and the pixel of the figure that it speaks of."""

    text: str
    x: float
    y: float
    colour: str


def write_labels(
    figure: Figure,
    canvas: FigureCanvasAgg,
    labels: Sequence[Label],
    obstacles: Sequence[Box],
    bounds: Box,
) -> tuple[Box, ...]:
    """Write the labels without overlaps, each tied to its point by a line. Gives their boxes."""
    if not labels:
        return ()
    pixels = IdentityTransform()
    texts = [
        figure.text(
            0, 0, label.text, transform=pixels, size=9, weight="bold", color=label.colour,
            ha="center", va="center", parse_math=False, zorder=10,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
        for label in labels
    ]  # fmt: skip
    extents = [text.get_window_extent(canvas.get_renderer()) for text in texts]
    boxes = place(
        [(label.x, label.y) for label in labels],
        [(extent.width + 8, extent.height + 6) for extent in extents],
        obstacles,
        bounds,
        unit=figure.dpi / 72,
    )
    for text, box, label in zip(texts, boxes, labels, strict=True):
        text.set_position(((box.left + box.right) / 2, (box.bottom + box.top) / 2))
        _tie(figure, label, box)
    return boxes


def _tie(figure: Figure, label: Label, box: Box) -> None:
    """A thin line from the rim of the point's marker to the nearest edge of its label."""
    x = min(max(label.x, box.left), box.right)
    y = min(max(label.y, box.bottom), box.top)
    length = math.hypot(x - label.x, y - label.y)
    rim = 7 * figure.dpi / 72
    if length <= rim:
        return
    start_x = label.x + (x - label.x) * rim / length
    start_y = label.y + (y - label.y) * rim / length
    line = Line2D([start_x, x], [start_y, y], color=label.colour, linewidth=0.8, alpha=0.7)
    line.set_transform(IdentityTransform())
    figure.add_artist(line)
