"""Trainings that collapsed, brought near to what all others say of them.

A training that diverged says that its network is bad or unlucky, not how bad its neighbours are,
and noise that is normal has no word for it. Such values are winsorised: brought to the limit
beyond which no ordinary training lies.
"""

from dataclasses import replace

import numpy as np

from scalesearch.search.observations import Observations
from scalesearch.search.priors import NOISE, terms

FAR = 4.0
"""Standard deviations from what all others say of a training beyond which it is no ordinary one."""
_FEWEST = 6
"""Trainings of networks on the surface below which nothing can be told apart from a slope."""
_SIZES = np.array([[6.0, 0.7, 0.5]])
"""Sizes of the model's terms (see `priors`): the widest, so that no real shape is taken for one."""
_LEAST = 1 / 3
"""Share of the usual noise that is the least to be reckoned with."""


def tamed(seen: Observations) -> Observations:
    """`seen`, with every far training at the limit of what the others leave likely.

    One at a time, the farthest first: of all trainings the one that is wrong lies farthest from
    what the others say of it, but it pulls them all.
    """
    on_surface = np.flatnonzero(seen.network >= 0)
    if len(on_surface) < _FEWEST:
        return seen
    top1 = seen.top1.copy()
    precision = _precision(seen, on_surface)
    spread = 1 / np.sqrt(np.diagonal(precision))
    for _ in range(len(on_surface) // 2):
        values = top1[on_surface]
        missed = precision @ (values - np.median(values)) * spread**2
        usual = max(1.4826 * float(np.median(np.abs(missed / spread))), _LEAST)
        far = np.abs(missed) / (usual * spread)
        worst = int(np.argmax(far.round(9)))
        if far[worst] <= FAR * (1 + 1e-6):
            break
        others = values[worst] - missed[worst]
        top1[on_surface[worst]] = others + np.sign(missed[worst]) * FAR * usual * spread[worst]
    return replace(seen, top1=top1)


def _precision(seen: Observations, chosen: np.ndarray) -> np.ndarray:
    """Inverse covariance of the chosen trainings; by it each is told from all others."""
    ratios = np.zeros(len(seen.cells)) if seen.one_cost else seen.log_ratios
    networks = terms(seen.mixtures, ratios, len(ratios), False).covariance(_SIZES)[0]
    network = seen.network[chosen]
    return np.linalg.inv(networks[np.ix_(network, network)] + NOISE**2 * np.eye(len(chosen)))
