"""The search itself: train every cell, then the finalists on further seeds, then choose.

The driver is the study's only writer and decides from recorded rows alone, so the outcome depends
neither on the number of workers, nor on who finished first, nor on interruptions.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scalesearch.search.conclusion import Result, conclude, ranking
from scalesearch.search.events import Event, Finished, Phase, Progress, Started
from scalesearch.search.executors import Executor
from scalesearch.search.meter import Meter, expected_cost
from scalesearch.search.study import Record, Study
from scalesearch.search.tasks import BASELINE, FINAL, SEARCH, Task


@dataclass(frozen=True, slots=True)
class Finals:
    """The `count` best of the search, and the baseline, are trained on these further `seeds`."""

    count: int
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"count must be at least 1. Got {self.count}.")


def run(
    study: Study,
    plan: Sequence[Task],
    executor: Executor,
    finals: Finals,
    on_event: Callable[[Event], None] = lambda event: None,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Train what of `plan` is not finished, then the finalists, and choose.

    `plan` holds one task for every cell and search seed, the baseline's (attribute `role`) too; its
    order of cells is the table's. What has finished or failed before is not trained again.
    Raises StudyError if no candidate at all could be trained, or the study cannot be written. The
    executor is left to the caller to close, except when this is interrupted or fails.
    """
    first = {task.cell: task for task in reversed(plan)}  # one task of each cell
    cells = list(dict.fromkeys(task.cell for task in plan))
    baseline = [cell for cell in cells if first[cell].attributes["role"] == BASELINE]
    study.plan(cells)
    train = _Trainer(study, executor, on_event, Meter(clock))
    try:
        finalist_count = min(finals.count, len(cells) - len(baseline)) + len(baseline)
        train(SEARCH, plan, later=finalist_count * len(finals.seeds))
        best = [score.cell for score in ranking(study.records())[: finals.count]]
        further = (
            replace(first[cell], seed=seed, spec={**first[cell].spec, "seed": seed})
            for cell in baseline + best
            for seed in finals.seeds
        )
        train(FINAL, further)
        return conclude(study.records(), finals.count)
    except BaseException:
        executor.close()
        raise


def train_all(
    study: Study,
    plan: Sequence[Task],
    executor: Executor,
    stage: str,
    on_event: Callable[[Event], None] = lambda event: None,
    clock: Callable[[], float] = time.monotonic,
) -> list[Record]:
    """Train what of `plan` is not finished, choose nothing, and give the table.

    `stage` names the phase. Otherwise as `run`.
    """
    study.plan(list(dict.fromkeys(task.cell for task in plan)))
    try:
        _Trainer(study, executor, on_event, Meter(clock))(stage, plan)
    except BaseException:
        executor.close()
        raise
    return study.records()


class _Trainer:
    """Trains the tasks of a phase through an executor and records what comes back."""

    def __init__(
        self, study: Study, executor: Executor, on_event: Callable[[Event], None], meter: Meter
    ) -> None:
        self._study = study
        self._executor = executor
        self._on_event = on_event
        self._meter = meter

    def __call__(self, stage: str, tasks: Iterable[Task], later: int = 0) -> None:
        """Train those of `tasks` that are not finished; `later` more will follow.

        The dearest go first, so that the workers end at about the same time.
        """
        tasks = [replace(task, attributes={**task.attributes, "stage": stage}) for task in tasks]
        finished = self._study.finished()
        self._meter.expect(tasks, finished)
        self._meter.expect_later(later)
        left = deque(
            sorted(
                (task for task in tasks if task.key not in finished),
                key=lambda task: (-expected_cost(task), task.seed, task.cell),
            )
        )
        standing = self._meter.standing()
        self._on_event(Phase(stage, len(tasks), len(tasks) - len(left), standing))
        running = 0
        while left or running:
            while left and self._executor.free():
                task = left.popleft()
                self._executor.submit(task)
                running += 1
                self._on_event(Started(task, self._meter.standing()))
            for task, outcome in self._executor.wait(self._progress):
                running -= 1
                self._meter.end(task, self._study.record(task, outcome))
                self._on_event(Finished(task, outcome, self._meter.standing()))

    def _progress(self, task: Task, state: dict[str, Any]) -> None:
        epoch, epochs = state["epoch"], state["epochs"]
        self._meter.advance(task, epoch / epochs)
        self._on_event(Progress(task, epoch, epochs, state.get("top1"), self._meter.standing()))
