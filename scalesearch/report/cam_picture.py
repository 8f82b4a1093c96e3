"""cam.png: class activation maps over images, one row an image, one column an arm."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scalesearch.report.canvas import canvas_of, defaults, write_png
from scalesearch.report.palette import INK, RIGHT, SUBTITLE, WRONG

_SIDE = 1.7
"""Inches a side of each picture."""
_GAP, _TEXT = 0.12, 0.3
_LEFT, _TOP = 0.3, 1.25
_LONGEST = 19
_ENDS = 0.12
"""How much of the colour map is left out at either end, where it is nearly black over black."""


@dataclass(frozen=True, slots=True)
class CamCell:
    """What one arm makes of one image."""

    label: str
    """The likeliest class."""
    probability: float
    right: bool | None
    """Whether that is the image's class; None where it is not known."""
    map: np.ndarray
    """(height, width) from 0, what speaks least for the class, to 1; of any size."""


@dataclass(frozen=True, slots=True)
class CamRow:
    """One image, uint8 (height, width, 3), with a cell an arm."""

    name: str
    image: np.ndarray
    cells: tuple[CamCell, ...]


@dataclass(frozen=True, slots=True)
class CamInfo:
    """Everything that the picture shows."""

    title: str
    arms: tuple[str, ...]
    rows: tuple[CamRow, ...]


def spread_out(values: np.ndarray) -> np.ndarray:
    """A map from 0 to 1, each by its own range; all 0.5 where it does not vary."""
    low, high = float(values.min()), float(values.max())
    if not high > low:
        return np.full(values.shape, 0.5)
    return (values - low) / (high - low)


def colour_image(image: np.ndarray) -> np.ndarray:
    """uint8 (height, width, 1 or 3) as (height, width, 3)."""
    return np.repeat(image, 3, axis=-1) if image.shape[-1] == 1 else image


@defaults()
def draw_png(info: CamInfo, path: Path) -> None:
    """Draw `info` to a PNG, written whole. Raises StudyError for the disk."""
    columns, rows = 1 + len(info.arms), len(info.rows)
    wide = max(2 * _LEFT + columns * _SIDE + (columns - 1) * _GAP, 7.0)
    high = _TOP + rows * (_SIDE + _TEXT) + 0.1
    canvas = canvas_of(wide, high)
    figure = canvas.figure
    _headings(figure, info, wide, high)
    for place, row in enumerate(info.rows):
        bottom = high - _TOP - place * (_SIDE + _TEXT) - _SIDE
        for column in range(columns):
            left = _LEFT + column * (_SIDE + _GAP)
            axes = figure.add_axes((left / wide, bottom / high, _SIDE / wide, _SIDE / high))
            _picture(axes, row, column)
    write_png(path, [canvas])


def _headings(figure: Figure, info: CamInfo, wide: float, high: float) -> None:
    figure.text(
        _LEFT / wide, 1 - 0.36 / high, info.title, size=13, weight="bold", color=INK,
        parse_math=False,
    )  # fmt: skip
    remark = "Red speaks for the class named below, blue least; each map by its own range."
    if any(cell.right is not None for row in info.rows for cell in row.cells):
        remark += " Green: right, orange: wrong."
    figure.text(_LEFT / wide, 1 - 0.64 / high, remark, size=9, color=SUBTITLE)
    for column, name in enumerate(("image", *info.arms)):
        middle = _LEFT + column * (_SIDE + _GAP) + _SIDE / 2
        figure.text(
            middle / wide, 1 - (_TOP - 0.1) / high, name, size=10, weight="bold", color=INK,
            ha="center", parse_math=False,
        )  # fmt: skip


def _picture(axes: Axes, row: CamRow, column: int) -> None:
    """The image in the first column, then with an arm's map over it."""
    axes.set_axis_off()
    height, width, _ = row.image.shape
    across, down = (side / max(height, width) / 2 for side in (width, height))
    extent = (0.5 - across, 0.5 + across, 0.5 - down, 0.5 + down)  # in the middle of a square
    axes.imshow(row.image, extent=extent, interpolation="nearest")
    text, colour = _shortened(row.name), INK
    if column:
        cell = row.cells[column - 1]
        axes.imshow(
            cell.map, extent=extent, cmap="jet", vmin=-_ENDS, vmax=1 + _ENDS, alpha=0.45,
            interpolation="bilinear",
        )  # fmt: skip
        text = f"{_shortened(cell.label)} {cell.probability:.0%}"
        colour = INK if cell.right is None else RIGHT if cell.right else WRONG
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.text(0.5, -0.03, text, ha="center", va="top", size=9, color=colour, parse_math=False)


def _shortened(text: str) -> str:
    """At most 19 characters, which is what stands under a picture without reaching the next."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
