"""pareto.png: what a search found on the triangle of shares, or accuracy against cost."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg

from scalesearch.core.answer import Answer
from scalesearch.core.surface_info import SurfaceInfo
from scalesearch.report.canvas import canvas_of, defaults, write_png
from scalesearch.report.cost_panel import draw_costs
from scalesearch.report.intervals_panel import draw_intervals
from scalesearch.report.palette import INK, SUBTITLE
from scalesearch.report.pareto import ParetoInfo
from scalesearch.report.references import ReferencesInfo
from scalesearch.report.references_panel import draw_references
from scalesearch.report.triangle_map import map_of_means, map_of_surface
from scalesearch.report.triangle_panel import draw_triangle

_COSTS = "Accuracy against cost (line: Pareto front; bars: 1 standard deviation over seeds)"
_SHARES = "Realised shares of the added budget"
_SURFACE = (
    "Expected accuracy of every split of the budget. {region}.\n"
    "Dots: trained networks, larger for more trainings; number and colour: P(best)."
)
_POINTS = (
    "Trained networks in the colour of their expected accuracy, larger for more trainings.\n"
    "{region}. Numbers: P(best)."
)
_OUTLINE = "Outlined: 95 % region of the best split"
_RIMS = "Orange rims: 95 % region of the best candidate"
_CANDIDATES = (
    "Surface with its 95 % interval (filled), mean as trained (hollow),\n"
    "and the probability of being the best candidate"
)


@defaults()
def draw_png(
    info: ParetoInfo,
    path: Path | str,
    title: str = "",
    references: ReferencesInfo | None = None,
    surface: SurfaceInfo | None = None,
    answer: Answer | None = None,
) -> None:
    """Draw a study to a PNG, written whole: 1950 pixels wide. Raises StudyError for the disk.

    With `surface` and `answer` the triangle and the candidates' intervals come first; accuracy
    against cost is drawn where costs differ, or where there is no surface. `references` go below.
    """
    canvases = []
    if surface is None or answer is None:
        canvases.append(_without_surface(info, title))
    else:
        canvases.append(_with_surface(surface, answer, title))
        if not surface.points:
            canvases.append(_costs(info))
    write_png(path, [*canvases, draw_references(references)] if references else canvases)


def _with_surface(surface: SurfaceInfo, answer: Answer, title: str) -> FigureCanvasAgg:
    canvas = _canvas(7.2, title)
    explained = _SURFACE if surface.points else _POINTS
    explained = explained.format(region=_RIMS if any(surface.region) else _OUTLINE)
    for left, text in ((0.03, explained), (0.58, _CANDIDATES)):
        canvas.figure.text(left, 0.93, text, size=10, color=SUBTITLE, va="top", linespacing=1.4)
    draw_triangle(canvas.figure, canvas, map_of_surface(surface), (0.03, 0.03, 0.52, 0.8))
    draw_intervals(canvas.figure, answer, (0.58, 0.1, 0.41, 0.7))
    return canvas


def _costs(info: ParetoInfo) -> FigureCanvasAgg:
    canvas = _canvas(5.4, "")
    canvas.figure.text(0.06, 0.93, _COSTS, size=10, color=SUBTITLE)
    draw_costs(canvas.figure, canvas, info, (0.06, 0.14, 0.91, 0.755))
    return canvas


def _without_surface(info: ParetoInfo, title: str) -> FigureCanvasAgg:
    canvas = _canvas(6.2, title)
    for left, text in ((0.06, _COSTS), (0.635, _SHARES)):
        canvas.figure.text(left, 0.895, text, size=10, color=SUBTITLE)
    draw_costs(canvas.figure, canvas, info, (0.06, 0.12, 0.53, 0.755))
    draw_triangle(canvas.figure, canvas, map_of_means(info), (0.625, 0.03, 0.36, 0.83))
    return canvas


def _canvas(height: float, title: str) -> FigureCanvasAgg:
    canvas = canvas_of(13, height)
    canvas.figure.text(
        0.03, 1 - 0.36 / height, title, size=14, weight="bold", color=INK, parse_math=False
    )
    return canvas
