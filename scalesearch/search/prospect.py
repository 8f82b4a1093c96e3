"""What a search is likely to bring, before any training: by searches of surfaces of the prior."""

from collections.abc import Sequence

import numpy as np

from scalesearch.search.allocation import prospects
from scalesearch.search.mixtures import domain
from scalesearch.search.observations import Observations, is_one_cost
from scalesearch.search.priors import NOISE, SIZES, terms
from scalesearch.search.surface import fit
from scalesearch.search.threads import on_one_thread

SURFACES, FEWEST = 12, 3
"""Surfaces that are searched; fewer where so many networks take long, but at least three."""
_NETWORKS = 400
"""Networks of all surfaces together, at most."""


@on_one_thread
def foretell(
    mixtures: np.ndarray, log_ratios: np.ndarray, trainings: Sequence[int]
) -> tuple[float, ...]:
    """Expected regret in points after so many trainings in all, for each of `trainings`.

    `mixtures` (networks, 3) and `log_ratios` (networks,) are those of the candidates, all of which
    and the baseline the first round trains once; fewer trainings than that tell what it brings.
    The mean over a few surfaces of the prior: what is expected of networks of which nothing is
    known.
    """
    count = len(mixtures)
    ratios = np.zeros(count) if is_one_cost(log_ratios) else log_ratios - log_ratios.mean()
    points = domain(mixtures, ratios, is_one_cost(log_ratios))
    between = terms(mixtures, ratios, count, True)
    surfaces = min(SURFACES, max(FEWEST, _NETWORKS // count))
    normal = np.random.RandomState(12).standard_normal((surfaces, 2, count + 1))  # frozen stream
    sizes = SIZES[np.linspace(0, len(SIZES) - 1, surfaces).round().astype(int)]
    cells = tuple(f"{index:04d}" for index in range(count))
    network = np.append(np.arange(count), -1)
    left = []
    for (values, errors), prior in zip(normal, between.covariance(sizes), strict=True):
        top1 = np.linalg.cholesky(prior) @ values + NOISE * errors
        seen = Observations(cells, mixtures, ratios, network, np.zeros(count + 1, int), top1)
        surface = fit(seen)
        left.append(prospects(surface, points, [max(each - count - 1, 0) for each in trainings]))
    return tuple(float(each) for each in np.mean(left, axis=0).round(6))
