"""What the picture of the triangle shows, as plain values, before anything is drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scalesearch.core.answer import Ranked
from scalesearch.core.candidates import Shares
from scalesearch.core.surface_info import SurfaceInfo
from scalesearch.report.bands import Band, bands, blend
from scalesearch.report.known_points import PAPER_BASELINE, corner_of, is_paper
from scalesearch.report.level_sets import Node, Ring, outlines
from scalesearch.report.number_sides import Side, free_sides
from scalesearch.report.palette import BEST
from scalesearch.report.pareto import ParetoInfo
from scalesearch.report.triangle import Split, barycentric, inside

TOLD = 0.05
"""The least P(best) that is written beside a point."""
_MOST_TOLD = 8
_NOTHING = -1e6
"""% top-1 that every surface is above: the lowest band holds all of it, whatever rounding does."""
_RIM = 1e-6
"""Shares by which a point may lie beyond what was trained, by rounding."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A network that was trained, where it lies on the triangle."""

    shares: Split
    """Shares of depth, width and resolution, none below 0."""
    names: str
    corner: str
    """The dimension that takes the whole budget; empty for other points."""
    is_paper: bool
    trainings: int
    colour: str
    facts: tuple[str, ...]
    """What is known of it, a line each."""
    told: str = ""
    """What is written beside it: P(best), for the likeliest candidates alone."""
    side: Side = "below"
    """Where that is written."""
    in_region: bool = False
    """Whether it belongs to the region, where that is made of candidates alone."""


@dataclass(frozen=True, slots=True)
class TriangleMap:
    """Bands of accuracy, the region of the best point, and the networks that were trained."""

    bands: tuple[Band, ...]
    outlines: tuple[tuple[Ring, ...], ...]
    """The outlines of each band, around all that lies as high or higher; none where only marks have
    a colour."""
    region: tuple[Ring, ...]
    named: Split | None
    marks: tuple[Mark, ...]
    """In the order of drawing: the one that is likeliest to be the best comes last, on top."""

    @property
    def has_surface(self) -> bool:
        return bool(self.outlines)


def map_of_surface(surface: SurfaceInfo) -> TriangleMap:
    """The surface of a search; where it is known at its candidates alone, those are coloured."""
    known = [100 * point.mean for point in surface.points if point.reach >= 0]
    steps = _bands(known or [100 * each.surface.value for each in surface.candidates])
    return TriangleMap(
        bands=steps,
        outlines=tuple(
            _within(surface, [100 * point.mean - low for point in surface.points])
            for low in (_NOTHING, *(band.low for band in steps[1:]))
            if known
        ),
        region=_within(surface, [point.region - 0.5 for point in surface.points]),
        named=_split(surface.named),
        marks=_marks(surface, () if known else steps),
    )


def _within(surface: SurfaceInfo, heights: Sequence[float]) -> tuple[Ring, ...]:
    """The outlines of where `heights` are at least 0, as far as the trained networks reach."""
    pairs = zip(surface.points, heights, strict=True)
    of_node = {_node(each.shares, surface.parts): (h, each.reach + _RIM) for each, h in pairs}
    return outlines(of_node, surface.parts)


def map_of_means(info: ParetoInfo) -> TriangleMap:
    """Without a surface: each network where its proxy's cost puts it, in the colour of its mean."""
    points = [point for point in info.points if point.shares]
    steps = _bands(100 * point.accuracy for point in points)
    return TriangleMap(
        bands=steps,
        outlines=(),
        region=(),
        named=next((inside(p.shares) for p in points if p.is_named and p.shares), None),
        marks=tuple(
            Mark(
                shares=inside(point.shares),
                names=point.label,
                corner=point.corner,
                is_paper=point.is_paper,
                trainings=point.seeds,
                colour=_colour(steps, 100 * point.accuracy),
                facts=(f"{100 * point.accuracy:.2f} % on average", _trainings(point.seeds)),
            )
            for point in points
            if point.shares
        ),
    )


def _marks(surface: SurfaceInfo, steps: Sequence[Band]) -> tuple[Mark, ...]:
    """The candidates: in the colour of their band where there are `steps`, else of P(best)."""
    pairs = zip(surface.candidates, surface.region, strict=True)
    ordered = sorted(pairs, key=lambda pair: (pair[0].best, pair[0].names))
    highest = max((each.best for each, _ in ordered), default=0.0) or 1.0
    told = {each.names for each, _ in ordered[-_MOST_TOLD:] if each.best >= TOLD}
    marks = [
        Mark(
            shares=_split(each.shares),
            names="; ".join(each.names),
            corner=corner_of(each.names, _split(each.shares)),
            is_paper=surface.baseline == PAPER_BASELINE and is_paper(each.names),
            trainings=each.trainings,
            colour=_colour(steps, 100 * each.surface.value)
            if steps
            else blend(BEST, each.best / highest),
            facts=_facts(each),
            told=f"{100 * each.best:.0f} %" if each.names in told else "",
            in_region=inner,
        )
        for each, inner in ordered
    ]
    sides = free_sides(
        [barycentric(mark.shares) for mark in marks],
        [bool(mark.told) for mark in marks],
        barycentric(_split(surface.named)),
    )
    return tuple(replace(mark, side=side) for mark, side in zip(marks, sides, strict=True))


def _facts(each: Ranked) -> tuple[str, ...]:
    value = each.surface
    return (
        f"surface {100 * value.value:.1f} % ({100 * value.low:.1f} to {100 * value.high:.1f})",
        f"as trained {100 * each.top1_mean:.1f} %, {_trainings(each.trainings)}",
        f"the best candidate with {100 * each.best:.0f} %",
    )


def _trainings(count: int) -> str:
    return "1 training" if count == 1 else f"{count} trainings"


def _bands(values: Iterable[float]) -> tuple[Band, ...]:
    found = list(values)
    return bands(min(found), max(found)) if found else ()


def _colour(steps: Sequence[Band], value: float) -> str:
    return next((band.colour for band in steps if value < band.high), steps[-1].colour)


def _node(shares: Shares, parts: int) -> Node:
    return round(shares.depth * parts), round(shares.width * parts)


def _split(shares: Shares) -> Split:
    return inside((shares.depth, shares.width, shares.resolution))
