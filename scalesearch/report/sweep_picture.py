"""sweep.png: accuracy against counted MACs, one line a dimension or a (depth, resolution) pair."""

from itertools import pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from scalesearch.core.quantities import TIMES
from scalesearch.report.canvas import canvas_of, defaults, dress, write_png
from scalesearch.report.label_places import Box
from scalesearch.report.labels import Label, write_labels
from scalesearch.report.palette import (
    INK,
    METHOD_COLOURS,
    METHOD_MARKERS,
    PAIR_COLOURS,
    SUBTITLE,
)
from scalesearch.report.sweep_table import SweepInfo, SweepRow

_SHAPES = "o^Dsv<>P"
_WIDE_RANGE = 40.0
"""Cost ratios beyond which ticks are labelled at powers of ten and their half alone."""


@defaults()
def draw_png(info: SweepInfo, path: Path) -> None:
    """Draw `info` to a PNG of 1500 x 930 pixels, written whole. Raises StudyError for the disk."""
    canvas = canvas_of(10, 6.2)
    figure = canvas.figure
    figure.text(0.08, 0.94, info.title, size=14, weight="bold", color=INK, parse_math=False)
    seeds = f"{info.seeds} seed{'s' * (info.seeds != 1)}"
    what = "width" if info.by_pairs else "the line's dimension"
    figure.text(
        0.08,
        0.9,
        f"Mean of {seeds}; bars: 1 standard deviation; numbers: what {what} is multiplied by",
        size=10,
        color=SUBTITLE,
    )
    axes = figure.add_axes((0.08, 0.19, 0.89, 0.68))
    dress(axes)
    axes.set_xscale("log")
    labels: list[Label] = []
    drawn = []
    for place, name in enumerate(info.lines):
        line = info.line(name)
        if line:
            colour, shape = _style(name, place)
            _draw(axes, line, name, colour, shape)
            drawn.append((line, colour))
    _scale(axes, [row for line, _ in drawn for row in line])
    obstacles: list[Box] = []
    for line, colour in drawn:
        for row in line:
            x, y = _pixel(axes, row)
            obstacles.append(Box(x - 9, y - 9, x + 9, y + 9))
            if row.factor != 1:
                labels.append(Label(f"{row.factor:g}", x, y, colour))
        obstacles += _along(axes, line)
    window = axes.get_window_extent()
    bounds = Box(window.x0 + 4, window.y0 + 4, window.x1 - 4, window.y1 - 4)
    write_labels(figure, canvas, labels, obstacles, bounds)
    write_png(path, [canvas])


def _style(name: str, place: int) -> tuple[str, str]:
    if name in METHOD_COLOURS:
        return METHOD_COLOURS[name], METHOD_MARKERS[name]
    return PAIR_COLOURS[place % len(PAIR_COLOURS)], _SHAPES[place % len(_SHAPES)]


def _draw(axes: Axes, line: tuple[SweepRow, ...], name: str, colour: str, shape: str) -> None:
    axes.errorbar(
        [row.proxy_counted_ratio for row in line],
        [100 * (row.top1_mean or 0) for row in line],
        yerr=[100 * (row.top1_std or 0) for row in line],
        color=colour, marker=shape, label=name, markersize=8, markeredgecolor="white",
        linewidth=1.6, elinewidth=1.1, capsize=3,
    )  # fmt: skip


def _scale(axes: Axes, rows: list[SweepRow]) -> None:
    """Limits, before labels are placed by pixel, and ticks."""
    ratios = [row.proxy_counted_ratio for row in rows] or [1.0]
    tops = [
        100 * ((row.top1_mean or 0) + sign * (row.top1_std or 0))
        for row in rows
        for sign in (1, -1)
    ] or [0.0, 1.0]
    room = 0.08 * (max(tops) - min(tops)) + 0.1
    axes.set_ylim(min(tops) - room, max(tops) + room)
    axes.set_xlim(min(ratios) / 1.12, max(ratios) * 1.18)
    few = max(ratios) / min(ratios) < _WIDE_RANGE
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7) if few else (1, 3)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}{TIMES}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("counted MACs of the trained network, over the baseline's", color=INK, size=10)
    axes.set_ylabel("top-1 on validation, %", color=INK)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.11), ncols=5, frameon=False, fontsize=9)


def _pixel(axes: Axes, row: SweepRow) -> tuple[float, float]:
    at = (row.proxy_counted_ratio, 100 * (row.top1_mean or 0))
    x, y = axes.transData.transform(at)
    return float(x), float(y)


def _along(axes: Axes, line: tuple[SweepRow, ...]) -> list[Box]:
    """Small boxes along the line and its bars, which labels keep off."""
    points = [_pixel(axes, row) for row in line]
    boxes = []
    for (x0, y0), (x1, y1) in pairwise(points):
        for step in range(1, 24):
            x, y = x0 + step * (x1 - x0) / 24, y0 + step * (y1 - y0) / 24
            boxes.append(Box(x - 4, y - 4, x + 4, y + 4))
    for row, (x, y) in zip(line, points, strict=True):
        above = 100 * ((row.top1_mean or 0) + (row.top1_std or 0))
        reach = float(axes.transData.transform((row.proxy_counted_ratio, above))[1]) - y
        boxes.append(Box(x - 6, y - reach - 2, x + 6, y + reach + 2))
    return boxes
