"""pareto.png: accuracy against cost beside the triangle of budget shares."""

import io
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scalesearch.errors import StudyError
from scalesearch.files import write_whole
from scalesearch.report.cost_panel import draw_costs
from scalesearch.report.marks import INK
from scalesearch.report.pareto import ParetoInfo
from scalesearch.report.triangle_panel import draw_triangle

_PANEL_TITLES = (
    (0.06, "Accuracy against cost (line: Pareto front; bars: 1 standard deviation over seeds)"),
    (0.635, "Realised shares of the added budget (lines: quarters)"),
)


def draw_png(info: ParetoInfo, path: Path | str, title: str = "") -> None:
    """Draw `info` to a PNG of 1950 x 930 pixels, written whole. Raises StudyError for the disk."""
    figure = Figure(figsize=(13, 6.2), dpi=150, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    figure.text(0.06, 0.945, title, size=14, weight="bold", color=INK, parse_math=False)
    for left, text in _PANEL_TITLES:
        figure.text(left, 0.895, text, size=10, color="#4b5563")
    draw_costs(figure, canvas, info, (0.06, 0.12, 0.53, 0.755))
    draw_triangle(figure, canvas, info, (0.635, 0.17, 0.34, 0.7))
    png = io.BytesIO()
    # Matplotlib's own version in the file would make the same study give different bytes.
    canvas.print_png(png, metadata={"Software": None})
    write_whole(path, png.getvalue(), StudyError)
