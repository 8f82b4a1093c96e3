"""The left panel of pareto.png: accuracy against cost, with the Pareto front."""

import math
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from scalesearch.core.quantities import TIMES
from scalesearch.report.canvas import dress
from scalesearch.report.label_places import Box
from scalesearch.report.labels import Label, write_labels
from scalesearch.report.palette import ACCENT, INK
from scalesearch.report.pareto import ParetoInfo, Point, staircase
from scalesearch.report.point_marks import colour, marker, marker_size


def draw_costs(
    figure: Figure, canvas: FigureCanvasAgg, info: ParetoInfo, at: tuple[float, float, float, float]
) -> None:
    """Draw into `at` (left, bottom, width, height in shares of the figure).

    Candidates of nearly equal cost get a stretched axis, the baseline a strip of its own beside it.
    """
    left, bottom, width, height = at
    strip = 0.19 * width if info.is_broken else 0.0
    main = figure.add_axes((left + strip, bottom, width - strip, height))
    panels = [main]
    if info.is_broken:
        panels.insert(0, figure.add_axes((left, bottom, strip - 0.01, height), sharey=main))
        panels[0].set_xlim(0.95, 1.15)
        panels[0].set_xticks([1.0], [f"1{TIMES}"])
        _break(*panels)
    for axes in panels:
        dress(axes)
    panels[0].set_ylabel("top-1 on validation, %", color=INK)
    figure.text(left + width / 2, 0.03, _axis_title(info), ha="center", color=INK, size=10)
    low, high = info.candidate_range
    main.set_xlim(low if info.is_broken else min(low, 0.97), high)
    digits = 3 if high - low < 0.06 else 2
    main.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))  # none that it would round
    main.xaxis.set_major_formatter(lambda value, _: f"{value:.{digits}f}{TIMES}")
    if not info.points:
        main.text(0.5, 0.5, "no trial is complete yet", transform=main.transAxes, ha="center")
        return
    main.set_ylim(*info.accuracy_range)
    for axes in panels:
        _lines(axes, info)
        for point in info.points:
            _dot(axes, point)
    _label(figure, canvas, info, panels)


def _axis_title(info: ParetoInfo) -> str:
    stretched = "; axis stretched" if info.is_broken else ""
    return f"{info.cost_name}, as a multiple of the baseline's{stretched}"


def _break(strip: Axes, main: Axes) -> None:
    """Two short slashes where the cost axis is cut."""
    main.spines["left"].set_visible(False)
    main.tick_params(axis="y", length=0, labelleft=False)
    mark: dict[str, Any] = {
        "marker": [(-0.6, -1), (0.6, 1)],
        "markersize": 8,
        "linestyle": "none",
        "color": INK,
    }
    strip.plot([1], [0], transform=strip.transAxes, clip_on=False, **mark)
    main.plot([0], [0], transform=main.transAxes, clip_on=False, **mark)


def _lines(axes: Axes, info: ParetoInfo) -> None:
    ratios, accuracies = staircase(info)
    tops = [100 * accuracy for accuracy in accuracies]
    axes.step(ratios, tops, where="post", color=ACCENT, linewidth=1.4, alpha=0.8, zorder=2)
    if info.baseline:
        level = 100 * info.baseline.accuracy
        axes.axhline(level, color=INK, linewidth=1, linestyle=(0, (4, 3)), alpha=0.7, zorder=1)


def _dot(axes: Axes, point: Point) -> None:
    x, y = point.ratio, 100 * point.accuracy
    if point.std > 0:
        axes.errorbar(
            x, y, yerr=100 * point.std, fmt="none", ecolor=colour(point), elinewidth=1.1,
            capsize=2.5, alpha=0.55, zorder=3,
        )  # fmt: skip
    axes.scatter(
        [x], [y], marker=marker(point), s=marker_size(point), color=colour(point),
        edgecolors="white", linewidths=0.7, zorder=5 if point.title else 4,
    )  # fmt: skip


def _label(figure: Figure, canvas: FigureCanvasAgg, info: ParetoInfo, panels: list[Axes]) -> None:
    strip, main = panels[0], panels[-1]
    labels, obstacles = [], []
    for point in info.points:
        axes = strip if point.role == "baseline" else main
        x, y = axes.transData.transform((point.ratio, 100 * point.accuracy))
        top = 100 * (point.accuracy + (0.0 if math.isnan(point.std) else point.std))
        reach = axes.transData.transform((point.ratio, top))[1] - y
        obstacles += [Box(x - 9, y - 9, x + 9, y + 9), Box(x - 4, y - reach, x + 4, y + reach + 1)]
        if point.title:
            labels.append(Label(point.title, float(x), float(y), colour(point)))
    lines = [*zip(*staircase(info), strict=True)]
    for (ratio, accuracy), (next_ratio, next_accuracy) in pairwise(lines):
        x0, y0 = main.transData.transform((ratio, 100 * accuracy))
        x1, y1 = main.transData.transform((next_ratio, 100 * next_accuracy))
        obstacles += [Box(x0, y0 - 2, x1 + 1, y0 + 2), Box(x1 - 2, y0, x1 + 2, y1 + 1)]
    if info.baseline:
        _, y = main.transData.transform((1.0, 100 * info.baseline.accuracy))
        obstacles.append(Box(0, y - 2, figure.bbox.x1, y + 2))
    first, last = strip.get_window_extent(), main.get_window_extent()
    bounds = Box(first.x0 + 6, first.y0 + 6, last.x1 - 6, last.y1 - 6)
    write_labels(figure, canvas, labels, obstacles, bounds)
