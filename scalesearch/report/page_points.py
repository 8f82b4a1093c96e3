"""How every picture of report.html is laid out, and how its points are drawn and explained."""

import html
import math
from collections.abc import Callable, Iterable

import plotly.graph_objects as go

from scalesearch.report.palette import (
    ACCENT,
    CANDIDATE,
    DEPTH,
    PAGE_GREY,
    PAPER,
    RESOLUTION,
    WIDTH,
)
from scalesearch.report.pareto import Point

CORNER_SYMBOLS = {"depth": "triangle-left", "width": "triangle-right", "resolution": "triangle-up"}

# One trace a kind of point, in the order of the legend: name, symbol, size, colour, who belongs.
Kind = tuple[str, str, int, str, Callable[[Point], bool]]
_KINDS: tuple[Kind, ...] = (
    ("named", "star", 17, ACCENT, lambda p: p.is_named),
    ("baseline", "square", 11, PAGE_GREY, lambda p: p.role == "baseline"),
    ("paper", "diamond", 12, PAPER, lambda p: p.is_paper),
    ("depth alone", CORNER_SYMBOLS["depth"], 12, DEPTH, lambda p: p.corner == "depth"),
    ("width alone", CORNER_SYMBOLS["width"], 12, WIDTH, lambda p: p.corner == "width"),
    (
        "resolution alone", CORNER_SYMBOLS["resolution"], 12, RESOLUTION,
        lambda p: p.corner == "resolution",
    ),
    ("candidates", "circle", 8, CANDIDATE, lambda p: True),
)  # fmt: skip


def layout() -> go.Layout:
    """What all pictures of the page share."""
    return go.Layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 56, "r": 14, "t": 14, "b": 40},
        legend={"orientation": "h", "y": -0.19, "yanchor": "top", "x": 0, "traceorder": "reversed"},
        hoverlabel={"align": "left"},
        dragmode=False,
    )


def by_kind(points: Iterable[Point]) -> list[tuple[Kind, list[Point]]]:
    """Each point with the first kind that claims it, the named one drawn last."""
    groups: dict[str, list[Point]] = {}
    for point in points:
        name = next(name for name, *_, belongs in _KINDS if belongs(point))
        groups.setdefault(name, []).append(point)
    return [(kind, groups[kind[0]]) for kind in reversed(_KINDS) if kind[0] in groups]


def hover(point: Point) -> str:
    """A point in full. Plotly reads a little HTML in it, so names are escaped."""
    spread = "" if math.isnan(point.std) else f" \N{PLUS-MINUS SIGN} {100 * point.std:.2f}"
    seeds = f"{point.seeds} seed{'s' * (point.seeds > 1)}"
    lines = [
        f"<b>{html.escape(point.label)}</b>",
        f"top-1 {100 * point.accuracy:.2f} %{spread} ({seeds})",
        f"cost {point.ratio:.4f} times the baseline's",
        "alpha {:.3f}, beta {:.3f}, gamma {:.3f}".format(*point.coefficients),
    ]
    if point.shares:
        depth, width, resolution = (100 * share for share in point.shares)
        lines.append(f"depth {depth:.0f} %, width {width:.0f} %, resolution {resolution:.0f} %")
    return "<br>".join(lines)
