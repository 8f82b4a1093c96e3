"""What trainings say of each network: its mean over seeds, and how surely, as blocks allow."""

from dataclasses import dataclass

import numpy as np

from scalesearch.search.observations import Observations
from scalesearch.search.priors import BLOCKS


@dataclass(frozen=True, slots=True, eq=False)
class Replicates:
    """Generalised least squares of trainings on networks, for each ratio in `BLOCKS`.

    The covariance of trainings is that of the noise's variance times `1 + ratio^2` for a training
    with itself and `ratio^2` for two of one seed. The baseline is the last network.
    """

    count: int
    """How many trainings there are."""
    mean: np.ndarray
    """(ratios, networks), in points over the level."""
    scatter: np.ndarray
    """(ratios, networks, networks): covariance of those means, over the noise's variance."""
    residual: np.ndarray
    """(ratios,): squares within networks."""
    volume: np.ndarray
    """(ratios,): log determinants of the covariance of trainings and of the means' precision."""


def replicates(seen: Observations, level: float) -> Replicates:
    """The means of `seen`, whose accuracies count from `level`."""
    count = len(seen.cells) + seen.baseline
    network = np.where(seen.network < 0, count - 1, seen.network)
    blocks, block = np.unique(seen.block, return_inverse=True)
    incidence = np.zeros((count, len(blocks)))
    np.add.at(incidence, (network, block), 1.0)
    values = seen.top1 - level
    by_network = np.bincount(network, values, count)
    by_block = np.bincount(block, values, len(blocks))
    in_block = incidence.sum(0)
    found = []
    for ratio in BLOCKS:
        shrink = ratio**2 / (1 + ratio**2 * in_block)
        precision = np.diag(incidence.sum(1)) - (incidence * shrink) @ incidence.T
        scatter = np.linalg.inv(precision)
        right = by_network - incidence @ (shrink * by_block)
        mean = scatter @ right
        residual = values @ values - shrink @ by_block**2 - right @ mean
        volume = np.log1p(ratio**2 * in_block).sum() + np.linalg.slogdet(precision)[1]
        found.append((mean, (scatter + scatter.T) / 2, max(residual, 0.0), volume))
    mean, scatter, residual, volume = (np.array(part) for part in zip(*found, strict=True))
    return Replicates(len(values), mean, scatter, residual, volume)
