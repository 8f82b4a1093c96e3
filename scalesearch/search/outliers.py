"""Trainings that collapsed, brought near to what all others say of them.

A training that diverged says that its network is bad or unlucky, not how bad its neighbours are,
and normally distributed noise does not allow for it. Such a value is replaced by that of an
ordinary training that was unlucky.
"""

from dataclasses import replace

import numpy as np

from scalesearch.search.observations import Observations
from scalesearch.search.priors import NOISE, terms

FAR = 4.0
"""A training collapsed where it lies so many standard deviations from what all others predict."""
NEAR = 2.0
"""It is then brought to so many standard deviations of one training from that prediction."""
_FEWEST = 6
"""With fewer trainings on the surface, one that collapsed cannot be told from a slope."""
_SIZES = np.array([[6.0, 0.7, 0.5]])
"""Sizes of the model's terms (see `priors`): the widest, so that no real shape is taken for one."""
_LEAST = 1 / 3
"""The least noise that is assumed, as a share of the usual noise."""


def tamed(seen: Observations) -> Observations:
    """`seen`, with every far training brought near to what the others say of it.

    One at a time, the farthest first: of all trainings the one that is wrong lies farthest from
    what the others say of it, but it pulls them all.
    """
    on_surface = np.flatnonzero(seen.network >= 0)
    if len(on_surface) < _FEWEST:
        return seen
    top1 = seen.top1.copy()
    precision = _precision(seen, on_surface)
    spread = 1 / np.sqrt(np.diagonal(precision))
    signs: dict[int, float] = {}
    for _ in on_surface:
        values = top1[on_surface]
        missed = precision @ (values - np.median(values)) * spread**2
        usual = max(1.4826 * float(np.median(np.abs(missed / spread))), _LEAST)
        far = np.abs(missed) / (usual * spread)
        worst = int(np.argmax(far.round(9)))
        if far[worst] <= FAR:
            break
        signs.setdefault(worst, float(np.sign(missed[worst])))
        top1[on_surface[worst]] -= missed[worst]  # where the others see it, it pulls none of them
    for training, sign in signs.items():
        top1[on_surface[training]] += sign * NEAR * usual * NOISE
    return replace(seen, top1=top1) if signs else seen


def _precision(seen: Observations, chosen: np.ndarray) -> np.ndarray:
    """Inverse covariance of the chosen trainings, by which each is predicted from all others."""
    ratios = np.zeros(len(seen.cells)) if seen.one_cost else seen.log_ratios
    networks = terms(seen.mixtures, ratios, len(ratios), False).covariance(_SIZES)[0]
    network = seen.network[chosen]
    return np.linalg.inv(networks[np.ix_(network, network)] + NOISE**2 * np.eye(len(chosen)))
