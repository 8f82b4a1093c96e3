"""The right panel of pareto.png: realised budget shares as a triangle, coloured by accuracy."""

import math
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scalesearch.report.label_places import Box
from scalesearch.report.labels import Label, write_labels
from scalesearch.report.palette import FRAME, INK, LINE
from scalesearch.report.pareto import ParetoInfo
from scalesearch.report.point_marks import marker, marker_size
from scalesearch.report.triangle import HEIGHT, barycentric, inside


def draw_triangle(
    figure: Figure, canvas: FigureCanvasAgg, info: ParetoInfo, at: tuple[float, float, float, float]
) -> None:
    """Draw into `at` (left, bottom, width, height in shares of the figure)."""
    axes = figure.add_axes(at)
    axes.set_aspect("equal")
    axes.set_xlim(-0.14, 1.14)
    axes.set_ylim(-0.13, HEIGHT + 0.1)
    axes.apply_aspect()  # now, for labels are placed by pixel before anything is drawn
    axes.axis("off")
    _frame(axes)
    points = [point for point in info.points if point.shares]
    if not points:
        return
    tops = [100 * point.accuracy for point in points]
    low, high = min(tops), max(max(tops), min(tops) + 0.1)
    labels, obstacles = [], []
    for point, top in zip(points, tops, strict=True):
        assert point.shares
        x, y = barycentric(inside(point.shares))
        dots = axes.scatter(
            [x], [y], c=[top], vmin=low, vmax=high, cmap="viridis", marker=marker(point),
            s=1.6 * marker_size(point), edgecolors=INK, linewidths=1.2 if point.title else 0.4,
            clip_on=False, zorder=5 if point.title else 4,
        )  # fmt: skip
        across, up = axes.transData.transform((x, y))
        rim = math.sqrt(1.6 * marker_size(point)) / 2 * figure.dpi / 72
        obstacles.append(Box(across - rim, up - rim, across + rim, up + rim))
        if point.is_winner or point.is_paper:
            text = ", ".join(["winner"] * point.is_winner + ["paper"] * point.is_paper)
            labels.append(Label(text, float(across), float(up), INK))
    bar = figure.colorbar(
        dots, cax=figure.add_axes((at[0] + 0.12 * at[2], 0.115, 0.76 * at[2], 0.022)),
        orientation="horizontal",
    )  # fmt: skip
    bar.outline.set_visible(False)
    bar.ax.tick_params(color=LINE, labelcolor=INK, labelsize=9)
    figure.text(at[0] + at[2] / 2, 0.03, "mean top-1 on validation, %", ha="center", size=10)
    outline = [axes.transData.transform(corner) for corner in ((0, 0), (0.5, HEIGHT), (1, 0))]
    for (x0, y0), (x1, y1) in pairwise(outline):
        obstacles += [
            Box(x - 4, y - 4, x + 4, y + 4)
            for x, y in ((x0 + t * (x1 - x0) / 40, y0 + t * (y1 - y0) / 40) for t in range(41))
        ]
    window = axes.get_window_extent()
    bounds = Box(window.x0 - 40, window.y0 + 60, figure.bbox.x1 - 10, window.y1)
    write_labels(figure, canvas, labels, obstacles, bounds)


def _frame(axes: Axes) -> None:
    """The triangle, lines of equal share at every quarter, and the corners' names."""
    for step in range(1, 4):
        share = step / 4
        rest = 1 - share
        for ends in (
            ((share, rest, 0.0), (share, 0.0, rest)),
            ((rest, share, 0.0), (0.0, share, rest)),
            ((rest, 0.0, share), (0.0, rest, share)),
        ):
            axes.plot(*zip(*map(barycentric, ends), strict=True), color=LINE, linewidth=0.8)
    corners = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    axes.plot(*zip(*map(barycentric, corners), strict=True), color=FRAME, linewidth=1.2)
    bold: dict[str, Any] = {"size": 10.5, "weight": "bold", "color": INK}
    axes.text(-0.02, -0.05, "depth", ha="center", va="top", **bold)
    axes.text(1.02, -0.05, "width", ha="center", va="top", **bold)
    axes.text(0.5, HEIGHT + 0.04, "resolution", ha="center", va="bottom", **bold)
