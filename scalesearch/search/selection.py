"""Which candidate wins: pure functions over the scores of trained networks.

All spreads here are over training seeds only. They say nothing of other validation images, other
recipes or longer trainings, so "cannot be told apart" is a statement about this search alone.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.special import stdtrit

from scalesearch.core.tasks import COMPLETE

_CONFIDENCE = 0.95
EQUALLY_CHEAP = 0.05
"""Costs that differ by less than this share are those of one budget, apart by rounding alone."""


@dataclass(frozen=True, slots=True)
class Score:
    """Validation top-1 of one network over `n` seeds; `std` (n - 1 degrees) is None for one seed.

    `macs` and `params` are the full-size network's.
    """

    cell: str
    mean: float
    std: float | None
    n: int
    macs: float
    params: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The winner, and what it was chosen from.

    `best` has the highest mean; `tied` are those that cannot be told apart from it, itself among
    them, cheapest first. `margin` is the half width of the 95 % interval between the best and the
    winner, as a fraction of top-1 (for a finalist with as many seeds as the best); None, like
    `pooled_std`, where no network has two seeds, so that nothing can be told apart.
    """

    winner: Score
    best: Score
    tied: tuple[Score, ...]
    margin: float | None
    pooled_std: float | None
    degrees: int

    @property
    def tie(self) -> bool:
        return len(self.tied) > 1


def scores(records: Iterable[Mapping[str, Any]]) -> list[Score]:
    """One score a cell over its complete rows, in the order cells first appear.

    A cell with some failed seeds is scored by the others; one with none complete has no score.
    """
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        if record["state"] == COMPLETE:
            rows.setdefault(record["cell"], []).append(record)
    return [score(of_cell) for of_cell in rows.values()]


def score(rows: Sequence[Mapping[str, Any]]) -> Score:
    """The score of one cell from its complete rows, at least one."""
    values = [row["val_top1"] for row in rows]
    std = statistics.stdev(values) if len(values) > 1 else None
    first = rows[0]
    return Score(
        first["cell"], statistics.fmean(values), std, len(values), first["macs"], first["params"]
    )


def rank(candidates: Iterable[Score]) -> list[Score]:
    """Best mean first; equal means by cell, so that the order never depends on who came first."""
    return sorted(candidates, key=standing)


def standing(score: Score) -> tuple[float, str]:
    """The key that sorts the better score first."""
    return -score.mean, score.cell


def choose(candidates: Sequence[Score]) -> Choice:
    """The cheapest candidate that cannot be told apart from the one with the best mean.

    Networks of one budget differ in cost by their rounding, which says nothing about them: those
    within 5 % of the cheapest count as equally cheap, and of these the best mean wins.

    Each candidate is compared with the best by a two-sided 95 % t interval on the difference of
    their means, with one standard deviation pooled over the seeds of all candidates. The test is
    per pair, not corrected for the number of candidates or for the best having been picked as the
    best, and seeds that chose the finalists count like any other: it guards against naming noise,
    it proves no candidate better.
    With one seed each nothing can be told apart: all are tied, and the best mean wins.
    """
    if not candidates:
        raise ValueError("choose needs at least one candidate")
    best = rank(candidates)[0]
    pooled_std, degrees = _pooled(candidates)
    if pooled_std is None:
        return Choice(best, best, tuple(sorted(candidates, key=_cost)), None, None, 0)
    reach = float(stdtrit(degrees, (1 + _CONFIDENCE) / 2)) * pooled_std

    def margin(score: Score) -> float:
        return reach * math.sqrt(1 / best.n + 1 / score.n)

    tied = [s for s in candidates if s is best or best.mean - s.mean <= margin(s)]
    limit = min(s.macs for s in tied) * (1 + EQUALLY_CHEAP)
    winner = rank(s for s in tied if s.macs <= limit)[0]
    return Choice(winner, best, tuple(sorted(tied, key=_cost)), margin(winner), pooled_std, degrees)


def short_proxy_warning(above: int, candidates: int) -> str:
    """What to say if fewer than half of the candidates beat the cheaper baseline; "" if not.

    Of both those count that were trained to their ends.
    """
    if above >= candidates / 2:
        return ""
    return (
        f"Only {above} of {candidates} candidates beat the "
        "baseline, which costs less than they do: these proxies are too short to choose by, and "
        "such searches favour width. Train for more epochs, or on more images under another study "
        "name."
    )


def _pooled(candidates: Iterable[Score]) -> tuple[float | None, int]:
    repeated = [(s.n - 1, s.std) for s in candidates if s.std is not None]
    degrees = sum(n for n, _ in repeated)
    if degrees == 0:
        return None, 0
    return math.sqrt(sum(n * std**2 for n, std in repeated) / degrees), degrees


def _cost(score: Score) -> tuple[float, float, str]:
    return score.macs, score.params, score.cell
