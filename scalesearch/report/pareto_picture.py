"""pareto.png: accuracy against cost beside the triangle of budget shares."""

from pathlib import Path

from scalesearch.report.canvas import canvas_of, defaults, write_png
from scalesearch.report.cost_panel import draw_costs
from scalesearch.report.palette import INK, SUBTITLE
from scalesearch.report.pareto import ParetoInfo
from scalesearch.report.references import ReferencesInfo
from scalesearch.report.references_panel import draw_references
from scalesearch.report.triangle_panel import draw_triangle

_COSTS = "Accuracy against cost (line: Pareto front; bars: 1 standard deviation over seeds)"
_SHARES = "Realised shares of the added budget (lines: quarters)"


@defaults()
def draw_png(
    info: ParetoInfo, path: Path | str, title: str = "", references: ReferencesInfo | None = None
) -> None:
    """Draw `info` to a PNG of 1950 x 930 pixels, written whole. Raises StudyError for the disk.

    `references` go below it, 1020 pixels more, on axes of their own.
    """
    canvas = canvas_of(13, 6.2)
    figure = canvas.figure
    figure.text(0.06, 0.945, title, size=14, weight="bold", color=INK, parse_math=False)
    for left, text in zip((0.06, 0.635), (_COSTS, _SHARES), strict=True):
        figure.text(left, 0.895, text, size=10, color=SUBTITLE)
    draw_costs(figure, canvas, info, (0.06, 0.12, 0.53, 0.755))
    draw_triangle(figure, canvas, info, (0.635, 0.17, 0.34, 0.7))
    write_png(path, [canvas, draw_references(references)] if references else [canvas])
