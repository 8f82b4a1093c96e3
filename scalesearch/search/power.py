"""How many seeds prove a difference between two networks, by the noise of a training."""

import math

from scipy.special import stdtrit

CONFIDENCE = 0.95
POWER = 0.8
MOST_SEEDS = 10**6
"""A difference that takes more seeds than this counts as one that cannot be proven."""


def seeds_to_prove(
    difference: float, noise: float, networks: int, are_blocks: bool = False
) -> int | None:
    """The fewest seeds of each of so many networks that prove a difference between two of them.

    With them a two-sided t test at 5 % finds a true difference of this size in 80 % of comparisons:
    |difference| >= (t(0.975) + t(0.8)) noise sqrt(2 / seeds), degrees of freedom those of the
    pooled noise. In the limit it is 2 noise² (1.96 + 0.84)² / difference². `difference` and `noise`
    are in one unit. None for no difference, and beyond a million.
    """
    if difference == 0:
        return None
    in_noises = abs(difference) / noise
    limit = 2 * (2.8016 / in_noises) ** 2
    if limit > MOST_SEEDS:
        return None
    seeds = max(2, math.ceil(limit))
    while in_noises < _reach(seeds, networks - are_blocks) * math.sqrt(2 / seeds):
        seeds += 1
    return seeds


def _reach(seeds: int, networks: int) -> float:
    degrees = max(1, networks) * (seeds - 1)
    return float(stdtrit(degrees, (1 + CONFIDENCE) / 2) + stdtrit(degrees, POWER))
