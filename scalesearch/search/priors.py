"""What is believed of a surface before any training: the terms of the model and their sizes.

Accuracy in points of top-1 of training i of network x with seed s is

    y = h(q)' beta + u(q) + c log2(ratio) + delta_x + b_s + e

with Scheffe's quadratic h = (d, w, r, dw, dr, wr) of the mixture q (Scheffe 1958), a smooth
departure u from it, what is a network's own (delta), what a seed gives all its trainings (b) and
noise (e). The baseline lies on no surface: it has a value of its own.

The level of the surface is left to the data. How far its corners lie apart is not: where they were
left to the data too, the best point of a nearly flat surface was told 0.3 points too high.
"""

import itertools
from dataclasses import dataclass

import numpy as np

FLAT = 30.0
"""Standard deviation in points of what is left to the data: the level, the baseline's value."""
COST = 10.0
"""Standard deviation of the points that a doubling of the cost brings."""
CURVATURES = (0.4, 1.0, 2.5, 6.0)
"""Standard deviations in points of Scheffe's terms, the linear ones about their level."""
DEPARTURES = (0.1, 0.3)
"""Standard deviations of the smooth departure, over those: what is nearly flat hardly departs."""
REACH = 0.35
"""Length over which a departure fades, as a distance between mixtures."""
OWN = (0.15, 0.5)
"""Standard deviations in points of what is one network's own."""
BLOCKS = (0.0, 0.4)
"""Standard deviations of a seed's block, over that of the noise."""
NOISE, NOISE_DEGREES = 1.5, 3.0
"""Scaled inverse chi-squared prior of the noise's variance: its scale in points, its degrees."""
SIZES = np.array(
    [
        (curvature, share * curvature, own)
        for curvature, share, own in itertools.product(CURVATURES, DEPARTURES, OWN)
    ]
)
"""(sizes, 3): curvature, departure and own, in points; all are as likely."""


def scales(sizes: np.ndarray) -> np.ndarray:
    """(sizes, 4): what `Terms.parts` are multiplied with, for rows of `SIZES`."""
    return np.concatenate([np.ones((len(sizes), 1)), np.square(sizes)], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Prior covariances of values: of the surface at points, of networks, of the baseline.

    `parts` (4, first, second) are those of the level, the cost and the baseline, then of Scheffe's
    terms, the departure and what is a network's own, each for a size of 1 point.
    """

    parts: np.ndarray

    def covariance(self, sizes: np.ndarray) -> np.ndarray:
        """(sizes, first, second), for rows of `SIZES`."""
        return np.tensordot(scales(sizes), self.parts, 1)


def terms(mixtures: np.ndarray, log_ratios: np.ndarray, networks: int, baseline: bool) -> Terms:
    """Among points at `mixtures` (points, 3) with log2 of their costs, (points,).

    The last `networks` of them are networks that were trained, with something of their own; the
    baseline's value follows where there is one.
    """
    count = len(mixtures)
    curved = blends(mixtures)
    own = np.zeros(count)
    own[count - networks :] = 1
    parts = np.zeros((4, count + baseline, count + baseline))
    surface = parts[:, :count, :count]
    surface[0] = FLAT**2 + COST**2 * np.outer(log_ratios, log_ratios)
    surface[1] = mixtures @ mixtures.T + curved @ curved.T
    surface[2] = likeness(mixtures)
    surface[3] = np.diag(own)
    if baseline:
        parts[0, -1, -1] = FLAT**2
    return Terms(parts)


def likeness(mixtures: np.ndarray) -> np.ndarray:
    """Squared exponential correlation of the departure among `mixtures`, (points, points)."""
    apart = np.square(mixtures[:, None] - mixtures[None]).sum(-1)
    return np.exp(-apart / (2 * REACH**2))


def blends(mixtures: np.ndarray) -> np.ndarray:
    """The quadratic terms dw, dr, wr, (points, 3)."""
    d, w, r = mixtures.T
    return np.stack([d * w, d * r, w * r], axis=1)
