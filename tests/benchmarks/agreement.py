"""How far several rankings of the same candidates agree: pure functions."""

import itertools
from collections.abc import Mapping, Sequence

from scipy.stats import kendalltau

Scores = Mapping[str, float]
"""Accuracy of each candidate in one search, by a name that means the same in every search."""


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
