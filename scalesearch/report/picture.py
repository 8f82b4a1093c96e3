"""pareto.png: accuracy against cost beside the triangle of budget shares."""

import io
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from scalesearch.errors import StudyError
from scalesearch.files import write_whole
from scalesearch.report.cost_panel import draw_costs
from scalesearch.report.marks import INK
from scalesearch.report.pareto import ParetoInfo
from scalesearch.report.references import ReferencesInfo
from scalesearch.report.references_panel import draw_references
from scalesearch.report.triangle_panel import draw_triangle

_COSTS = "Accuracy against cost (line: Pareto front; bars: 1 standard deviation over seeds)"
_SHARES = "Realised shares of the added budget ({key})"


def draw_png(
    info: ParetoInfo, path: Path | str, title: str = "", references: ReferencesInfo | None = None
) -> None:
    """Draw `info` to a PNG of 1950 x 930 pixels, written whole. Raises StudyError for the disk.

    `references` go below it, 1020 pixels more, on axes of their own.
    """
    figure = Figure(figsize=(13, 6.2), dpi=150, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    figure.text(0.06, 0.945, title, size=14, weight="bold", color=INK, parse_math=False)
    key = "hollow: cut early" if info.cut else "lines: quarters"
    for left, text in zip((0.06, 0.635), (_COSTS, _SHARES.format(key=key)), strict=True):
        figure.text(left, 0.895, text, size=10, color="#4b5563")
    draw_costs(figure, canvas, info, (0.06, 0.12, 0.53, 0.755))
    draw_triangle(figure, canvas, info, (0.635, 0.17, 0.34, 0.7))
    parts = [canvas, draw_references(references)] if references else [canvas]
    write_whole(path, _png(parts), StudyError)


def _png(parts: list[FigureCanvasAgg]) -> bytes:
    """The canvases, all of one width, one below the other."""
    pixels = []
    for canvas in parts:
        canvas.draw()
        pixels.append(np.asarray(canvas.buffer_rgba()))
    png = io.BytesIO()
    # Matplotlib's own version in the file would make the same study give different bytes.
    nothing = {"Software": None}
    imsave(png, np.vstack(pixels), format="png", dpi=150, metadata=nothing)  # type: ignore[arg-type] # None leaves the entry out
    return png.getvalue()
