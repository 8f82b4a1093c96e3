"""Keeps count of work, time and the best so far; each step costs the same however long the plan."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from scalesearch.core.tasks import CANDIDATE, COMPLETE, Key, Task
from scalesearch.search.cell_scores import Score, score, standing
from scalesearch.search.events import Standing

Work = Callable[[Task], float]
"""What a task's training takes, in any unit, as long as it is one."""


def arithmetic(task: Task) -> float:
    """The proxy's MACs times epochs; 1 an epoch for what is not known."""
    epochs = float(task.spec.get("recipe", {}).get("epochs", 1))
    cost = float(task.attributes.get("proxy_macs", 1)) * epochs
    return cost if cost > 0 else epochs


@dataclass(frozen=True, slots=True)
class _UnderWay:
    work: float
    begun: float
    told: float  # when it last said how far it was
    reported: float = 0.0  # of its work, as it said then


class Meter:
    """Told what is expected and then of each step; `standing` says how far the search is.

    Time left is by the rate of this run alone, so it is right on another machine too.
    """

    def __init__(self, clock: Callable[[], float], work: Work = arithmetic) -> None:
        self._clock = clock
        self._work = work
        self._trainings = self._done = 0
        self._total = self._ended = self._worked = 0.0  # work: planned, done ever, done in this run
        self._spent = 0.0  # seconds in which that was done, of all workers together
        self._under_way: dict[Key, _UnderWay] = {}
        self._workers = 1  # as many trainings as were under way at once
        self._later = (0, 0.0)
        self._board = _Leaderboard()

    def expect(self, tasks: Collection[Task], finished: Mapping[Key, Mapping[str, Any]]) -> None:
        """Add tasks, some of which may have `finished` rows of an earlier run."""
        for task in tasks:
            self._trainings += 1
            self._total += self._work(task)
            if task.key in finished:
                self._done += 1
                self._ended += self._work(task)
                self._board.add(finished[task.key])

    def expect_later(self, count: int, like: Collection[Task]) -> None:
        """Count on so many more tasks, as costly as `like`."""
        self._later = (count, count * sum(map(self._work, like)) / max(1, len(like)))

    def begin(self, task: Task) -> None:
        """A task was handed out."""
        now = self._clock()
        self._under_way[task.key] = _UnderWay(self._work(task), now, now)
        self._workers = max(self._workers, len(self._under_way))

    def advance(self, task: Task, fraction: float) -> None:
        """A task has come to this share of its training; its beginning is told too."""
        share = min(1.0, max(0.0, fraction))
        now, before = self._clock(), self._under_way[task.key]
        begun = before.begun if share else now  # libraries may have had to be loaded first
        self._under_way[task.key] = _UnderWay(before.work, begun, now, before.work * share)

    def again(self, task: Task) -> None:
        """The training failed and begins again."""
        self._under_way.pop(task.key, None)

    def end(self, task: Task, row: Mapping[str, Any]) -> None:
        ended = self._under_way.pop(task.key)
        self._done += 1
        self._ended += ended.work
        self._worked += ended.work
        self._spent += self._clock() - ended.begun
        self._board.add(row)

    def standing(self) -> Standing:
        trainings, later = self._later
        reported = sum(each.reported for each in self._under_way.values())
        total, ended, now = self._total + later, self._ended + reported, self._clock()
        return Standing(
            done=self._done,
            total=self._trainings + trainings,
            fraction=min(1.0, ended / total) if total else 1.0,
            left=self._left(total - ended, self._worked + reported, now),
            best=self._board.best,
            at_most=trainings > 0,
        )

    def _left(self, to_do: float, worked: float, now: float) -> float | None:
        """Seconds for the work to do, of which some was done since trainings last told."""
        if not worked:
            return None
        running = self._under_way.values()
        spent = self._spent + sum(each.told - each.begun for each in running)
        since = sum(now - each.told for each in running)
        return max(0.0, spent / worked * to_do - since) / self._workers


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
