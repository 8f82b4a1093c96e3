"""The score of each network from its trainings alone, as it is shown while a search runs."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Score:
    """Validation top-1 of one network over `n` seeds; `std` (n - 1 degrees) is None for one."""

    cell: str
    mean: float
    std: float | None
    n: int


def score(rows: Sequence[Mapping[str, Any]]) -> Score:
    """The score of one cell from its complete rows, at least one."""
    values = [row["val_top1"] for row in rows]
    std = statistics.stdev(values) if len(values) > 1 else None
    return Score(rows[0]["cell"], statistics.fmean(values), std, len(values))


def standing(score: Score) -> tuple[float, str]:
    """The key that sorts the better score first."""
    return -score.mean, score.cell
