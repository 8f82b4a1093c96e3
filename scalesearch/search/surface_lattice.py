"""The surface of a study as its pictures draw it, from the rows of its table and its answer."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scalesearch.core.answer import Answer
from scalesearch.core.candidates import Shares
from scalesearch.core.surface_info import SurfaceInfo, SurfacePoint
from scalesearch.search.mixtures import STEPS, Domain, domain, lattice
from scalesearch.search.observations import observations
from scalesearch.search.surface import fit

PARTS = 48
"""Steps along an edge of the triangle that is drawn."""
_SMOOTH = 0.75 / STEPS
"""Standard deviation, in shares, over which the edge of the drawn region is smoothed: the region is
made of single points, and which of two neighbours belongs to it is little more than chance."""
_NEAR = 1e-3
"""Shares by which two ways to write one point may differ."""


def surface_info(rows: Iterable[Mapping[str, Any]], answer: Answer) -> SurfaceInfo:
    """What is drawn of the surface that led to `answer`, which is fitted to the same `rows` again.

    Raises StudyError, which says what is missing, where they cannot support one.
    """
    seen = observations(rows)
    where = domain(seen.mixtures, seen.log_ratios, seen.one_cost)
    members = _array(answer.region.shares)
    trained = _array(each.shares for each in answer.candidates)
    # A region of candidates is shown on their dots, and one of the triangle by its outline.
    alone = bool(_among(members, trained).all())
    points: tuple[SurfacePoint, ...] = ()
    if where.continuous:
        drawn = lattice(PARTS)
        means, reaches = fit(seen).mean(drawn) / 100, _reaches(where, drawn)
        inside = _among(where.mixtures, members) & (not alone)
        regions = _smoothed(where.mixtures, inside, drawn)
        points = tuple(
            SurfacePoint(Shares(*map(float, at)), float(mean), float(reach), float(region))
            for at, mean, reach, region in zip(drawn, means, reaches, regions, strict=True)
        )
    return SurfaceInfo(
        baseline=answer.baseline,
        named=_named(answer) if alone else answer.shares,
        candidates=answer.candidates,
        region=tuple(map(bool, _among(trained, members) & alone)),
        parts=PARTS,
        points=points,
    )


def _named(answer: Answer) -> Shares:
    """Where the named candidate lies as it was built; asked for were other shares than those."""
    built = (each.shares for each in answer.candidates if each.names == answer.names)
    return next(built, answer.shares)


def _array(shares: Iterable[Shares]) -> np.ndarray:
    found = [(each.depth, each.width, each.resolution) for each in shares]
    return np.array(found, float).reshape(-1, 3)


def _among(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of `points` (points, 3) are one of `others` (others, 3), (points,) bool."""
    apart = np.abs(points[:, None] - others[None]).max(-1)
    return apart.min(1, initial=np.inf) <= _NEAR


def _reaches(where: Domain, points: np.ndarray) -> np.ndarray:
    """Distance of each of `points` (points, 3) from the hull of what was trained, inwards."""
    return -(points[:, :2] @ where.faces[:, :2].T + where.faces[:, 2]).max(1)


def _smoothed(known: np.ndarray, member: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The share of members among the `known` around each of `points`, weighted by nearness."""
    apart = np.square(points[:, None] - known[None]).sum(-1)
    weights = np.exp(-apart / (2 * _SMOOTH**2)) + 1e-12
    return weights @ member / weights.sum(1)
