"""Trainings of networks on known surfaces, and rows of a table that tell of them."""

import numpy as np

from scalesearch.search.mixtures import lattice
from scalesearch.search.observations import Observations

QUARTERS = lattice(4)
BETA = np.array([50.0, 51.8, 53.9, 3.0, 5.0, 6.0])
NOISE = 1.4


def quadratic(mixtures, beta=BETA):
    d, w, r = np.asarray(mixtures).T
    return np.stack([d, w, r, d * w, d * r, w * r], axis=1) @ beta


def observed(
    counts, seed=0, *, mixtures=QUARTERS, baseline=1, noise=NOISE, ratios=None, own=0.0, beta=BETA
):
    """`counts` trainings of each of `mixtures`, and `baseline` of one that reaches 48 points."""
    rng = np.random.default_rng(seed)
    truth = quadratic(mixtures, beta) + own * rng.normal(size=len(mixtures))
    places = [(-1, s) for s in range(baseline)]
    places += [(i, s) for i, count in enumerate(counts) for s in range(count)]
    network, block = np.array(places).T
    errors = rng.normal(size=(max(block) + 1, len(mixtures) + 1))  # more seeds leave the others
    top1 = np.append(truth, 48.0)[network] + noise * errors[block, network]
    cells = tuple(f"{i:03d}" for i in range(len(mixtures)))
    ratios = np.zeros(len(mixtures)) if ratios is None else ratios
    return Observations(cells, np.asarray(mixtures), ratios, network, block, top1)


def rows(counts=15 * [1], seed=0, **kwargs):
    """The same as rows of a study's table, the baseline first."""
    seen = observed(counts, seed, **kwargs)
    found = []
    for network, block, top1 in zip(seen.network, seen.block, seen.top1, strict=True):
        base = network < 0
        d, w, r = (0, 0, 0) if base else seen.mixtures[network]
        found.append(
            {
                "cell": "base" if base else seen.cells[network],
                "role": "baseline" if base else "candidate",
                "names": "baseline" if base else f"candidate {network}",
                "state": "complete",
                "stage": "search",
                "seed": int(block),
                "val_top1": round(float(top1) / 100, 6),
                "proxy_repeats": f"x{2.0**d:.6g}",
                "proxy_width": 2.0 ** (w / 2),
                "proxy_resolution": round(1000 * 2.0 ** (r / 2)),
                "proxy_counted_ratio": 1.0 if base else 2.0 * 2.0 ** seen.log_ratios[network],
            }
        )
    return found
