"""The triangle of pareto.png: bands of accuracy, the region of the best point, what was trained."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from scalesearch.report.bands import Band
from scalesearch.report.label_places import Box
from scalesearch.report.labels import Label, write_labels
from scalesearch.report.level_sets import Ring
from scalesearch.report.palette import ACCENT, DIMENSION_COLOURS, FRAME, INK, LINE
from scalesearch.report.triangle import CORNERS, HEIGHT, Split, barycentric
from scalesearch.report.triangle_map import Mark, TriangleMap

At = tuple[float, float, float, float]
"""Left, bottom, width and height in shares of the figure."""
_CORNERS = tuple(CORNERS.items())
_DOT = 42.0
"""Area in square points of a network trained once."""
_MOST = 9
"""Trainings beyond which a dot grows no more."""
_STAR = 330.0
_SIDES: dict[
    str, tuple[int, int, Literal["left", "center", "right"], Literal["top", "center", "bottom"]]
]
_SIDES = {
    "below": (0, -1, "center", "top"), "above": (0, 1, "center", "bottom"),
    "left": (-1, 0, "right", "center"), "right": (1, 0, "left", "center"),
}  # fmt: skip


def draw_triangle(figure: Figure, canvas: FigureCanvasAgg, shown: TriangleMap, at: At) -> None:
    """Draw into `at`; its lower seventh holds the scale of colours."""
    left, bottom, width, height = at
    axes = figure.add_axes((left, bottom + 0.17 * height, width, 0.83 * height))
    axes.set_aspect("equal")
    axes.set_xlim(-0.1, 1.1)
    axes.set_ylim(-0.1, HEIGHT + 0.1)
    axes.apply_aspect()  # now, for labels are placed by pixel before anything is drawn
    axes.axis("off")
    for band, rings in zip(shown.bands, shown.outlines, strict=False):
        _fill(axes, rings, facecolor=band.colour, edgecolor="white", linewidth=0.9, zorder=1)
    _frame(axes, "white" if shown.has_surface else LINE)
    for colour, width_ in (("white", 4.6), (ACCENT, 2.4)):
        _fill(axes, shown.region, facecolor="none", edgecolor=colour, linewidth=width_, zorder=3)
    obstacles = [box for mark in shown.marks for box in _dot(axes, mark)]
    labels = _named(axes, shown.named) if shown.named else []
    labels += [
        Label("the paper's point", *_pixel(axes, mark.shares), INK)
        for mark in shown.marks
        if mark.is_paper
    ]
    if shown.bands:
        _scale(
            figure,
            shown.bands,
            (left + 0.2 * width, bottom + 0.085 * height, 0.6 * width, 0.03 * height),
        )
        figure.text(
            left + width / 2, bottom, _unit(shown), ha="center", va="bottom", size=10, color=INK
        )
    obstacles += _rim(axes)
    window = axes.get_window_extent()
    bounds = Box(window.x0, window.y0, window.x1, window.y1)
    write_labels(figure, canvas, labels, obstacles, bounds)


def _unit(shown: TriangleMap) -> str:
    return (
        "top-1 on validation by the surface, %" if shown.has_surface
        else "mean top-1 on validation, %"
    )  # fmt: skip


def _fill(axes: Axes, rings: Iterable[Ring], **look: Any) -> None:
    """Draw outlines as one shape, so that what runs the other way round is a hole in it."""
    corners, codes = [], []
    for ring in rings:
        corners += [*map(barycentric, ring), barycentric(ring[0])]
        codes += [Path.MOVETO, *[Path.LINETO] * (len(ring) - 1), Path.CLOSEPOLY]
    if corners:
        shape = PathPatch(Path(corners, codes), clip_on=False, joinstyle="round", **look)
        axes.add_patch(shape)


def _frame(axes: Axes, inner: str) -> None:
    """The triangle, lines of equal share at every quarter, and the corners' names."""
    for step in (0.25, 0.5, 0.75):
        rest = 1 - step
        for ends in (
            ((step, rest, 0.0), (step, 0.0, rest)),
            ((rest, step, 0.0), (0.0, step, rest)),
            ((rest, 0.0, step), (0.0, rest, step)),
        ):
            x, y = zip(*map(barycentric, ends), strict=True)
            axes.plot(x, y, color=inner, linewidth=0.8, linestyle=(0, (1, 3)), zorder=2)
    x, y = zip(*(barycentric(shares) for _, shares in (*_CORNERS, _CORNERS[0])), strict=True)
    axes.plot(x, y, color=FRAME, linewidth=1.2, zorder=2)
    places = ((-0.02, -0.05, "top"), (1.02, -0.05, "top"), (0.5, HEIGHT + 0.045, "bottom"))
    for (name, _), (across, up, side) in zip(_CORNERS, places, strict=True):
        axes.text(
            across, up, f"{name} alone", ha="center", va=side, size=10.5, weight="bold",
            color=DIMENSION_COLOURS[name],
        )  # fmt: skip


def _pixel(axes: Axes, shares: Split) -> tuple[float, float]:
    x, y = axes.transData.transform(barycentric(shares))
    return float(x), float(y)


def _dot(axes: Axes, mark: Mark) -> list[Box]:
    """Draw a network's dot and what is written below it; the boxes that both cover, in pixels."""
    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    area = _DOT * min(mark.trainings, _MOST)
    edge = (ACCENT, 2.4) if mark.in_region else (INK, 1.0)
    x, y = barycentric(mark.shares)
    axes.scatter(
        [x], [y], s=area * (0.8 if mark.is_paper else 1.0), marker="D" if mark.is_paper else "o",
        facecolors=mark.colour, edgecolors=edge[0], linewidths=edge[1], clip_on=False, zorder=5,
    )  # fmt: skip
    unit = figure.dpi / 72
    rim = (math.sqrt(area) / 2 + 1) * unit
    across, up = _pixel(axes, mark.shares)
    boxes = [_around(across, up, rim, rim)]
    if mark.told:
        right, top, ha, va = _SIDES[mark.side]
        off = rim / unit + 2
        axes.annotate(
            mark.told, (x, y), (off * right, off * top), textcoords="offset points", size=8.5,
            color=INK, ha=ha, va=va, zorder=7, annotation_clip=False,
            path_effects=[withStroke(linewidth=2.4, foreground="white")],
        )  # fmt: skip
        middle = across + right * (rim + 16 * unit), up + top * (rim + 9 * unit)
        boxes.append(_around(*middle, 15 * unit, 8 * unit))
    return boxes


def _around(x: float, y: float, wide: float, high: float) -> Box:
    return Box(x - wide, y - high, x + wide, y + high)


def _named(axes: Axes, shares: Split) -> list[Label]:
    x, y = barycentric(shares)
    axes.scatter(
        [x], [y], marker="*", s=_STAR, color=ACCENT, edgecolors="white", linewidths=1.1,
        clip_on=False, zorder=8,
    )  # fmt: skip
    return [Label("named", *_pixel(axes, shares), ACCENT)]


def _rim(axes: Axes) -> list[Box]:
    """Boxes along the triangle's edges, which labels keep off."""
    boxes = []
    for (_, one), (_, other) in zip(_CORNERS, (*_CORNERS[1:], _CORNERS[0]), strict=True):
        (x0, y0), (x1, y1) = _pixel(axes, one), _pixel(axes, other)
        boxes += [
            Box(x - 4, y - 4, x + 4, y + 4)
            for x, y in ((x0 + t * (x1 - x0) / 40, y0 + t * (y1 - y0) / 40) for t in range(41))
        ]
    return boxes


def _scale(figure: Figure, steps: Sequence[Band], at: At) -> None:
    """The bands side by side, with the values at their borders."""
    axes = figure.add_axes(at)
    for place, band in enumerate(steps):
        axes.add_patch(Rectangle((place, 0), 1, 1, facecolor=band.colour, edgecolor="white"))
    axes.set_xlim(0, len(steps))
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    borders = [steps[0].low, *(band.high for band in steps)]
    digits = 0 if all(value == round(value) for value in borders) else 1
    axes.set_xticks(range(len(borders)), [f"{value:.{digits}f}" for value in borders])
    axes.tick_params(length=0, labelcolor=INK, labelsize=9)
    axes.spines[:].set_visible(False)
