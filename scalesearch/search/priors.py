"""What is believed of a surface before any training: the terms of the model and their sizes.

Accuracy in points of top-1 of training i of network x with seed s is

    y = h(q)' beta + u(q) + c log2(ratio) + delta_x + b_s + e

with Scheffe's quadratic h = (d, w, r, dw, dr, wr) of the mixture q (Scheffe 1958), a smooth
departure u from it, what is a network's own (delta), what a seed gives all its trainings (b) and
noise (e). The baseline lies on no surface: it has a value of its own.
"""

import itertools
from dataclasses import dataclass

import numpy as np

FLAT = 30.0
"""Standard deviation in points of what is left to the data: linear terms, the baseline's value."""
COST = 10.0
"""Standard deviation of the points that a doubling of the cost brings."""
CURVATURES = (1.0, 3.0, 6.0)
"""Standard deviations in points of the quadratic terms."""
DEPARTURES = (0.15, 0.7)
"""Standard deviations in points of the smooth departure."""
REACH = 0.35
"""Length over which a departure fades, as a distance between mixtures."""
OWN = (0.15, 0.5)
"""Standard deviations in points of what is one network's own."""
BLOCKS = (0.0, 0.4)
"""Standard deviations of a seed's block, over that of the noise."""
NOISE, NOISE_DEGREES = 1.5, 3.0
"""Scaled inverse chi-squared prior of the noise's variance: its scale in points, its degrees."""
SIZES = np.array(list(itertools.product(CURVATURES, DEPARTURES, OWN)))
"""(sizes, 3): curvature, departure and own, in points; all are as likely."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Covariances of two sets of points of a surface, each (first, second), by what scales them."""

    fixed: np.ndarray
    """Of the linear terms and the cost."""
    curved: np.ndarray
    """Of the quadratic terms, for a curvature of 1 point."""
    smooth: np.ndarray
    """Of the departure, for one of 1 point."""

    def with_last(self, count: int) -> "Terms":
        """Between the same first points and the last `count` of the second alone."""
        start = self.fixed.shape[1] - count
        return Terms(self.fixed[:, start:], self.curved[:, start:], self.smooth[:, start:])

    def covariance(self, sizes: np.ndarray, networks: int, baseline: bool) -> np.ndarray:
        """(sizes, first + baseline, second + baseline) of values, for rows of `SIZES`.

        The last `networks` points of either set are the same trained networks, and what is their
        own counts to their values. The baseline's value follows where there is one.
        """
        first, second = self.fixed.shape
        curvature, departure, own = np.square(sizes).T[:, :, None, None]
        found = np.zeros((len(sizes), first + baseline, second + baseline))
        found[:, :first, :second] = self.fixed + curvature * self.curved + departure * self.smooth
        rows, columns = np.arange(first)[-networks:], np.arange(second)[-networks:]
        found[:, rows, columns] += own[:, :, 0]
        if baseline:
            found[:, -1, -1] = FLAT**2
        return found


def terms(mixtures: np.ndarray, log_ratios: np.ndarray) -> Terms:
    """Among points at `mixtures` (points, 3) with log2 of their costs, (points,)."""
    curved = blends(mixtures)
    return Terms(
        FLAT**2 * mixtures @ mixtures.T + COST**2 * np.outer(log_ratios, log_ratios),
        curved @ curved.T,
        likeness(mixtures),
    )


def likeness(mixtures: np.ndarray) -> np.ndarray:
    """Squared exponential correlation of the departure among `mixtures`, (points, points)."""
    apart = np.square(mixtures[:, None] - mixtures[None]).sum(-1)
    return np.exp(-apart / (2 * REACH**2))


def blends(mixtures: np.ndarray) -> np.ndarray:
    """The quadratic terms dw, dr, wr, (points, 3)."""
    d, w, r = mixtures.T
    return np.stack([d * w, d * r, w * r], axis=1)
