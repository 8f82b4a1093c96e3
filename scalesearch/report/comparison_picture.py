"""compare.png: accuracy against counted MACs, one line a method, and compound minus each arm.

Of several lengths the lines are the longest's; panels below show the lengths and the controls.
"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from scalesearch.core.quantities import TIMES
from scalesearch.report.canvas import canvas_of, defaults, dress, write_png
from scalesearch.report.comparison_panels import METHODS, controls_canvas, slopes_canvas
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo
from scalesearch.report.difference_rows import Row, draw_legend, draw_rows
from scalesearch.report.palette import INK, METHOD_COLOURS, METHOD_MARKERS, SUBTITLE

_APART = 0.03
"""How far apart the methods stand at one cost, as a share of the axis: their exact ratios, all
within 5 % of it, would cover each other."""


@defaults()
def draw_png(info: ComparisonInfo, path: Path) -> None:
    """Draw `info` to a PNG 1950 pixels wide, written whole. Raises StudyError for the disk."""
    rows = len(info.differences)
    canvas = canvas_of(13, max(5.6, 2.4 + 0.42 * rows))
    figure = canvas.figure
    high = figure.get_figheight()
    figure.text(
        0.06, 1 - 0.38 / high, info.title, size=14, weight="bold", color=INK, parse_math=False
    )
    several = len(info.lengths) > 1
    seeds = f"mean of {info.seeds} seed{'s' * (info.seeds != 1)}"
    if several:
        seeds += f", {info.lengths[-1]} epochs"
    for left, text in (
        (0.06, f"Accuracy against counted cost ({seeds}; bars: 1 standard deviation)"),
        (0.575, "Compound minus each arm, in points of top-1 (bars: 95 % interval)"),
    ):
        figure.text(left, 1 - 0.72 / high, text, size=10, color=SUBTITLE)
    bottom, top = 1.0 / high, 1 - 0.95 / high
    longest = info.at(info.lengths[-1])
    _accuracies(figure.add_axes((0.06, bottom, 0.44, top - bottom)), longest)
    draw_rows(
        figure.add_axes((0.7, bottom, 0.22, top - bottom)),
        [
            Row(
                f"less {arm.arm}", arm.method, arm.compound_less_arm or 0.0, arm.low, arm.high,
                arm.seeds_to_prove,
            )
            for arm in info.differences
        ],
        "points of top-1 (right of 0: compound is better)",
        proofs=True,
    )  # fmt: skip
    canvases = [canvas]
    if info.findings.slopes:
        canvases.append(slopes_canvas(info))
    if info.findings.best_rates or info.findings.information:
        canvases.append(controls_canvas(info))
    write_png(path, canvases)


def _accuracies(axes: Axes, info: ComparisonInfo) -> None:
    """One line a method, from the baseline through its costs."""
    dress(axes)
    axes.set_xscale("log")
    ticks = (1.0, *info.costs)
    left, right = 0.9, max(ticks) * 1.15
    apart = (right / left) ** _APART
    for place, method in enumerate(METHODS):
        line = info.line(method)
        if len(line) < 2:
            continue
        aside = apart ** (place - 1.5)
        costs = [1.0, *(arm.cost * aside for arm in line[1:])]
        tops = [100 * (arm.top1_mean or 0) for arm in line]
        axes.plot(costs, tops, color=METHOD_COLOURS[method], linewidth=1.6, alpha=0.8)
        axes.errorbar(
            costs[1:], tops[1:], yerr=[100 * (arm.top1_std or 0) for arm in line[1:]],
            color=METHOD_COLOURS[method], marker=METHOD_MARKERS[method], label=method,
            markersize=12 if method == "compound" else 8, markeredgecolor="white",
            linestyle="none", elinewidth=1.2, capsize=3, zorder=4,
        )  # fmt: skip
    _baseline(axes, info.baseline)
    low, high = info.accuracy_range
    axes.set_ylim(100 * low, 100 * high)
    axes.xaxis.set_major_locator(FixedLocator(list(ticks)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}{TIMES}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(left, right)
    axes.set_xlabel(
        "counted MACs, over the baseline's (arms of one cost side by side)", color=INK, size=10
    )
    axes.set_ylabel("top-1 on validation, %", color=INK)
    draw_legend(axes, 5)


def _baseline(axes: Axes, arm: ArmResult) -> None:
    if arm.top1_mean is None:
        return
    top = 100 * arm.top1_mean
    axes.axhline(top, color=INK, linewidth=1, linestyle=(0, (4, 3)), alpha=0.6, zorder=1)
    axes.errorbar(
        [1.0], [top], yerr=[100 * (arm.top1_std or 0)], color=METHOD_COLOURS["baseline"],
        marker=METHOD_MARKERS["baseline"], markersize=9, markeredgecolor="white", linestyle="none",
        capsize=3, label="baseline", zorder=6,
    )  # fmt: skip
