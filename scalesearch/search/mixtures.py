"""Where networks of one budget lie on the triangle of mixtures, and the points between them.

A mixture (d, w, r) says how the extra cost of a network is split over depth, width and resolution,
by its multipliers as they were built: `(log2 depth, 2 log2 width, 2 log2 resolution)` over their
sum. These sum to 1, so they are the components of a mixture experiment (Cornell 2002, chapter 2).
"""

import itertools
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import ConvexHull, QhullError

STEPS = 12
"""Steps along an edge of the triangle on which surfaces are looked at."""
FEWEST = 6
"""With fewer distinct mixtures only the candidates themselves can be named."""
_SLACK = 1e-6
"""How far outside of a hull a point may lie by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """The points that may be named.

    `mixtures` (points, 3); `log_ratios` (points,): log2 of their cost over the mean of what was
    trained. Where it is `continuous` the points are a lattice, and what lies between them within
    the `faces` (faces, 3) of the hull of what was trained may be named as well; else they are the
    networks that were trained, in their order.
    """

    mixtures: np.ndarray
    log_ratios: np.ndarray
    continuous: bool
    faces: np.ndarray

    def holds(self, mixtures: np.ndarray) -> np.ndarray:
        """Which of `mixtures` (points, 3) lie on the triangle and between what was trained."""
        inside = mixtures[:, :2] @ self.faces[:, :2].T + self.faces[:, 2] <= _SLACK
        return inside.all(1) & (mixtures >= -_SLACK).all(1)


def lattice(steps: int = STEPS) -> np.ndarray:
    """All mixtures in multiples of 1 / steps, (points, 3): from depth alone to resolution alone."""
    pairs = itertools.product(range(steps, -1, -1), repeat=2)
    return np.array([(d, w, steps - d - w) for d, w in pairs if d + w <= steps]) / steps


def domain(trained: np.ndarray, log_ratios: np.ndarray, one_cost: bool) -> Domain:
    """What may be named where networks at `trained` (networks, 3) were trained.

    Between enough networks of one cost it is the triangle as far as they reach. Else, and where
    they reach it nowhere, it is the networks themselves, with their `log_ratios` (networks,).
    """
    if one_cost and len(np.unique(trained.round(6), axis=0)) >= FEWEST:
        try:
            hull = ConvexHull(trained[:, :2])
        except QhullError:
            pass  # all on one line: there is no triangle between them
        else:
            points = np.vstack([lattice(), trained[np.sort(hull.vertices)]])
            points = np.unique(points.round(9), axis=0)
            found = Domain(points, np.zeros(len(points)), True, hull.equations)
            points = points[found.holds(points)]
            if len(points):
                return replace(found, mixtures=points, log_ratios=np.zeros(len(points)))
    return Domain(trained, log_ratios, False, np.empty((0, 3)))
