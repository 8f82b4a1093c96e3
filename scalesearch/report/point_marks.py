"""How a point is marked in both panels of pareto.png: its marker, colour and size."""

from scalesearch.report.palette import ACCENT, CANDIDATE, DIMENSION_COLOURS, INK, PAPER
from scalesearch.report.pareto import Point


def marker(point: Point) -> str:
    """The matplotlib marker of a point."""
    if point.is_named:
        return "*"
    if point.role == "baseline":
        return "s"
    if point.is_paper:
        return "D"
    return "^" if point.corner else "o"


def colour(point: Point) -> str:
    """The colour of a point where colour does not stand for accuracy."""
    if point.is_named:
        return ACCENT
    if point.role == "baseline":
        return INK
    return PAPER if point.is_paper else DIMENSION_COLOURS.get(point.corner, CANDIDATE)


def marker_size(point: Point) -> float:
    """Area in square points."""
    return 190.0 if point.is_named else 62.0 if point.title else 34.0
