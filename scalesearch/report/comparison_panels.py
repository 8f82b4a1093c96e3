"""The lower panels of compare.png: how arms move with the length, and what controls say."""

import statistics
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from scalesearch.core.quantities import TIMES
from scalesearch.report.canvas import canvas_of, dress
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo
from scalesearch.report.difference_rows import Row, draw_legend, draw_rows
from scalesearch.report.palette import INK, METHOD_COLOURS, METHOD_MARKERS, SUBTITLE

_WIDE = 13
_HIGH = 4.6
METHODS = ("depth", "width", "resolution", "compound")


def slopes_canvas(info: ComparisonInfo) -> FigureCanvasAgg:
    """Each method less the mean of all at its cost by epochs, and its slope."""
    slopes = info.findings.slopes
    canvas, left, right = _two(
        max(_HIGH, 2.0 + 0.42 * len(slopes)),
        "Each arm less the mean of the arms of its cost, by length of trainings",
        "What a doubling of epochs brings each arm against the others",
    )
    dress(left)
    left.set_xscale("log")
    costs = tuple(dict.fromkeys(each.cost for each in slopes))
    for cost, style in zip(costs, ("-", "--", ":", "-.") * len(costs), strict=False):
        for method in METHODS:
            line = [
                (epochs, 100 * away)
                for epochs in info.lengths
                if (away := _away(info.at(epochs).arms, method, cost)) is not None
            ]
            if not line:
                continue
            label = method if len(costs) == 1 else f"{method} x{cost:.4g}"
            left.plot(
                *zip(*line, strict=True), color=METHOD_COLOURS[method], linestyle=style,
                marker=METHOD_MARKERS[method], label=label, linewidth=1.6,
                markersize=12 if method == "compound" else 8, markeredgecolor="white",
            )  # fmt: skip
    left.axhline(0, color=INK, linewidth=1, linestyle=(0, (4, 3)), alpha=0.6, zorder=1)
    left.xaxis.set_major_locator(FixedLocator(list(info.lengths)))
    left.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    left.xaxis.set_minor_locator(NullLocator())
    left.xaxis.set_minor_formatter(NullFormatter())
    left.set_xlim(min(info.lengths) / 1.15, max(info.lengths) * 1.15)
    left.set_xlabel("epochs of each training", color=INK, size=10)
    left.set_ylabel("points of top-1 from the mean", color=INK)
    draw_legend(left, 4)
    rows = [
        Row(f"{each.method} x{each.cost:.4g}", each.method, each.slope, each.low, each.high)
        for each in slopes
    ]
    draw_rows(right, rows, "points per doubling (bars: 95 % interval)")
    return canvas


def _away(arms: Sequence[ArmResult], method: str, cost: float) -> float | None:
    tops = {arm.method: arm.top1_mean for arm in arms if arm.cost == cost}
    known = [top for name, top in tops.items() if name in METHODS and top is not None]
    mine = tops.get(method)
    return None if mine is None or len(known) < len(METHODS) else mine - statistics.fmean(known)


def controls_canvas(info: ComparisonInfo) -> FigureCanvasAgg:
    """Accuracy by learning rate of the longest trainings, and what is left at the best rates."""
    several = len(info.lengths) > 1
    found = info.findings
    rows = []
    for each in found.best_rates:
        if each.compound_less_arm is not None:
            at = f", {each.epochs} epochs" if several else ""
            label = f"less {each.method} x{each.cost:.4g}{at}"
            ends = each.low, each.high, each.seeds_to_prove
            rows.append(Row(label, each.method, each.compound_less_arm, *ends))
    for of in found.information:
        at = f", {of.epochs} epochs" if several else ""
        ends = of.low, of.high, of.seeds_to_prove
        rows.append(Row(f"information, x{of.cost:.4g}{at}", "resolution", of.difference, *ends))
    canvas, left, right = _two(
        max(_HIGH, 2.0 + 0.42 * len(rows)),
        f"Accuracy by learning rate ({info.lengths[-1]} epochs; bars: 1 standard deviation)",
        "At best rates, compound minus each arm; what information brings",
    )
    dress(left)
    left.set_xscale("log", base=2)
    longest = [arm for arm in info.arms if arm.epochs == info.lengths[-1] and arm.informed is None]
    costs = tuple(dict.fromkeys(arm.cost for arm in longest if arm.method in METHODS))
    for cost, style in zip(costs, ("-", "--", ":", "-.") * len(costs), strict=False):
        for place, method in enumerate(METHODS):
            arms = sorted(
                (arm for arm in longest if (arm.method, arm.cost) == (method, cost)),
                key=lambda arm: arm.rate,
            )
            arms = [arm for arm in arms if arm.top1_mean is not None]
            label = method if len(costs) == 1 else f"{method} x{cost:.4g}"
            left.errorbar(
                [arm.rate * 1.03 ** (place - 1.5) for arm in arms],
                [100 * (arm.top1_mean or 0.0) for arm in arms],
                yerr=[100 * (arm.top1_std or 0.0) for arm in arms],
                color=METHOD_COLOURS[method], marker=METHOD_MARKERS[method], linestyle=style,
                label=label, markersize=12 if method == "compound" else 8,
                markeredgecolor="white", linewidth=1.6, elinewidth=1.2, capsize=3,
            )  # fmt: skip
    rates = sorted({arm.rate for arm in longest})
    left.xaxis.set_major_locator(FixedLocator(rates))
    left.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}{TIMES}"))
    left.set_xlim(min(rates) / 1.3, max(rates) * 1.3)
    left.set_xlabel("learning rate, over the recipe's", color=INK, size=10)
    left.set_ylabel("top-1 on validation, %", color=INK)
    draw_legend(left, 4)
    draw_rows(right, rows, "points of top-1 (bars: 95 % interval)", proofs=True)
    return canvas


def _two(high: float, left: str, right: str) -> tuple[FigureCanvasAgg, Axes, Axes]:
    """A canvas with two titled panels side by side."""
    canvas = canvas_of(_WIDE, high)
    figure = canvas.figure
    for at, text in ((0.06, left), (0.575, right)):
        figure.text(at, 1 - 0.3 / high, text, size=10, color=SUBTITLE)
    bottom, top = 1.2 / high, 1 - 0.55 / high
    return (
        canvas,
        figure.add_axes((0.06, bottom, 0.44, top - bottom)),
        figure.add_axes((0.7, bottom, 0.22, top - bottom)),
    )
