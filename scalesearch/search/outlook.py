"""What a search may come to before any of it is trained: by surfaces that the model thinks typical.

A few surfaces are drawn from the model's own beliefs, the first round is made up on each with
noise, and the model tells how much regret further trainings would leave, as in a real search.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scalesearch.search.allocation import more
from scalesearch.search.judgement import fit_with
from scalesearch.search.naming_rule import Naming
from scalesearch.search.observations import Observations
from scalesearch.search.priors import blends
from scalesearch.search.search_rounds import Spending, round_size

SURFACES = 6
"""How many surfaces are drawn. They are the same each time."""
LINEAR, QUADRATIC, OWN, NOISE = 2.0, 3.0, 0.3, 1.3
"""Standard deviations in points of a typical surface: of what the dimensions alone reach, of the
quadratic terms, of what is a network's own, and of a training. The last three lie in the middle of
what the model allows for (`priors`); at the first, corners of a triangle lie some points apart."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may be expected: how many trainings in all, and how many points of regret they leave."""

    trainings: int
    regret: float


def outlook(
    places: Sequence[tuple[float, float, float]], spending: Spending, naming: Naming
) -> Outlook:
    """The outlook of a search whose candidates' proxies are at these mixtures, at equal cost.

    Raises StudyError where no surface could be fitted to them.
    """
    mixtures = np.array(places, float).reshape(-1, 3)
    first = (len(mixtures) + 1) * len(spending.seeds)
    fits = [fit_with(_first_round(mixtures, number), naming) for number in range(SURFACES)]
    sizes, left = [0], [float(np.mean([fit.optimum.expected_regret for fit in fits]))]
    for size in _sizes(round_size(len(mixtures)), spending.trainings - first):
        if left[-1] <= naming.regret:
            break
        sizes.append(size)
        left.append(float(np.mean([more(fit.surface, fit.domain, size) for fit in fits])))
    further = _reached(sizes, left, naming.regret)
    return Outlook(first + further, round(float(np.interp(further, sizes, left)), 2))


def _sizes(size: int, most: int) -> Iterator[int]:
    """Numbers of further trainings that are looked at: a round, two, four, ..., the most."""
    while size < most:
        yield size
        size *= 2
    if most > 0:
        yield most


def _first_round(mixtures: np.ndarray, number: int) -> Observations:
    """One training of each candidate on a typical surface, the same for each `number`."""
    normal = np.random.RandomState(number).standard_normal  # its stream is frozen
    surface = mixtures @ (LINEAR * normal(3)) + blends(mixtures) @ (QUADRATIC * normal(3))
    count = len(mixtures)
    top1 = 60 + surface + OWN * normal(count) + NOISE * normal(count)
    return Observations(
        cells=tuple(f"{index:06d}" for index in range(count)),
        mixtures=mixtures,
        log_ratios=np.zeros(count),
        network=np.arange(count),
        block=np.zeros(count, int),
        top1=top1.round(4),
    )


def _reached(sizes: Sequence[int], left: Sequence[float], regret: float) -> int:
    """How many further trainings reach the regret, on a straight line between those looked at."""
    for (low, before), (high, after) in pairwise(zip(sizes, left, strict=True)):
        if before <= regret:
            return low
        if after <= regret:
            return low + round((high - low) * (before - regret) / (before - after))
    return sizes[-1]
