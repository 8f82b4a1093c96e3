"""Which sizes of the model's terms the trainings speak for: weights by marginal likelihood."""

from dataclasses import dataclass

import numpy as np

from scalesearch.search.priors import BLOCKS, NOISE, NOISE_DEGREES, SIZES, Terms
from scalesearch.search.replicates import Replicates

_REFERENCE = np.array([[3.0, 0.3, 0.3]])
"""Sizes of the model's terms with which the noise is first estimated."""
_LOG_NOISES = np.linspace(np.log(0.02), np.log(30), 147)
_NODES = np.linspace(-2, 2, 5)
"""Where the noise is tried, in standard deviations of its logarithm."""
_LEAST = 0.05
"""The least standard deviation of the noise's logarithm that is assumed."""
_HUGE = 1e15
"""Larger than the squared distance of any means, measured by their covariance."""
_MASS = 0.99
"""Probability that the components which are kept have together."""
_AT_ONCE = 20_000
"""Elements of the prior's covariances for which all noises are tried in one go; more go in parts,
so that they stay in the processor's cache."""
_WORK = 300_000
"""Most components that are kept, times the squared number of networks; at least ten are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """The parts of the posterior, each a Gaussian process with its sizes; the likeliest first."""

    weights: np.ndarray
    """(components,), summing to 1."""
    sizes: np.ndarray
    """(components, 3), as `SIZES`."""
    noise: np.ndarray
    """(components,), in points."""
    block: np.ndarray
    """(components,) int, an index of `BLOCKS`."""
    precision: np.ndarray
    """(components, networks, networks): inverse covariance of the means over seeds."""


def components(between: Terms, seen: Replicates) -> Components:
    """The components after `seen`, for values with `between` as their prior's terms."""
    trial = np.array(
        [
            (size, block, noise)
            for noise in _noises(between, seen)
            for block in range(len(BLOCKS))
            for size in range(len(SIZES))
        ]
    )
    size, block, noise = trial[:, 0].astype(int), trial[:, 1].astype(int), trial[:, 2]
    prior = between.covariance(SIZES)

    def covariance(chosen: np.ndarray) -> np.ndarray:
        scale = np.square(noise[chosen])[:, None, None]
        return prior[size[chosen]] + scale * seen.scatter[block[chosen]]

    networks = prior.shape[1]
    half_volume, fit = np.empty(len(trial)), np.empty(len(trial))
    for some in np.array_split(np.arange(len(trial)), 1 + prior.size // _AT_ONCE):
        # With the means as a last row, the root's last row is the means by the inverse root.
        bordered = np.full((len(some), networks + 1, networks + 1), _HUGE)
        bordered[:, :-1, :-1] = covariance(some)
        bordered[:, -1, :-1] = bordered[:, :-1, -1] = seen.mean[block[some]]
        root = np.linalg.cholesky(bordered)
        half_volume[some] = np.log(np.diagonal(root, axis1=1, axis2=2)[:, :-1]).sum(1)
        fit[some] = np.square(root[:, -1, :-1]).sum(1)
    likely = _log_evidence(seen, block, noise, half_volume, fit) + _log_prior(noise)
    weights = np.exp(likely - likely.max())
    weights /= weights.sum()
    kept = _kept(weights, networks)
    whitening = np.linalg.inv(np.linalg.cholesky(covariance(kept)))
    return Components(
        weights[kept] / weights[kept].sum(),
        SIZES[size[kept]],
        noise[kept],
        block[kept],
        whitening.transpose(0, 2, 1) @ whitening,
    )


def _noises(between: Terms, seen: Replicates) -> np.ndarray:
    """Noises that the trainings leave likely, for reference sizes of the other terms.

    They are equally far apart on a logarithmic scale, so they need no weights of their own.
    """
    spread = np.sqrt(np.diagonal(seen.scatter[0]))  # blocks of no size: the means are independent
    prior = between.covariance(_REFERENCE)[0]
    prior /= np.outer(spread, spread)
    values, vectors = np.linalg.eigh(prior)
    turned = vectors.T @ (seen.mean[0] / spread)
    noise = np.exp(_LOG_NOISES)
    variances = np.maximum(values, 0)[:, None] + noise**2
    likely = _log_evidence(
        seen,
        np.zeros(len(noise), int),
        noise,
        np.log(variances).sum(0) / 2,
        (turned[:, None] ** 2 / variances).sum(0),
    ) + _log_prior(noise)
    weights = np.exp(likely - likely.max())
    weights /= weights.sum()
    middle = weights @ _LOG_NOISES
    apart = max(np.sqrt(weights @ np.square(_LOG_NOISES - middle)), _LEAST)
    return np.exp(middle + apart * _NODES)


def _log_evidence(
    seen: Replicates, block: np.ndarray, noise: np.ndarray, half_volume: np.ndarray, fit: np.ndarray
) -> np.ndarray:
    """Log marginal likelihood of all trainings, up to what is the same for all.

    `half_volume` is half the log determinant of the means' covariance, `fit` their squared distance
    by it.
    """
    free = seen.count - seen.mean.shape[1]
    within = free * np.log(noise) + seen.residual[block] / (2 * noise**2) + seen.volume[block] / 2
    return -within - half_volume - fit / 2


def _log_prior(noise: np.ndarray) -> np.ndarray:
    """Of the noise's logarithm, where its variance is scaled inverse chi-squared."""
    return -NOISE_DEGREES * (np.log(noise) + NOISE**2 / (2 * noise**2))


def _kept(weights: np.ndarray, networks: int) -> np.ndarray:
    """The components that matter, likeliest first."""
    order = np.argsort(-weights.round(12), kind="stable")
    enough = int(np.searchsorted(np.cumsum(weights[order]), _MASS)) + 1
    return order[: min(enough, max(10, _WORK // networks**2))]
