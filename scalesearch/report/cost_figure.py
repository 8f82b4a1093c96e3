"""The page's picture of accuracy against cost, with the Pareto front."""

import math

import plotly.graph_objects as go

from scalesearch.core.quantities import TIMES, prose_quantity
from scalesearch.report.page_parts import NOTHING, About, Part, picture
from scalesearch.report.page_points import Kind, by_kind, hover, layout
from scalesearch.report.palette import ACCENT, PAGE_GREY
from scalesearch.report.pareto import ParetoInfo, Point, staircase

_HEADING = "Accuracy against MACs"


def render_costs(about: About) -> Part:
    """The picture, or a sentence while no trial is complete.

    Nothing where all splits of one budget are compared: what is left of their costs is rounding.
    """
    info = about.info
    if about.surface is not None and about.surface.points:
        return NOTHING
    if not info.points:
        return Part(f"<section><h2>{_HEADING}</h2><p>No trial is complete yet.</p></section>")
    caption = (
        "Top-1 accuracy on the validation split against counted MACs of the <em>proxy</em>, as a "
        f"multiple of the baseline's {prose_quantity(info.baseline_cost)}. Bars: one standard "
        "deviation over seeds. Line: Pareto front. Dashed: the baseline's accuracy."
        f"{_stretched(info)}"
    )
    return picture(_HEADING, "costs", cost_figure(info), caption)


def _stretched(info: ParetoInfo) -> str:
    if not info.is_broken:
        return ""
    spread = max(p.ratio for p in info.candidates) / min(p.ratio for p in info.candidates) - 1
    return (
        f" The candidates differ by {100 * spread:.1f} % in cost, so their part of the axis is "
        "stretched and the baseline has a strip of its own."
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
            line={"shape": "hv", "color": ACCENT, "width": 2}, hoverinfo="skip",
            name="Pareto front", xaxis=axis, showlegend=axis == axes[-1],
        )  # fmt: skip
    for kind, points in by_kind(info.points):
        figure.add_trace(_dots(kind, points, axes[0 if kind[0] == "baseline" else -1]))
    if info.baseline:
        level = 100 * info.baseline.accuracy
        for axis in axes:
            figure.add_shape(
                type="line", x0=0, x1=1, xref=f"{axis} domain", y0=level, y1=level, layer="below",
                line={"dash": "dash", "color": PAGE_GREY, "width": 1.5},
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


def _dots(kind: Kind, points: list[Point], axis: str) -> go.Scatter:
    name, symbol, size, colour, _ = kind
    bars = [0.0 if math.isnan(point.std) else 100 * point.std for point in points]
    return go.Scatter(
        x=[point.ratio for point in points], y=[100 * point.accuracy for point in points],
        xaxis=axis, mode="markers", name=name, text=[hover(point) for point in points],
        hovertemplate="%{text}<extra></extra>", cliponaxis=False,
        marker={"symbol": symbol, "size": size, "color": colour},
        error_y={"array": bars, "color": colour, "thickness": 1.2, "width": 3},
    )  # fmt: skip
