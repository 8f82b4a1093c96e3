"""The pictures of report.html as plotly figures. Colours of text and grid are the page's own."""

import html
import math
from collections.abc import Callable, Iterable
from typing import Any

import plotly.graph_objects as go

from scalesearch.report.pareto import Cut, ParetoInfo, Point, staircase
from scalesearch.report.triangle import inside

BLUE, ORANGE, GREEN, GREY = "#4c8dff", "#f0701c", "#37a85a", "#8a94a6"
TIMES = "\N{MULTIPLICATION SIGN}"

_CORNERS = {"depth": "triangle-left", "width": "triangle-right", "resolution": "triangle-up"}

# One trace a kind of point, in the order of the legend: name, symbol, size, colour, who belongs.
_Kind = tuple[str, str, int, str, Callable[[Point], bool]]
_KINDS: tuple[_Kind, ...] = (
    ("winner", "star", 17, ORANGE, lambda p: p.is_winner),
    ("baseline", "square", 11, GREY, lambda p: p.role == "baseline"),
    ("paper", "diamond", 12, GREEN, lambda p: p.is_paper),
    ("depth alone", _CORNERS["depth"], 12, GREEN, lambda p: p.corner == "depth"),
    ("width alone", _CORNERS["width"], 12, GREEN, lambda p: p.corner == "width"),
    ("resolution alone", _CORNERS["resolution"], 12, GREEN, lambda p: p.corner == "resolution"),
    ("candidates", "circle", 8, BLUE, lambda p: True),
)


def cost_figure(info: ParetoInfo) -> go.Figure:
    """Accuracy against cost ratio; where costs are alike the baseline has a strip of its own."""
    figure = go.Figure(layout=layout())
    ratios, accuracies = staircase(info)
    low, high = info.candidate_range
    digits = 3 if high - low < 0.06 else 2
    axes = ("x", "x2") if info.is_broken else ("x",)
    for axis in axes:
        figure.add_scatter(
            x=ratios, y=[100 * accuracy for accuracy in accuracies], mode="lines",
            line={"shape": "hv", "color": ORANGE, "width": 2}, hoverinfo="skip",
            name="Pareto front", xaxis=axis, showlegend=axis == axes[-1],
        )  # fmt: skip
    for kind, points in _by_kind(info.points):
        figure.add_trace(_dots(kind, points, axes[0 if kind[0] == "baseline" else -1]))
    if info.baseline:
        level = 100 * info.baseline.accuracy
        for axis in axes:
            figure.add_shape(
                type="line", x0=0, x1=1, xref=f"{axis} domain", y0=level, y1=level, layer="below",
                line={"dash": "dash", "color": GREY, "width": 1.5},
            )  # fmt: skip
    wide = [low, high] if info.is_broken else [min(low, 0.97), high]
    main = {"range": wide, "tickformat": f".{digits}f", "ticksuffix": TIMES, "nticks": 6}
    main["title"] = {"text": f"{info.cost_name} / the baseline's", "standoff": 8}
    if info.is_broken:
        strip = {"range": [0.9, 1.1], "tickvals": [1.0], "ticktext": [f"1{TIMES}"]}
        figure.update_layout(
            xaxis={**strip, "domain": [0, 0.1], "fixedrange": True},
            xaxis2={**main, "domain": [0.13, 1], "anchor": "y"},
        )
    else:
        figure.update_layout(xaxis=main)
    if info.points:
        figure.update_layout(yaxis={"range": info.accuracy_range})
    figure.update_layout(yaxis={"ticksuffix": " %"})
    return figure


def triangle_figure(info: ParetoInfo) -> go.Figure:
    """Realised budget shares of the proxies in %, coloured by mean accuracy."""
    points = [point for point in info.points if point.shares]
    figure = go.Figure(layout=layout())
    tops = [100 * point.accuracy for point in points] or [0.0]
    if not points:  # a trace is what makes plotly draw the triangle
        figure.add_scatterternary(a=[None], b=[None], c=[None])
    if cut := [each for each in info.cut if each.shares]:
        depths, widths, resolutions = zip(*map(_percent, cut), strict=True)
        figure.add_scatterternary(
            a=resolutions, b=depths, c=widths, mode="markers", name="cut early",
            text=[
                f"<b>{html.escape(each.label)}</b><br>cut at {each.trained:.3g} of its training"
                for each in cut
            ],
            hovertemplate="%{text}<extra></extra>", cliponaxis=False,
            marker={"symbol": [_hollow(each) for each in cut], "size": 9, "color": GREY},
        )  # fmt: skip
    for kind, members in _by_kind(points):
        depths, widths, resolutions = zip(*map(_percent, members), strict=True)
        figure.add_scatterternary(
            a=resolutions, b=depths, c=widths, mode="markers", name=kind[0],
            text=[_hover(point) for point in members], hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
            marker={
                "symbol": kind[1], "size": kind[2] + 4, "coloraxis": "coloraxis",
                "color": [100 * point.accuracy for point in members],
                "line": {"width": 1, "color": GREY},
            },
        )  # fmt: skip
    corners = (("a", "resolution"), ("b", "depth"), ("c", "width"))
    figure.update_layout(
        coloraxis={
            "colorscale": "Viridis", "cmin": min(tops), "cmax": max(max(tops), min(tops) + 0.1),
            "colorbar": {
                "orientation": "h", "thickness": 10, "y": -0.14, "yanchor": "top", "len": 0.8,
                "ticksuffix": " %", "outlinewidth": 0, "nticks": 6,
            },
        },
        ternary={"sum": 100, **{f"{axis}axis": _corner(name) for axis, name in corners}},
        showlegend=False,
        margin={"l": 40, "r": 40, "t": 44, "b": 40},
    )  # fmt: skip
    return figure


def _corner(name: str) -> dict[str, Any]:
    """A corner's name and lines at quarters; the hover text has the numbers."""
    # The line break keeps the lower names clear of points that lie in their corners.
    title = {"text": f"<b>{name}</b>" if name == "resolution" else f"<br><b>{name}</b>"}
    ticks = {"tickvals": [25, 50, 75], "showticklabels": False, "ticks": ""}
    return {"title": title, "layer": "below traces", **ticks}


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


def _by_kind(points: Iterable[Point]) -> list[tuple[_Kind, list[Point]]]:
    """Each point with the first kind that claims it, in the order of drawing: the winner on top."""
    groups: dict[str, list[Point]] = {}
    for point in points:
        name = next(name for name, *_, belongs in _KINDS if belongs(point))
        groups.setdefault(name, []).append(point)
    return [(kind, groups[kind[0]]) for kind in reversed(_KINDS) if kind[0] in groups]


def _dots(kind: _Kind, points: list[Point], axis: str) -> go.Scatter:
    name, symbol, size, colour, _ = kind
    bars = [0.0 if math.isnan(point.std) else 100 * point.std for point in points]
    return go.Scatter(
        x=[point.ratio for point in points], y=[100 * point.accuracy for point in points],
        xaxis=axis, mode="markers", name=name, text=[_hover(point) for point in points],
        hovertemplate="%{text}<extra></extra>", cliponaxis=False,
        marker={"symbol": symbol, "size": size, "color": colour},
        error_y={"array": bars, "color": colour, "thickness": 1.2, "width": 3},
    )  # fmt: skip


def _hollow(cut: Cut) -> str:
    return f"{'diamond' if cut.is_paper else _CORNERS.get(cut.corner, 'circle')}-open"


def _percent(point: Point | Cut) -> tuple[float, float, float]:
    """Shares in %, as they stand in the triangle: plotly hides what lies outside."""
    assert point.shares
    depth, width, resolution = (100 * share for share in inside(point.shares))
    return depth, width, resolution


def _hover(point: Point) -> str:
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
