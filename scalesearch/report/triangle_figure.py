"""The page's picture of where each network puts the added budget: a triangle of shares."""

from typing import Any

import plotly.graph_objects as go

from scalesearch.report.page_parts import NOTHING, About, Part, picture
from scalesearch.report.page_points import by_kind, hover, layout
from scalesearch.report.palette import PAGE_GREY
from scalesearch.report.pareto import ParetoInfo, Point
from scalesearch.report.triangle import inside


def render_triangle(about: About) -> Part:
    """The picture; nothing while no trial is complete."""
    if not about.info.points:
        return NOTHING
    caption = (
        "Each point is a network at the shares of the added budget that its proxy realises, "
        "coloured by mean top-1 accuracy. A corner spends everything on one dimension; shares "
        "below 0 stand on the edge. Star: winner; diamond: the paper's point; triangles: one "
        "dimension alone."
    )
    more = "<noscript><p>The pictures need JavaScript.</p></noscript>"
    heading = "Where the budget goes"
    return picture(heading, "triangle", triangle_figure(about.info), caption, more)


def triangle_figure(info: ParetoInfo) -> go.Figure:
    """Realised budget shares of the proxies in %, coloured by mean accuracy."""
    points = [point for point in info.points if point.shares]
    figure = go.Figure(layout=layout())
    tops = [100 * point.accuracy for point in points] or [0.0]
    if not points:  # a trace is what makes plotly draw the triangle
        figure.add_scatterternary(a=[None], b=[None], c=[None])
    for kind, members in by_kind(points):
        depths, widths, resolutions = zip(*map(_percent, members), strict=True)
        figure.add_scatterternary(
            a=resolutions, b=depths, c=widths, mode="markers", name=kind[0],
            text=[hover(point) for point in members], hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
            marker={
                "symbol": kind[1], "size": kind[2] + 4, "coloraxis": "coloraxis",
                "color": [100 * point.accuracy for point in members],
                "line": {"width": 1, "color": PAGE_GREY},
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


def _percent(point: Point) -> tuple[float, float, float]:
    """Shares in %, as they stand in the triangle: plotly hides what lies outside."""
    assert point.shares
    depth, width, resolution = (100 * share for share in inside(point.shares))
    return depth, width, resolution
