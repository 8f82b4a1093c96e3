"""One phase of a search: hand its tasks out, try again what failed, record what comes back."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from scalesearch.config.patience import USUAL, Patience
from scalesearch.core.tasks import COMPLETE, FAILED, STOPPED, Key, Outcome, Task, failed
from scalesearch.errors import StudyError
from scalesearch.executors.executor import Executor
from scalesearch.search.events import (
    Event,
    Finished,
    Noted,
    Phase,
    Progress,
    Retried,
    Started,
    Stopping,
)
from scalesearch.search.interruption import Interrupted
from scalesearch.search.meter import Meter, Work, arithmetic
from scalesearch.studies.checkpoint_folders import CheckpointFolders
from scalesearch.studies.remedies import way_back
from scalesearch.studies.study import Record, Study

_LOOK_SECONDS = 0.25  # how often an interrupt is looked for
STOP_SECONDS = 7.0
"""How long trainings have to stop; what still runs then is ended without a checkpoint."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a search is run; none of it changes what comes out."""

    patience: Patience = USUAL
    retry_failed: bool = False
    """Whether what was recorded as failed before is tried again."""
    stop: Callable[[], bool] = lambda: False
    """Asked now and then: once true, what runs is stopped after the step under way."""
    work: Work = arithmetic
    """By which the time left is told."""


AS_USUAL = Manner()


class PhaseRunner:
    """Trains the tasks of a phase through an executor and records what comes back."""

    def __init__(
        self,
        study: Study,
        executor: Executor,
        on_event: Callable[[Event], None],
        meter: Meter,
        manner: Manner,
    ) -> None:
        self._study = study
        self._executor = executor
        self._on_event = on_event
        self._meter = meter
        self._manner = manner
        self._checkpoints = CheckpointFolders(study.folder)
        self._failures: Counter[Key] = Counter()
        self._failed: set[Key] = set()  # and recorded so in this run
        self._trainings = 0
        self._reasons: list[str] = []  # of failed ones, of all phases

    def __call__(self, stage: str, tasks: Iterable[Task], later: int = 0) -> None:
        """Train those of `tasks` that are not finished.

        `later` counts the tasks that will follow. The dearest go first, so that the workers end at
        about the same time, and seeds of a network follow each other, so that its graphs serve
        them all. Raises Interrupted once a stop was asked for, StudyError where more than the
        allowed share has failed.
        """
        tasks = [task.of_stage(stage) for task in tasks]
        finished = self._finished(tasks)
        self._trainings += len(tasks)
        self._reasons += [row["reason"] for row in finished.values() if row["state"] == FAILED]
        self._meter.expect(tasks, finished)
        self._meter.expect_later(later, tasks)
        left = deque(
            sorted(
                (task for task in tasks if task.key not in finished),
                key=lambda task: (-arithmetic(task), task.cell, task.seed),
            )
        )
        self._checkpoints.sweep(finished)
        self._on_event(Phase(stage, len(tasks), len(tasks) - len(left), self._meter.standing()))
        self._check_failures()
        again = {task.cell for task in tasks} if later else set()
        to_come = Counter(task.cell for task in left)
        running = 0
        while left or running:
            self._executor.expect(again or to_come)
            if self._manner.stop():
                self._drain(running)
            while left and self._executor.free():
                task = left.popleft()
                to_come[task.cell] -= 1
                if not to_come[task.cell]:
                    del to_come[task.cell]
                self._executor.submit(self._checkpoints.given(task))
                running += 1
                self._meter.begin(task)
                self._on_event(Started(task, self._meter.standing()))
            for task, outcome in self._executor.wait(self._progress, _LOOK_SECONDS):
                running -= 1
                outcome = failed("it stopped unasked") if outcome.state == STOPPED else outcome
                if outcome.state == FAILED and (
                    self._manner.stop() or self._tries_again(task, outcome.reason)
                ):  # a signal to all processes ends trainings before the driver has them stopped
                    left.appendleft(task)
                    to_come[task.cell] += 1
                    continue
                self._record(task, outcome)
                if outcome.state == FAILED:
                    self._reasons.append(outcome.reason)
                    self._check_failures()

    def _finished(self, tasks: Iterable[Task]) -> dict[Key, Record]:
        """The rows of those of `tasks` that are done with."""
        rows = self._study.finished()
        keys = (task.key for task in tasks)
        return {key: rows[key] for key in keys if key in rows and self._has_ended(key, rows[key])}

    def _has_ended(self, key: Key, row: Record) -> bool:
        """Whether a training is done with; one that an earlier version cut short is not."""
        if row["state"] == COMPLETE:
            return True
        return row["state"] == FAILED and not (
            self._manner.retry_failed and key not in self._failed
        )

    def _record(self, task: Task, outcome: Outcome) -> None:
        self._meter.end(task, self._study.record(task, outcome))
        self._checkpoints.forget(task)
        if outcome.state == FAILED:
            self._failed.add(task.key)
        self._on_event(Finished(task, outcome, self._meter.standing()))

    def _tries_again(self, task: Task, reason: str) -> bool:
        self._failures[task.key] += 1
        if self._failures[task.key] > self._manner.patience.retries:
            return False
        self._meter.again(task)
        self._on_event(Retried(task, reason, self._meter.standing()))
        return True

    def _check_failures(self) -> None:
        """Raise StudyError if more of the trainings of all phases so far have failed than may.

        A phase alone may be a handful of trainings, of which chance could make most fail.
        """
        allowed, reasons = self._manner.patience.most_failed, self._reasons
        if not reasons or len(reasons) <= allowed * self._trainings:
            return
        reason, times = Counter(reasons).most_common(1)[0]
        raise StudyError(
            f"{len(reasons)} of {self._trainings} trainings failed, and no more than a share of "
            f"{allowed:g} may. The commonest reason ({times} times): {reason}. "
            f"{way_back(self._study.has_results)}"
        )

    def _drain(self, running: int) -> None:
        """Stop what runs, take what has just ended all the same, and raise Interrupted."""
        self._on_event(Stopping(running, self._meter.standing()))
        self._executor.stop()
        end = time.monotonic() + STOP_SECONDS
        while running and (seconds := end - time.monotonic()) > 0:
            for task, outcome in self._executor.wait(self._progress, seconds):
                running -= 1
                if outcome.state == COMPLETE:  # what fails at a stop is tried again another time
                    self._record(task, outcome)
        raise Interrupted

    def _progress(self, task: Task, state: dict[str, Any]) -> None:
        if "note" in state:
            self._on_event(Noted(task, state["note"], self._meter.standing()))
        elif "epoch" in state:
            epoch, epochs = state["epoch"], state["epochs"]
            self._meter.advance(task, epoch / epochs)
            standing = self._meter.standing()
            self._on_event(Progress(task, epoch, epochs, state.get("top1"), standing))
