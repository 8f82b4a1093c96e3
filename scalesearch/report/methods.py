"""How each way of scaling is drawn, the same in every picture, and what its axes look like."""

from matplotlib.axes import Axes

from scalesearch.report.marks import INK, LINE

COLOURS = {
    "baseline": INK,
    "depth": "#2b8a3e",
    "width": "#2f6fde",
    "resolution": "#9c36b5",
    "compound": "#d9480f",
}
MARKERS = {"baseline": "s", "depth": "^", "width": "o", "resolution": "D", "compound": "*"}
TIMES = "\N{MULTIPLICATION SIGN}"


def dress(axes: Axes) -> None:
    """Grid, ticks and frame as in the other pictures."""
    axes.grid(True, color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", color=LINE, labelcolor=INK, labelsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[:].set_color("#9aa3b0")
