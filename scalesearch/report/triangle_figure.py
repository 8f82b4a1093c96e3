"""The page's triangle: bands of accuracy, the region of the best point, what was trained."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

from scalesearch.core.surface_info import SurfaceInfo
from scalesearch.report.bands import Band
from scalesearch.report.page_points import layout
from scalesearch.report.palette import ACCENT, DIMENSION_COLOURS, HALO, INK, PAGE_GREY
from scalesearch.report.triangle import CORNERS, HEIGHT, Split, barycentric
from scalesearch.report.triangle_map import Mark, TriangleMap

_DOT = 9.0
"""Pixels across of a network trained once."""
_MOST = 9
"""Trainings beyond which a dot grows no more."""
_HOVERED = 20
"""Steps of the lattice on which the surface says its value under the pointer, or a little more."""
_TEXT = {
    "color": INK,
    "size": 12,
    "weight": 600,
    "shadow": f"0 0 2px {HALO}, 0 0 3px {HALO}, 0 0 5px {HALO}",
}
_SPACES = 2 * "\N{NO-BREAK SPACE}"
_PLAIN = {"size": 12}
"""Of the page's own colour, where there is no surface behind it."""
_SIDES = {
    "below": "bottom center", "above": "top center", "left": "middle left", "right": "middle right",
}  # fmt: skip


def triangle_figure(shown: TriangleMap, surface: SurfaceInfo | None = None) -> go.Figure:
    """What is shown, with values under the pointer over the whole of `surface`."""
    figure = go.Figure(layout=layout())
    for band, rings in zip(shown.bands, shown.outlines, strict=False):
        _outline(figure, rings, fill="toself", fillcolor=band.colour, color=HALO, width=0.8)
    _outline(figure, [tuple(CORNERS.values())], color=PAGE_GREY, width=1.2)
    figure.add_trace(_under_pointer(shown, surface))
    if shown.region:
        for colour, width in ((HALO, 5.5), (ACCENT, 2.8)):
            _outline(figure, shown.region, color=colour, width=width)
    text = _TEXT if shown.has_surface else _PLAIN
    figure.add_trace(_dots(shown.marks, text, INK if shown.has_surface else PAGE_GREY))
    named = [shown.named] if shown.named else []
    papers = [mark.shares for mark in shown.marks if mark.is_paper]
    figure.add_trace(_star(named))
    figure.add_trace(_names(papers, "the paper's point", text))
    figure.update_layout(
        coloraxis=_scale(shown.bands) if shown.bands else {},
        xaxis={"visible": False, "range": [-0.07, 1.07], "fixedrange": True},
        yaxis={"visible": False, "range": [-0.1, HEIGHT + 0.11], "fixedrange": True,
               "scaleanchor": "x", "constrain": "domain"},
        annotations=[_corner(name) for name in CORNERS],
        showlegend=False,
        margin={"l": 4, "r": 4, "t": 4, "b": 70},
    )  # fmt: skip
    return figure


def _xy(splits: Iterable[Split | None]) -> dict[str, list[float | None]]:
    """Where splits stand; None breaks a line."""
    places = [(None, None) if split is None else barycentric(split) for split in splits]
    rounded = [[None if value is None else round(value, 4) for value in each] for each in places]
    return {"x": [x for x, _ in rounded], "y": [y for _, y in rounded]}


def _outline(
    figure: go.Figure, rings: Iterable[Sequence[Split]], *, color: str, width: float, **look: Any
) -> None:
    along: list[Split | None] = []
    for ring in rings:
        along += [*ring, ring[0], None]
    figure.add_scatter(
        **_xy(along[:-1]), mode="lines", line={"color": color, "width": width}, hoverinfo="skip",
        **look,
    )  # fmt: skip


def _under_pointer(shown: TriangleMap, surface: SurfaceInfo | None) -> go.Scatter:
    """Unseen points that carry the scale, and tell the surface's value where the pointer is."""
    points = surface.points if surface is not None else ()
    every = max(surface.parts // _HOVERED, 1) if surface is not None else 1
    kept = [
        point
        for at, point in enumerate(points)
        if surface is not None
        and all(
            round(share * surface.parts) % every == 0
            for share in (point.shares.depth, point.shares.width)
        )
    ]
    splits = [(each.shares.depth, each.shares.width, each.shares.resolution) for each in kept]
    values = [round(100 * each.mean, 2) for each in kept] or [
        shown.bands[0].low if shown.bands else 0
    ]
    return go.Scatter(
        **(_xy(splits) if splits else {"x": [None], "y": [None]}), mode="markers",
        customdata=[[round(100 * share) for share in split] for split in splits],
        marker={"color": values, "coloraxis": "coloraxis", "size": 12, "opacity": 0},
        hovertemplate="surface %{marker.color:.1f} %<br>depth %{customdata[0]} %, "
        "width %{customdata[1]} %, resolution %{customdata[2]} %<extra></extra>",
    )  # fmt: skip


def _dots(marks: Sequence[Mark], text: dict[str, Any], rim: str) -> go.Scatter:
    return go.Scatter(
        **_xy(mark.shares for mark in marks), mode="markers+text", name="networks", meta="few",
        cliponaxis=False, text=[mark.told for mark in marks],
        textposition=[_SIDES[mark.side] for mark in marks], textfont=text,
        customdata=[_hover(mark) for mark in marks],
        hovertemplate="%{customdata}<extra></extra>",
        marker={
            "symbol": ["diamond" if mark.is_paper else "circle" for mark in marks],
            "size": [_DOT * min(mark.trainings, _MOST) ** 0.5 for mark in marks],
            "color": [mark.colour for mark in marks], "opacity": 1,
            "line": {
                "width": [2.6 if mark.in_region else 1.2 for mark in marks],
                "color": [ACCENT if mark.in_region else rim for mark in marks],
            },
        },
    )  # fmt: skip


def _hover(mark: Mark) -> str:
    """A network in full. Plotly reads a little HTML in it, so names are escaped."""
    name = html.escape(mark.names) + (" (the paper's point)" if mark.is_paper else "")
    return "<br>".join((f"<b>{name}</b>", *mark.facts, _shares(mark.shares)))


def _shares(split: Split) -> str:
    depth, width, resolution = (100 * share for share in split)
    return f"depth {depth:.0f} %, width {width:.0f} %, resolution {resolution:.0f} %"


def _star(named: Sequence[Split]) -> go.Scatter:
    return go.Scatter(
        **_xy(named), mode="markers+text", name="named point", meta="few", cliponaxis=False,
        marker={"symbol": "star", "size": 21, "color": ACCENT, "opacity": 1,
                "line": {"width": 1.4, "color": HALO}},
        customdata=[_shares(split) for split in named],
        hovertemplate="<b>the named point</b><br>%{customdata}<extra></extra>",
    )  # fmt: skip


def _names(places: Sequence[Split], name: str, text: dict[str, Any]) -> go.Scatter:
    # No-break spaces keep the name off the dot that it stands beside.
    return go.Scatter(
        **_xy(places), mode="text", name=name, text=[f"{_SPACES}{name}"] * len(places),
        textposition="middle right", textfont=text, cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip


def _scale(steps: Sequence[Band]) -> dict[str, Any]:
    """The bands as a scale of colours, with the values at their borders."""
    count = len(steps)
    colours = [
        stop
        for place, band in enumerate(steps)
        for stop in ((place / count, band.colour), ((place + 1) / count, band.colour))
    ]
    borders = [steps[0].low, *(band.high for band in steps)]
    return {
        "colorscale": colours, "cmin": borders[0], "cmax": borders[-1],
        "colorbar": {
            "orientation": "h", "thickness": 12, "y": -0.02, "yanchor": "top", "len": 0.7,
            "outlinewidth": 0, "tickvals": borders,
            "title": {"text": "top-1 on validation, %", "side": "bottom", "font": {"size": 13}},
        },
    }  # fmt: skip


def _corner(name: str) -> dict[str, Any]:
    """A corner's name, in its colour and clear of the dot that may stand there."""
    x, y = barycentric(CORNERS[name])
    anchors = {"depth": "left", "width": "right", "resolution": "center"}
    return {
        "x": x, "y": y, "yshift": 30 if name == "resolution" else -26, "showarrow": False,
        "text": f"<b>{name} alone</b>", "font": {"color": DIMENSION_COLOURS[name]},
        "xanchor": anchors[name], "xshift": {"left": -22, "right": 22}.get(anchors[name], 0),
    }  # fmt: skip
