"""What a search found, as a pure function of its recorded rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scalesearch.core.tasks import BASELINE, CANDIDATE, FAILED, FINAL, SEARCH
from scalesearch.errors import StudyError
from scalesearch.search.selection import (
    Choice,
    Score,
    choose,
    rank,
    scores,
    short_proxy_warning,
)
from scalesearch.search.smoothing import estimates, is_one_budget
from scalesearch.studies.remedies import way_back

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What the search found.

    `ranking` is by the search seeds alone, in the order of `estimates`; `finalists`, `baseline` and
    `gain` (the winner's mean top-1 minus the baseline's) are over all seeds. The search seeds
    picked the finalists, which flatters them: `fresh_gain` is the gain on the further seeds alone.
    `beating` is the fraction of the candidates above the baseline, on the search seeds. Those three
    are None where there is nothing to compare. `warning` is a sentence for people, or "".
    """

    choice: Choice
    baseline: Score | None
    gain: float | None
    fresh_gain: float | None
    beating: float | None
    warning: str
    ranking: tuple[Score, ...]
    estimates: Mapping[str, float]
    """The accuracy by which each cell was ranked."""
    smoothed: bool
    """Whether those are smoothed over the triangle of shares; else they are the plain means."""
    finalists: tuple[Score, ...]
    failed: int

    @property
    def winner(self) -> str:
        """The winner's cell."""
        return self.choice.winner.cell


def estimated(rows: Iterable[Row]) -> dict[str, float]:
    """The accuracy by which each candidate's cell is ranked, from the search seeds alone.

    Raises StudyError with the commonest reason if none of them was ever trained.
    """
    return estimates(*_searched(rows))


def ranking(rows: Iterable[Row]) -> list[Score]:
    """The candidates by their estimates (see `smoothing`), best first; equals by cell.

    The scores are the plain ones over the search seeds. Raises StudyError as `estimated`.
    """
    found, known = _searched(rows)
    return _in_order(found, estimates(found, known))


def conclude(rows: Sequence[Row], count: int) -> Result:
    """Choose among the `count` best of the search, by the trials table of a whole search.

    Raises StudyError if no candidate was ever trained.
    """
    found, known = _searched(rows)
    by_cell = estimates(found, known)
    complete = _in_order(found, by_cell)
    cells = {score.cell for score in complete[:count]}
    final = [score for score in scores(_select(rows, CANDIDATE)) if score.cell in cells]
    choice = choose(final)
    baseline = _only(scores(_select(rows, BASELINE)))
    reference = _only(scores(_select(rows, BASELINE, SEARCH)))
    fresh = {score.cell: score for score in scores(_select(rows, CANDIDATE, FINAL))}
    above = _above(reference, complete) if reference else 0
    return Result(
        choice=choice,
        baseline=baseline,
        gain=_gain(choice.winner, baseline),
        fresh_gain=_gain(
            fresh.get(choice.winner.cell), _only(scores(_select(rows, BASELINE, FINAL)))
        ),
        beating=above / len(complete) if reference else None,
        warning=short_proxy_warning(above, len(complete))
        if reference
        else "The baseline itself could not be trained, so no gain over it is known.",
        ranking=tuple(complete),
        estimates=by_cell,
        smoothed=is_one_budget(found, known),
        finalists=tuple(rank(final)),
        failed=sum(row["state"] == FAILED for row in rows),
    )


def _above(reference: Score, candidates: Iterable[Score]) -> int:
    return sum(score.mean > reference.mean for score in candidates)


def _searched(rows: Iterable[Row]) -> tuple[list[Score], dict[str, Row]]:
    """The candidates' scores over the search seeds, and a row of each cell."""
    searched = _select(rows, CANDIDATE, SEARCH)
    found = scores(searched)
    if not found:
        raise StudyError(_nothing_complete(searched, any(r["state"] != FAILED for r in rows)))
    return found, {row["cell"]: row for row in searched}


def _in_order(found: Iterable[Score], by_cell: Mapping[str, float]) -> list[Score]:
    return sorted(found, key=lambda score: (-by_cell[score.cell], score.cell))


def _select(rows: Iterable[Row], role: str, stage: str | None = None) -> list[Row]:
    return [r for r in rows if r["role"] == role and stage in (None, r["stage"])]


def _only(found: Sequence[Score]) -> Score | None:
    return found[0] if found else None


def _gain(score: Score | None, baseline: Score | None) -> float | None:
    return None if score is None or baseline is None else score.mean - baseline.mean


def _nothing_complete(failures: Sequence[Row], results: bool) -> str:
    if not failures:
        return "The study holds no training of a candidate yet: there is nothing to choose from."
    reason, times = Counter(row["reason"] for row in failures).most_common(1)[0]
    return (
        f"None of the {len(failures)} trainings of candidates gave a result. The commonest reason "
        f"({times} times): {reason}. {way_back(results)}"
    )
