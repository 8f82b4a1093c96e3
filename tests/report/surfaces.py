"""A surface over the triangle for tests of what is drawn of it: known everywhere, by formula."""

import itertools
from collections.abc import Callable

from scalesearch.core.answer import Answer, Ranked
from scalesearch.core.candidates import Shares
from scalesearch.core.estimates import Estimate
from scalesearch.core.surface_info import SurfaceInfo, SurfacePoint


def lattice(parts: int) -> list[Shares]:
    pairs = itertools.product(range(parts + 1), repeat=2)
    return [
        Shares(depth / parts, width / parts, (parts - depth - width) / parts)
        for depth, width in pairs
        if depth + width <= parts
    ]


def plane(shares: Shares) -> float:
    """From 0.50 at depth alone to 0.54 at resolution alone."""
    return 0.50 + 0.02 * shares.width + 0.04 * shares.resolution


def surface_of(
    candidates: tuple[Ranked, ...],
    named: Shares,
    *,
    baseline: str = "efficientnet_b0",
    parts: int = 12,
    mean: Callable[[Shares], float] = plane,
    reach: Callable[[Shares], float] = lambda shares: 1.0,
    region: Callable[[Shares], float] = lambda shares: float(shares.resolution >= 0.5),
    points: bool = True,
) -> SurfaceInfo:
    """The surface `mean`, or the same known at the candidates alone."""
    return SurfaceInfo(
        baseline=baseline,
        named=named,
        candidates=candidates,
        region=tuple(region(each.shares) >= 0.5 for each in candidates),
        parts=parts,
        points=tuple(
            SurfacePoint(each, mean(each), reach(each), region(each)) for each in lattice(parts)
        )
        if points
        else (),
    )


def surface_of_answer(answer: Answer, **changes: object) -> SurfaceInfo:
    return surface_of(answer.candidates, answer.shares, baseline=answer.baseline, **changes)


def ranked(name: str, shares: Shares, best: float, trainings: int = 1) -> Ranked:
    value = plane(shares)
    estimate = Estimate(value, value - 0.01, value + 0.01)
    return Ranked(
        names=tuple(name.split("; ")),
        shares=shares,
        trainings=trainings,
        top1_mean=value + 0.002,
        top1_std=None,
        surface=estimate,
        own=estimate,
        best=best,
    )
