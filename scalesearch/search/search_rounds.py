"""How a search spends its trainings: in rounds, each decided by the whole rounds before it.

A decision looks at the rows of earlier rounds alone, so the rounds of a study are the same however
many trainings run at a time, and whether it was interrupted: going on replays them from the first.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scalesearch.core.tasks import COMPLETE, Key

BASELINE_TRAININGS = 5
"""How often the baseline is trained in all: every gain is measured from its mean, and no point of
the triangle tells anything of it."""
LEAST = 5
"""The fewest trainings of a further round."""
PART = 6
"""A further round has one training for every so many candidates, but at least `LEAST`."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spending:
    """When a search stops.

    Attributes:
        seeds: of every candidate and of the baseline in the first round.
        regret: points of top-1 that the named point is expected to be worse than the best one;
            below them the search stops.
        trainings: the most in all, those of the first round included.
    """

    seeds: tuple[int, ...]
    regret: float
    trainings: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rows of whole rounds say."""

    expected_regret: float
    """Points of top-1."""
    teaching: Callable[[int], Sequence[str]]
    """The cells of so many further trainings, the one that teaches most first."""


Judge = Callable[[Sequence[Row]], Judgement]
"""Takes the rows of whole rounds. Raises StudyError where they are too few."""


def round_size(candidates: int) -> int:
    """Trainings of a further round."""
    return max(LEAST, -(-candidates // PART))


def next_round(
    cells: Sequence[str],
    baseline: str | None,
    rounds: Sequence[Sequence[Key]],
    rows: Mapping[Key, Row],
    spending: Spending,
    judge: Judge,
) -> tuple[Key, ...]:
    """The trainings of the round after `rounds`; none where the search is at its end.

    Args:
        cells: of the candidates and of the baseline.
        baseline: its cell; None where there is none.
        rounds: the rounds so far.
        rows: of all their trainings, complete or failed; others are not looked at.
        spending: when to stop.
        judge: what decides from the rows.

    A budget that ends within a round leaves the first trainings of it. A candidate that has only
    failed is not on the surface and gets no more, and what has failed is not tried again.
    """
    if not rounds:
        return tuple((cell, seed) for cell in cells for seed in spending.seeds)
    keys = [key for each in rounds for key in each]
    left = spending.trainings - len(keys)
    if left <= 0:
        return ()
    so_far = [rows[key] for key in keys]
    judgement = judge(so_far)
    if judgement.expected_regret <= spending.regret:
        return ()
    size = round_size(len([cell for cell in cells if cell != baseline]))
    trained = Counter(cell for cell, _ in keys)
    again = baseline is not None and _is_wanting(baseline, trained, so_far)
    chosen = [*judgement.teaching(size - again), *([baseline] if baseline and again else [])]
    return _with_seeds(chosen, trained, spending.seeds)[:left]


def _is_wanting(baseline: str, trained: Mapping[str, int], rows: Sequence[Row]) -> bool:
    """Whether the baseline is to be trained again."""
    can_be = any(row["cell"] == baseline and row["state"] == COMPLETE for row in rows)
    return can_be and trained[baseline] < BASELINE_TRAININGS


def _with_seeds(
    cells: Sequence[str], trained: Counter[str], seeds: Sequence[int]
) -> tuple[Key, ...]:
    """Each cell with the next seed that it has not had; seeds follow one another."""
    had = Counter(trained)
    keys = []
    for cell in cells:
        keys.append((cell, seeds[0] + had[cell]))
        had[cell] += 1
    return tuple(keys)
