"""The search itself: train every cell, then the finalists on further seeds, then choose.

The driver is the study's only writer and decides from recorded rows alone, so the outcome depends
neither on the number of workers, nor on who finished first, nor on interruptions.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scalesearch.core.tasks import BASELINE, FINAL, SEARCH, Task
from scalesearch.executors.executor import Executor
from scalesearch.search.conclusion import Result, conclude, ranking
from scalesearch.search.events import Event
from scalesearch.search.meter import Meter
from scalesearch.search.phase import AS_USUAL, Manner, PhaseRunner
from scalesearch.studies.study import Record, Study


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
    manner: Manner = AS_USUAL,
) -> Result:
    """Train what of `plan` is not finished, then the finalists, and choose.

    `plan` holds one task for every cell and search seed, the baseline's (attribute `role`) too; its
    order of cells is the table's. What has finished or failed before is not trained again. The
    executor is left to the caller to close, except when this is interrupted or fails.

    Raises Interrupted once a stop was asked for and has happened; StudyError if no candidate at all
    could be trained, too many trainings failed, or the study cannot be written.
    """
    first = {task.cell: task for task in reversed(plan)}  # one task of each cell
    cells = list(dict.fromkeys(task.cell for task in plan))
    baseline = [cell for cell in cells if first[cell].attributes["role"] == BASELINE]
    study.plan(cells, sorted({task.seed for task in plan}))
    train = PhaseRunner(study, executor, on_event, Meter(clock, manner.work), manner)
    try:
        finalist_count = min(finals.count, len(cells) - len(baseline)) + len(baseline)
        train(SEARCH, plan, finalist_count * len(finals.seeds))
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
    manner: Manner = AS_USUAL,
) -> list[Record]:
    """Train what of `plan` is not finished, choose nothing, and give the table.

    `stage` names the phase. Otherwise as `run`.
    """
    study.plan(list(dict.fromkeys(task.cell for task in plan)))
    try:
        PhaseRunner(study, executor, on_event, Meter(clock, manner.work), manner)(stage, plan)
    except BaseException:
        executor.close()
        raise
    return study.records()
