"""How far several rankings of the same candidates agree: pure functions."""

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence

from scipy.stats import kendalltau

Scores = Mapping[str, float]
"""Accuracy of each candidate in one search, by any name that means the same in all of them."""


def common(searches: Sequence[Scores]) -> list[str]:
    """The candidates that every search scored, in the order of the first."""
    return [name for name in searches[0] if all(name in scores for scores in searches)]


def kendall_tau(a: Sequence[float], b: Sequence[float]) -> float:
    """Kendall's tau-b of two rankings of the same things, -1 to 1; NaN if one does not rank."""
    return float(kendalltau(a, b).statistic)


def pairwise_tau(searches: Sequence[Scores]) -> dict[tuple[int, int], float]:
    """Kendall's tau-b between each two searches, over the candidates common to all."""
    names = common(searches)
    ranked = [[scores[name] for name in names] for scores in searches]
    pairs = itertools.combinations(range(len(searches)), 2)
    return {(i, j): kendall_tau(ranked[i], ranked[j]) for i, j in pairs}


def mean_tau(searches: Sequence[Scores]) -> float:
    """The mean of `pairwise_tau`: 1 for equal rankings, about 0 for unrelated ones."""
    return statistics.fmean(pairwise_tau(searches).values())


def with_the_others(rankings: Sequence[Scores], plain: Sequence[Scores]) -> float:
    """Kendall's tau-b of each ranking with the mean `plain` score of all other searches, averaged.

    No search has a part in what it is held against, so agreeing on an error gains nothing.
    """
    names = common(plain)
    taus = []
    for place, ranked in enumerate(rankings):
        others = [scores for other, scores in enumerate(plain) if other != place]
        means = [statistics.fmean(scores[name] for scores in others) for name in names]
        taus.append(kendall_tau([ranked[name] for name in names], means))
    return statistics.fmean(taus)


def spreads(searches: Sequence[Scores]) -> tuple[float, float]:
    """How far seeds move one candidate, and how far candidates lie apart with that taken off.

    Standard deviations in the scores' unit: the first pooled over the candidates common to all
    searches, the second of their means, less what seeds alone would make of it (one-way random
    effects; 0 where that is more than all of it).
    """
    by_name = [[scores[name] for scores in searches] for name in common(searches)]
    seeds = statistics.fmean(statistics.variance(values) for values in by_name)
    means = statistics.variance(statistics.fmean(values) for values in by_name)
    return math.sqrt(seeds), math.sqrt(max(0.0, means - seeds / len(searches)))


def beating(scores: Scores, baseline: float) -> int:
    """How many candidates are above the baseline."""
    return sum(score > baseline for score in scores.values())


def ranks(scores: Scores) -> dict[str, int]:
    """Place of each candidate, 1 for the best; equals share the better place."""
    return {
        name: 1 + sum(other > score for other in scores.values()) for name, score in scores.items()
    }
