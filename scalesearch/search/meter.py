"""Keeps count of work, time and the best so far; each step costs the same however long the plan."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from scalesearch.search.events import Standing
from scalesearch.search.selection import Score, score, standing
from scalesearch.search.tasks import CANDIDATE, COMPLETE, Key, Task


def expected_cost(task: Task) -> float:
    """The work of a training: the proxy's MACs times epochs; 1 for what is not known."""
    epochs = task.spec.get("recipe", {}).get("epochs", 1)
    cost = float(task.attributes.get("proxy_macs", 1)) * float(epochs)
    return cost if cost > 0 else 1.0


class Meter:
    """Told what is expected and then of each step; `standing` says how far the search is.

    Time left is by the rate of this run alone, so it is right on another machine too.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begun = clock()
        self._trainings = self._done = 0
        self._total = self._ended = self._worked = 0.0  # work: planned, done ever, done in this run
        self._under_way: dict[Key, float] = {}
        self._later = (0, 0.0)
        self._board = _Leaderboard()

    def expect(self, tasks: Collection[Task], finished: Mapping[Key, Mapping[str, Any]]) -> None:
        """Add tasks, some of which may have `finished` rows of an earlier run."""
        for task in tasks:
            self._trainings += 1
            self._total += expected_cost(task)
            if task.key in finished:
                self._done += 1
                self._ended += expected_cost(task)
                self._board.add(finished[task.key])

    def expect_later(self, trainings: int) -> None:
        """Count on so many more, not known yet, at the mean cost of those expected so far."""
        self._later = (trainings, trainings * self._total / max(1, self._trainings))

    def advance(self, task: Task, fraction: float) -> None:
        self._under_way[task.key] = expected_cost(task) * min(1.0, max(0.0, fraction))

    def again(self, task: Task) -> None:
        """The training failed and begins again."""
        self._under_way.pop(task.key, None)

    def end(self, task: Task, row: Mapping[str, Any]) -> None:
        self._under_way.pop(task.key, None)
        self._done += 1
        self._ended += expected_cost(task)
        self._worked += expected_cost(task)
        self._board.add(row)

    def standing(self) -> Standing:
        trainings, later = self._later
        under_way = sum(self._under_way.values())
        total, ended = self._total + later, self._ended + under_way
        elapsed, worked = self._clock() - self._begun, self._worked + under_way
        return Standing(
            done=self._done,
            total=self._trainings + trainings,
            fraction=min(1.0, ended / total) if total else 1.0,
            elapsed=elapsed,
            left=elapsed * max(0.0, total - ended) / worked if worked else None,
            best=self._board.best,
        )


class _Leaderboard:
    """The candidate with the best mean over the seeds that are in."""

    def __init__(self) -> None:
        self.best: Score | None = None
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        self._scores: dict[str, Score] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        if row["state"] != COMPLETE or row["role"] != CANDIDATE:
            return
        rows = self._rows.setdefault(row["cell"], [])
        rows.append(row)
        new = self._scores[row["cell"]] = score(rows)
        if self.best is None or standing(new) < standing(self.best):
            self.best = new
        elif new.cell == self.best.cell:  # its mean fell, so another may lead
            self.best = min(self._scores.values(), key=standing)
