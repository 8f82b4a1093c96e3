"""The section of report.html on published networks: two pictures of their own, and the ratios."""

import html
import math
from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from scalesearch.core.quantities import TIMES
from scalesearch.report.page_parts import NOTHING, About, Part, plot
from scalesearch.report.page_points import layout
from scalesearch.report.palette import ACCENT, CANDIDATE
from scalesearch.report.references import Reference, ReferencesInfo

_Size = Callable[[Reference], float | None]
_SIZES: dict[str, tuple[str, _Size]] = {
    "published-params": ("parameters, millions", lambda model: model.params_millions),
    "published-macs": ("MACs of one image, billions", lambda model: model.macs_billions),
}
_DASH = "\N{EN DASH}"


def render_references(about: About) -> Part:
    """The section, where published networks are asked for."""
    info = about.references
    return Part(_section(info), references_figures(info)) if info else NOTHING


def _section(info: ReferencesInfo) -> str:
    plots = "".join(map(plot, _SIZES))
    rows = "\n".join(map(_row, info.models))
    unprinted = ", ".join(model.name for model in info.models if model.macs_billions is None)
    return (
        "<section><h2>Published networks on ImageNet</h2>"
        '<p class="note">Top-1 accuracy on ImageNet of networks trained at full size. The study '
        "above has other data, smaller networks and shorter trainings: its accuracies do not "
        "compare with these, so they share no axis.</p>"
        f'<figure><div class="pair">{plots}</div><figcaption>Line: EfficientNet-B0 to B7. '
        f"{html.escape(info.source)}; no MACs are printed for {html.escape(unprinted)}."
        "</figcaption></figure>"
        "<h3>Sizes over those of the EfficientNet of like accuracy</h3>"
        "<div class='scroll'><table class='references'><thead><tr><th scope='col'>network</th>"
        "<th scope='col'>published</th><th scope='col'>top-1, %</th><th scope='col'>top-5, %</th>"
        "<th scope='col'>params, M</th><th scope='col'>ratio</th><th scope='col'>MACs, G</th>"
        f"<th scope='col'>ratio</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
        "</section>"
    )


def _row(model: Reference) -> str:
    macs = _DASH if model.macs_billions is None else f"{model.macs_billions:g}"
    cells = (
        html.escape(model.published),
        f"{model.top1:.1f}",
        f"{model.top5:.1f}",
        f"{model.params_millions:g}",
        times(model.params_ratio),
        macs,
        times(model.macs_ratio),
    )
    inside = "".join(f"<td>{cell}</td>" for cell in cells)
    kind = ' class="leader"' if model.leads else ""
    return f"<tr{kind}><th scope='row'>{html.escape(model.name)}</th>{inside}</tr>"


def times(ratio: float | None) -> str:
    """A ratio as the paper prints it: 4.9x, 11x."""
    if ratio is None:
        return _DASH
    return f"{ratio:.1f}{TIMES}" if ratio < 9.95 else f"{ratio:.0f}{TIMES}"


def references_figures(info: ReferencesInfo) -> dict[str, go.Figure]:
    """Parameters and MACs, on logarithmic axes, against ImageNet top-1; by id."""
    return {name: _figure(info, title, size) for name, (title, size) in _SIZES.items()}


def _figure(info: ReferencesInfo, title: str, size: _Size) -> go.Figure:
    figure = go.Figure(layout=layout())
    drawn = [model for model in info.models if size(model) is not None]
    family = [model for model in drawn if model.leads]
    others = [model for model in drawn if not model.leads]
    places = label_places([(math.log10(size(m) or 1), m.top1) for m in others])
    kinds = (
        (
            "EfficientNet",
            family,
            "lines+markers+text",
            ACCENT,
            "square",
            ["top left"] * len(family),
        ),
        ("others", others, "markers+text", CANDIDATE, "circle", places),
    )
    for name, models, mode, colour, symbol, positions in kinds:
        figure.add_scatter(
            x=[size(model) for model in models], y=[model.top1 for model in models],
            mode=mode, name=name, text=[html.escape(model.label) for model in models],
            textposition=positions, textfont={"size": 11, "color": colour},
            customdata=[[_hover(model)] for model in models],
            hovertemplate="%{customdata[0]}<extra></extra>", cliponaxis=False,
            marker={"symbol": symbol, "size": 8, "color": colour}, line={"color": colour},
        )  # fmt: skip
    exact = [size(model) or 1 for model in drawn]
    figure.update_layout(
        showlegend=False,
        xaxis={
            "type": "log", "title": {"text": title, "standoff": 8}, "dtick": "D2",
            "range": [math.log10(min(exact) / 1.6), math.log10(max(exact) * 1.6)],
        },
        yaxis={"ticksuffix": " %"},
    )  # fmt: skip
    return figure


def label_places(points: Sequence[tuple[float, float]]) -> list[str]:
    """Where each label goes, for points in (log10 of size, top-1): away from near points.

    To the left where a point of like accuracy lies to the right; of points that nearly coincide the
    most accurate is labelled above, the least below.
    """
    places = []
    for at, (x, y) in enumerate(points):
        rest = [point for index, point in enumerate(points) if index != at]
        left = any(0 <= other - x < 0.6 and abs(top - y) < 0.35 for other, top in rest)
        close = [top for other, top in rest if abs(other - x) < 0.08 and abs(top - y) < 0.35]
        above, below = any(top > y for top in close), any(top < y for top in close)
        height = "middle" if above == below else "bottom" if above else "top"
        places.append(f"{height} {'left' if left else 'right'}")
    return places


def _hover(model: Reference) -> str:
    macs = "no MACs printed" if model.macs_billions is None else f"{model.macs_billions:g} G MACs"
    return (
        f"<b>{html.escape(model.name)}</b><br>{html.escape(model.published)}<br>"
        f"top-1 {model.top1:.1f} %<br>{model.params_millions:g} M parameters, {macs}"
    )
