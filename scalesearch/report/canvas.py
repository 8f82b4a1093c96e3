"""Where every picture is drawn: on matplotlib's own defaults, and written whole as a PNG."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave

from scalesearch.errors import StudyError
from scalesearch.files.whole_files import write_whole
from scalesearch.report.palette import FRAME, INK, LINE

_DPI = 150


@contextlib.contextmanager
def defaults() -> Iterator[None]:
    """Inside, nothing holds that a matplotlibrc, a style or the program around has set."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield


def canvas_of(width: float, height: float) -> FigureCanvasAgg:
    """A white canvas of so many inches, 150 pixels each, with its `figure`; inside `defaults`."""
    return FigureCanvasAgg(Figure(figsize=(width, height), dpi=_DPI, facecolor="white"))


def dress(axes: Axes) -> None:
    """Grid, ticks and frame as in every picture."""
    axes.grid(True, color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", color=LINE, labelcolor=INK, labelsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[:].set_color(FRAME)


def write_png(path: Path | str, canvases: Sequence[FigureCanvasAgg]) -> None:
    """Write the canvases, all of one width, one below the other; inside `defaults`.

    Raises StudyError for the disk.
    """
    pixels = []
    for canvas in canvases:
        canvas.draw()
        pixels.append(np.asarray(canvas.buffer_rgba()))
    content = io.BytesIO()
    # Matplotlib's own version in the file would make the same study give different bytes.
    nothing = {"Software": None}
    imsave(content, np.vstack(pixels), format="png", dpi=_DPI, metadata=nothing)  # type: ignore[arg-type] # None leaves the entry out
    write_whole(path, content.getvalue(), StudyError)
