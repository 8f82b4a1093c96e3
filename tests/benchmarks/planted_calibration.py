"""Simulation-based calibration: are the posterior's draws those of the truth?

Talts et al. 2018, "Validating Bayesian inference algorithms with simulation-based calibration":
where surfaces are drawn from the prior, the rank of what is true among draws of the posterior is
uniform.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

import numpy as np
from scipy import stats

from scalesearch.search.mixtures import lattice
from scalesearch.search.observations import Observations
from scalesearch.search.priors import BLOCKS, NOISE, NOISE_DEGREES, SIZES, terms
from scalesearch.search.surface import fit

from .planted_surfaces import CANDIDATES

SEEDS = 3
"""Trainings of each candidate and of the baseline."""
RANKS = 20
"""Classes of equal width into which ranks are counted."""
_POINTS = lattice(8)


def calibration(count: int, workers: Executor) -> Iterator[dict[str, Any]]:
    """One row a quantity: whether the ranks in `count` draws of the prior are uniform."""
    ranks = list(workers.map(ranks_of, range(count), chunksize=10))
    for name in ranks[0]:
        shares = np.array([each[name] for each in ranks])
        counted = np.histogram(shares, RANKS, (0, 1))[0]
        yield {
            "quantity": name,
            "draws": count,
            "mean_rank": round(float(shares.mean()), 3),
            "chi_squared_p": round(float(stats.chisquare(counted).pvalue), 3),
            "kolmogorov_smirnov_p": round(float(stats.kstest(shares, "uniform").pvalue), 3),
        }


def ranks_of(seed: int) -> dict[str, float]:
    """The share of the posterior's draws that lie below what is true, for each quantity."""
    rng = np.random.default_rng((seed, 1))
    truth, seen = _drawn(rng)
    drawn = _quantities(fit(seen).joint(_POINTS).draws)
    true = _quantities(truth[None])
    return {name: float(np.mean(drawn[name] < value[0])) for name, value in true.items()}


def _drawn(rng: np.random.Generator) -> tuple[np.ndarray, Observations]:
    """All values, as `Surface.joint` has them, and trainings of the networks among them."""
    count = len(CANDIDATES)
    size = SIZES[[rng.integers(len(SIZES))]]
    everywhere = np.vstack([_POINTS, CANDIDATES])
    prior = terms(everywhere, np.zeros(len(everywhere)), count, True).covariance(size)[0]
    values, vectors = np.linalg.eigh(prior)
    truth = vectors @ (np.sqrt(np.maximum(values, 0)) * rng.normal(size=len(values)))
    noise = np.sqrt(NOISE_DEGREES * NOISE**2 / rng.chisquare(NOISE_DEGREES))
    blocks = noise * rng.choice(BLOCKS) * rng.normal(size=SEEDS)
    network = np.repeat(np.append(np.arange(count), -1), SEEDS)
    block = np.tile(np.arange(SEEDS), count + 1)
    top1 = truth[len(_POINTS) :][network] + blocks[block] + noise * rng.normal(size=len(block))
    cells = tuple(f"{index:02d}" for index in range(count))
    return truth, Observations(cells, CANDIDATES, np.zeros(count), network, block, top1)


def _quantities(values: np.ndarray) -> dict[str, np.ndarray]:
    """Of values (draws, values) as `Surface.joint` has them: each (draws,)."""

    def at(*mixture: float) -> np.ndarray:
        return values[:, int(np.argmin(np.abs(_POINTS - mixture).sum(1)))]

    depth, width, resolution = at(1, 0, 0), at(0, 1, 0), at(0, 0, 1)
    best = values[:, : len(_POINTS)].max(1)
    return {
        "beta depth, surface at depth alone": depth,
        "beta width, surface at width alone": width,
        "beta resolution, surface at resolution alone": resolution,
        "beta depth width": 4 * at(0.5, 0.5, 0) - 2 * (depth + width),
        "beta depth resolution": 4 * at(0.5, 0, 0.5) - 2 * (depth + resolution),
        "beta width resolution": 4 * at(0, 0.5, 0.5) - 2 * (width + resolution),
        "resolution alone less depth alone": resolution - depth,
        "own value of a candidate": values[:, len(_POINTS) + 4],
        "best of the surface": best,
        "best of the surface less the baseline": best - values[:, -1],
    }
