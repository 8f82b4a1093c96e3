"""Draws from the posterior: from the prior first, then corrected by what was measured.

Matheron's rule (Wilson et al. 2020, "Efficiently sampling functions from Gaussian process
posteriors"): a draw of the prior, with trainings drawn for it, becomes one of the posterior when
the difference of the real trainings from the drawn ones is added by regression.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scalesearch.search.evidence import Components
from scalesearch.search.priors import COST, FLAT, blends, likeness
from scalesearch.search.replicates import Replicates

DRAWS = 4096
_HALF = DRAWS // 2
_LEAST = 1e-9
"""Share of the largest eigenvalue below which a direction of the departure is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class _Standard:
    """Draws of every term for a size of 1, (draws, ...)."""

    linear: np.ndarray
    quadratic: np.ndarray
    cost: np.ndarray
    departure: np.ndarray
    own: np.ndarray
    baseline: np.ndarray
    noise: np.ndarray


def posterior_draws(
    mixtures: np.ndarray,
    log_ratios: np.ndarray,
    networks: int,
    components: Components,
    seen: Replicates,
    cross: np.ndarray,
) -> np.ndarray:
    """(DRAWS, values) of the surface at points, of networks' own values, and of the baseline's.

    `mixtures` and `log_ratios` are those of the points and then of the `networks` that were
    trained; `cross` (components, values, measured) is the prior covariance of all values with those
    that were measured, which stand last.
    """
    standard = _standard(mixtures.tobytes(), len(mixtures), networks, cross.shape[2])
    points = len(mixtures) - networks
    drawn = np.empty((2, _HALF, cross.shape[1]))
    for index, rows in _shared_out(components.weights):
        curvature, departure, own = components.sizes[index]
        prior = np.empty((rows.stop - rows.start, cross.shape[1]))
        surface = prior[:, : len(mixtures)]
        surface[:] = FLAT * standard.linear[rows] @ mixtures.T
        surface += curvature * standard.quadratic[rows] @ blends(mixtures).T
        surface += departure * standard.departure[rows]
        surface += COST * standard.cost[rows] * log_ratios
        surface[:, points:] += own * standard.own[rows]
        prior[:, len(mixtures) :] = FLAT * standard.baseline[rows]
        scatter = seen.scatter[components.block[index]]
        errors = components.noise[index] * standard.noise[rows] @ np.linalg.cholesky(scatter).T
        whitening = components.whitening[index]
        gain = (cross[index] @ whitening.T) @ whitening
        measured = seen.mean[components.block[index]]
        for half, sign in enumerate((1, -1)):
            missed = measured - sign * (prior[:, points:] + errors)
            drawn[half, rows] = sign * prior + missed @ gain.T
    return drawn.reshape(DRAWS, -1)


def _shared_out(weights: np.ndarray) -> Iterator[tuple[int, slice]]:
    """Which draws of the half are of which component: as many as its weight says."""
    ends = np.floor(np.cumsum(weights).round(9) * _HALF + 0.5).astype(int)
    begin = 0
    for index, end in enumerate(ends):
        if end > begin:
            yield index, slice(begin, int(end))
        begin = int(end)


@lru_cache(maxsize=8)
def _standard(mixtures: bytes, count: int, networks: int, measured: int) -> _Standard:
    """The same for the same points. RandomState's stream is frozen, unlike that of its successor."""
    points = np.frombuffer(mixtures).reshape(count, 3)
    values, vectors = np.linalg.eigh(likeness(points))
    kept = values > _LEAST * values[-1]
    root = vectors[:, kept] * np.sqrt(values[kept])
    normal = np.random.RandomState(16).standard_normal
    return _Standard(
        linear=normal((_HALF, 3)),
        quadratic=normal((_HALF, 3)),
        cost=normal((_HALF, 1)),
        own=normal((_HALF, networks)),
        baseline=normal((_HALF, measured - networks)),
        noise=normal((_HALF, measured)),
        departure=normal((_HALF, root.shape[1])) @ root.T,
    )
