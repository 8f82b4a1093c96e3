"""Draws from the posterior: from the prior first, then corrected by what was measured.

Matheron's rule (Wilson et al. 2020, "Efficiently sampling functions from Gaussian process
posteriors"): a draw of the prior, with trainings drawn for it, becomes one of the posterior when
the difference of the real trainings from the drawn ones is added by regression.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scalesearch.search.evidence import Components
from scalesearch.search.priors import COST, FLAT, blends, likeness, scales
from scalesearch.search.replicates import Replicates

DRAWS = 2048
"""How many draws expectations are computed from."""
_LEAST = 1e-9
"""Share of the largest eigenvalue below which a direction of the departure is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class _Standard:
    """Draws of every term for a size of 1, (draws, ...)."""

    level: np.ndarray
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
    components: Components,
    seen: Replicates,
    cross: np.ndarray,
    count: int,
) -> np.ndarray:
    """(count, values) of the surface at points, of networks' own values, of the baseline's.

    `count` is even. `mixtures` and `log_ratios` are those of the points and then of the networks
    that were trained; `cross` (4, values, measured) are the parts of the prior covariance (see
    `priors.Terms`) of all values with those that were measured, which stand last.
    """
    values, measured = cross.shape[1:]
    half, points = count // 2, values - measured
    networks = len(mixtures) - points
    standard = _standard(mixtures.tobytes(), len(mixtures), networks, measured, half)
    component = _shared_out(components.weights, half)
    curvature, departure, own = components.sizes[component].T[:, :, None]
    block = components.block[component]

    prior = np.empty((half, values))
    surface = prior[:, : len(mixtures)]
    surface[:] = FLAT * standard.level + COST * standard.cost * log_ratios
    slopes = standard.linear @ mixtures.T + standard.quadratic @ blends(mixtures).T
    surface += curvature * slopes
    surface += departure * standard.departure
    surface[:, points:] += own * standard.own
    prior[:, len(mixtures) :] = FLAT * standard.baseline
    errors = standard.noise @ np.linalg.cholesky(seen.scatter).transpose(0, 2, 1)
    errors = components.noise[component, None] * errors[block, np.arange(half)]
    both = np.stack([prior, -prior])
    missed = seen.mean[block] - both[:, :, points:] - np.stack([errors, -errors])
    pulled = np.empty_like(missed)
    for index in range(len(components.weights)):
        rows = slice(*np.searchsorted(component, [index, index + 1]))
        pulled[:, rows] = missed[:, rows] @ components.precision[index]
    scale = scales(components.sizes)[component]
    for part, size in zip(cross, scale.T, strict=True):
        both += (size[:, None] * pulled) @ part.T
    return both.reshape(count, values)


def _shared_out(weights: np.ndarray, count: int) -> np.ndarray:
    """The component of each of `count` draws, (count,), in proportion to the weights."""
    ends = np.floor(np.cumsum(weights).round(9) * count + 0.5).astype(int)
    return np.repeat(np.arange(len(weights)), np.diff(ends, prepend=0))


@lru_cache(maxsize=8)
def _standard(mixtures: bytes, points: int, networks: int, measured: int, draws: int) -> _Standard:
    """The same for the same points: numpy has frozen the stream of RandomState."""
    likely = likeness(np.frombuffer(mixtures).reshape(points, 3))
    values, vectors = np.linalg.eigh(likely)
    kept = values > _LEAST * values[-1]
    root = vectors[:, kept] * np.sqrt(values[kept])
    normal = np.random.RandomState(16).standard_normal
    return _Standard(
        level=normal((draws, 1)),
        linear=normal((draws, 3)),
        quadratic=normal((draws, 3)),
        cost=normal((draws, 1)),
        own=normal((draws, networks)),
        baseline=normal((draws, measured - networks)),
        noise=normal((draws, measured)),
        departure=normal((draws, root.shape[1])) @ root.T,
    )
