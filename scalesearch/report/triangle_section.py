"""The page's section on where the budget goes: the triangle, and how to read it."""

import html

from scalesearch.report.page_parts import NOTHING, About, Part, picture
from scalesearch.report.triangle_figure import triangle_figure
from scalesearch.report.triangle_map import TriangleMap, map_of_means, map_of_surface

_HEADING = "Where the budget goes"
_NOSCRIPT = "<noscript><p>The pictures need JavaScript.</p></noscript>"


def render_triangle(about: About) -> Part:
    """The picture; nothing while no trial is complete."""
    if about.surface is not None:
        shown = map_of_surface(about.surface)
        figure = triangle_figure(shown, about.surface)
        return picture(_HEADING, "triangle", figure, _caption(shown), _NOSCRIPT)
    if not about.info.points:
        return NOTHING
    caption = (
        "Each point is a network at the shares of the added budget that its proxy realises, in the "
        "colour of its mean top-1 accuracy and larger the more often it was trained. A corner "
        "spends everything on one dimension; shares below 0 stand on the edge. "
        f"{html.escape(about.no_surface)}"
    )
    figure = triangle_figure(map_of_means(about.info))
    return picture(_HEADING, "triangle", figure, caption, _NOSCRIPT)


def _caption(shown: TriangleMap) -> str:
    dots = (
        "Dots are the networks that were trained, larger the more often; the number beside one is "
        "the probability that it is the best of them"
    )
    region = (
        "Orange line: the best split lies within it with 95 % probability."
        if shown.region
        else "Orange rims: the best candidate is one of these with 95 % probability."
    )
    corner = "A corner spends the whole of the added budget on one dimension."
    star = "The star is the named point." if shown.named else ""
    if not shown.has_surface:
        return (
            f"{dots}. Their colour is the accuracy that the surface gives them. {region} {corner} "
            f"{star}"
        )
    return (
        "Colours: the accuracy that the surface expects of each split of the budget, on the "
        f"validation split. {region} {dots}; the stronger its orange the likelier. {corner} {star}"
    )
