"""The lower half of pareto.png where published networks are asked for: a picture of its own."""

from collections.abc import Callable
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from scalesearch.report.canvas import canvas_of, dress
from scalesearch.report.label_places import Box
from scalesearch.report.labels import Label, write_labels
from scalesearch.report.palette import ACCENT, CANDIDATE, INK, SUBTITLE
from scalesearch.report.references import Reference, ReferencesInfo

HEADING = "Published networks: top-1 on ImageNet (line: EfficientNet-B0 to B7)"
REMARK = (
    "Other data and other trainings than above: none of these accuracies compares with a proxy's. "
    "Source: {source}."
)
_Size = Callable[[Reference], float | None]
_PANELS: tuple[tuple[float, str, tuple[float, ...], _Size], ...] = (
    (
        0.06,
        "parameters, millions",
        (5, 10, 20, 50, 100, 200, 500),
        lambda model: model.params_millions,
    ),
    (
        0.555,
        "MACs of one image, billions",
        (0.5, 1, 2, 5, 10, 20, 50),
        lambda model: model.macs_billions,
    ),
)


def draw_references(info: ReferencesInfo) -> FigureCanvasAgg:
    """A canvas as wide as pareto.png: both sizes, on logarithmic axes, against ImageNet top-1."""
    canvas = canvas_of(13, 6.8)
    figure = canvas.figure
    figure.text(0.06, 0.945, HEADING, size=14, weight="bold", color=INK)
    figure.text(0.06, 0.9, REMARK.format(source=info.source), size=10, color=SUBTITLE)
    for left, title, ticks, size in _PANELS:
        axes = figure.add_axes((left, 0.11, 0.425, 0.76))
        axes.set_xscale("log")
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel(title, color=INK, size=10)
        if left < 0.5:
            axes.set_ylabel("ImageNet top-1, %", color=INK)
        dress(axes)
        _draw(figure, canvas, axes, info, size)
        if absent := ", ".join(model.name for model in info.models if size(model) is None):
            note = f"{absent}: none printed"
            axes.text(0.02, 0.97, note, transform=axes.transAxes, va="top", size=9, color=INK)
    return canvas


def _draw(
    figure: Figure, canvas: FigureCanvasAgg, axes: Axes, info: ReferencesInfo, size: _Size
) -> None:
    family = [(x, model) for model in info.family if (x := size(model)) is not None]
    others = [(x, model) for model in info.others if (x := size(model)) is not None]
    axes.plot(
        [x for x, _ in family], [model.top1 for _, model in family],
        color=ACCENT, linewidth=1.4, marker="s", markersize=6, markeredgecolor="white", zorder=3,
    )  # fmt: skip
    axes.scatter(
        [x for x, _ in others], [model.top1 for _, model in others],
        s=38, color=CANDIDATE, edgecolors="white", linewidths=0.7, zorder=4,
    )  # fmt: skip
    # Limits now, for labels are placed by pixel before anything is drawn.
    sizes, tops = [x for x, _ in family + others], [model.top1 for _, model in family + others]
    axes.set_xlim(min(sizes) / 1.3, max(sizes) * 1.5)
    axes.set_ylim(min(tops) - 0.8, max(tops) + 0.6)
    points = [(*axes.transData.transform((x, model.top1)), model) for x, model in family + others]
    obstacles = [Box(x - 8, y - 8, x + 8, y + 8) for x, y, _ in points]
    for (x0, y0, _), (x1, y1, _) in pairwise(points[: len(family)]):
        obstacles += [
            Box(x - 3, y - 3, x + 3, y + 3)
            for x, y in ((x0 + t * (x1 - x0) / 12, y0 + t * (y1 - y0) / 12) for t in range(13))
        ]
    labels = [
        Label(model.label, float(x), float(y), ACCENT if model.leads else CANDIDATE)
        for x, y, model in points
    ]
    window = axes.get_window_extent()
    bounds = Box(window.x0 + 4, window.y0 + 4, window.x1, window.y1)
    write_labels(figure, canvas, labels, obstacles, bounds)
