"""What candidates had reached on their way, and what cuts there would lose: pure functions."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scalesearch.core.halving import Halving
from scalesearch.core.tasks import CANDIDATE, COMPLETE, SEARCH, Outcome
from scalesearch.search.conclusion import estimated, ranking
from scalesearch.search.rungs import standing_at

from .agreement import kendall_tau

ACCURACY, SO_FAR, LEG = "accuracy", "training loss so far", "training loss since the cut before"
MEASURES = (ACCURACY, SO_FAR, LEG)


@dataclass(frozen=True, slots=True)
class Path:
    """One training: its network's columns, what it had reached at each share, and at its end."""

    cell: str
    columns: Mapping[str, Any]
    reached: Mapping[float, Outcome]
    """By share of the training; the end is at 1."""

    @property
    def end(self) -> float:
        top1 = self.reached[1.0].top1
        assert top1 is not None
        return top1

    def stands(self, measure: str, leg: tuple[float, float]) -> float:
        """By that measure, at the end of a leg; at the end of the training its accuracy."""
        at = self.reached[leg[1]]
        if leg[1] == 1 or measure == ACCURACY:
            return at.top1 or 0.0
        return standing_at(self.reached, (0.0, leg[1]) if measure == SO_FAR else leg)


def ranked(paths: Sequence[Path], values: Sequence[float]) -> list[str]:
    """Cells, best first, as a search ranks candidates with these values."""
    return [score.cell for score in ranking(_rows(paths, values))]


def _rows(paths: Sequence[Path], values: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {
            **path.columns,
            "cell": path.cell,
            "role": CANDIDATE,
            "stage": SEARCH,
            "state": COMPLETE,
            "seed": 0,
            "val_top1": value,
        }
        for path, value in zip(paths, values, strict=True)
    ]


def worth(searches: Sequence[Sequence[Path]], without: int) -> dict[str, float]:
    """What each candidate is worth by all searches but one: its smoothed mean accuracy there."""
    others = [paths for number, paths in enumerate(searches) if number != without]
    ends: dict[str, list[float]] = {}
    for paths in others:
        for path in paths:
            ends.setdefault(path.cell, []).append(path.end)
    first = others[0]
    return estimated(_rows(first, [statistics.fmean(ends[path.cell]) for path in first]))


def agreement(
    searches: Sequence[Sequence[Path]], marks: Sequence[float]
) -> Iterator[dict[str, Any]]:
    """How far the ranking at each share agrees with what other searches say at their ends."""
    for since, until in zip((0.0, *marks), (*marks, 1.0), strict=True):
        row: dict[str, Any] = {"share": until}
        for measure in MEASURES:
            taus = []
            for number, paths in enumerate(searches):
                known = worth(searches, number)
                values = [path.stands(measure, (since, until)) for path in paths]
                found = estimated(_rows(paths, values))
                cells = [path.cell for path in paths]
                taus.append(kendall_tau([found[c] for c in cells], [known[c] for c in cells]))
            row[f"tau_{measure}"] = round(statistics.fmean(taus), 2)
            row[f"least_{measure}"] = round(min(taus), 2)
        yield row


def lost(
    searches: Sequence[Sequence[Path]], halving: Halving | None, measure: str, finalists: int
) -> list[float]:
    """Of each search: how far its best finalist lies below the best of all, by other searches."""
    found = []
    for number, paths in enumerate(searches):
        known = worth(searches, number)
        alive = list(paths)
        legs = halving.legs(len(paths), finalists) if halving else [(len(paths), 0.0, 1.0)]
        for _, since, until in legs:
            order = ranked(alive, [path.stands(measure, (since, until)) for path in alive])
            count = halving.going_on(len(alive), finalists) if halving and until < 1 else finalists
            alive = [path for path in alive if path.cell in order[:count]]
        found.append(max(known.values()) - max(known[path.cell] for path in alive))
    return found


def schedules(
    searches: Sequence[Sequence[Path]], halvings: Sequence[Halving | None], finalists: int
) -> Iterator[dict[str, Any]]:
    """What each way of cutting costs and loses."""
    count = len(searches[0])
    for halving in halvings:
        legs = list(halving.legs(count, finalists)) if halving else []
        row: dict[str, Any] = {
            "factor": halving.factor if halving else None,
            "cuts": ", ".join(f"{since:g}" for _, since, _ in legs[1:]) or "none",
            "work_percent": round(100 * halving.trainings(count, finalists) / count)
            if halving
            else 100,
        }
        for measure in (ACCURACY, LEG):
            points = [100 * each for each in lost(searches, halving, measure, finalists)]
            row[f"lost_{measure}"] = round(statistics.fmean(points), 2)
            row[f"most_{measure}"] = round(max(points), 2)
        yield row
