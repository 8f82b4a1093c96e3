"""Where networks of one budget lie on the triangle of mixtures, and the points between them.

A mixture (d, w, r) says how the extra cost of a network is split over depth, width and resolution,
by its multipliers as they were built: `(log2 depth, 2 log2 width, 2 log2 resolution)` over their
sum. These sum to 1, so they are the components of a mixture experiment (Cornell 2002, chapter 2).
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull, QhullError

STEPS = 16
"""Steps along an edge of the triangle on which surfaces are looked at."""
FEWEST = 6
"""Distinct mixtures below which nothing between the candidates themselves is named."""
_SLACK = 1e-6
"""How far outside of a hull a point may lie by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """The points that may be named.

    `mixtures` (points, 3); `log_ratios` (points,) is log2 of their cost over the mean of what was
    trained. Where it is `continuous`, the points are a lattice within `corners` (corners, 2), in
    depth and width, and what lies between them may be named as well. `networks` are the indices of
    the networks that the points are, where it is not.
    """

    mixtures: np.ndarray
    log_ratios: np.ndarray
    continuous: bool
    networks: tuple[int, ...] = ()


def mixture(depth: float, width: float, resolution: float) -> tuple[float, float, float] | None:
    """The mixture of a network with these multipliers; None where they scale nothing up."""
    parts = math.log2(depth), 2 * math.log2(width), 2 * math.log2(resolution)
    total = sum(parts)
    if total <= 1e-9:
        return None
    return parts[0] / total, parts[1] / total, parts[2] / total


def lattice(steps: int = STEPS) -> np.ndarray:
    """All mixtures in multiples of 1 / steps, (points, 3): from depth alone to resolution alone."""
    pairs = itertools.product(range(steps, -1, -1), repeat=2)
    return np.array([(d, w, steps - d - w) for d, w in pairs if d + w <= steps]) / steps


def within(points: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Which `points` (points, 3) lie on the triangle and between the `trained` (networks, 3).

    Raises QhullError where the trained ones lie on one line.
    """
    faces = ConvexHull(trained[:, :2]).equations
    inside = (points[:, :2] @ faces[:, :2].T + faces[:, 2] <= _SLACK).all(1)
    return inside & (points >= -_SLACK).all(1)


def domain(trained: np.ndarray, log_ratios: np.ndarray, one_cost: bool) -> Domain:
    """What may be named where networks at `trained` (networks, 3) were trained.

    Between enough networks of one cost it is the triangle as far as they reach; else it is the
    networks themselves, with their own `log_ratios` (networks,).
    """
    distinct = np.unique(trained.round(6), axis=0)
    if one_cost and len(distinct) >= FEWEST:
        try:
            points = lattice()
            points = points[within(points, trained)]
            points = np.unique(np.vstack([points, _on_triangle(distinct)]), axis=0)
            return Domain(points, np.zeros(len(points)), True)
        except QhullError:
            pass  # all on one line: there is no triangle between them
    return Domain(trained, log_ratios, False, tuple(range(len(trained))))


def _on_triangle(points: np.ndarray) -> np.ndarray:
    return points[(points >= -_SLACK).all(1)]
