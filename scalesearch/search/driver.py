"""The search itself: train every cell, then, round by round, those whose training teaches most.

The driver is the study's only writer and decides from recorded rows alone, so the outcome depends
neither on the number of workers, nor on who finished first, nor on interruptions.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from scalesearch.core.tasks import BASELINE, Key, Task
from scalesearch.executors.executor import Executor
from scalesearch.search.events import Event
from scalesearch.search.meter import Meter
from scalesearch.search.phase import AS_USUAL, Manner, PhaseRunner
from scalesearch.search.search_rounds import Judge, Spending, next_round
from scalesearch.studies.study import Record, Study


def run(
    study: Study,
    plan: Sequence[Task],
    executor: Executor,
    spending: Spending,
    judge: Judge,
    on_event: Callable[[Event], None] = lambda event: None,
    clock: Callable[[], float] = time.monotonic,
    manner: Manner = AS_USUAL,
) -> list[Record]:
    """Train all rounds, but for what has finished before, and return the trials table.

    `plan` holds one task for every cell and seed of the first round, the baseline's (attribute
    `role`) too; its order of cells is the table's. What has finished or failed before is not
    trained again. The executor is left to the caller to close, except when this is interrupted or
    fails.

    Raises Interrupted once a stop was asked for and has happened; StudyError if `judge` cannot
    tell anything from the trainings, too many failed, or the study cannot be written.
    """
    first = {task.cell: task for task in reversed(plan)}  # one task of each cell
    cells = list(dict.fromkeys(task.cell for task in plan))
    baseline = next((cell for cell in cells if first[cell].attributes["role"] == BASELINE), None)
    study.plan(cells)
    train = PhaseRunner(study, executor, on_event, Meter(clock, manner.work), manner)
    rounds: list[tuple[Key, ...]] = []
    begun = 0
    try:
        while keys := next_round(cells, baseline, rounds, study.finished(), spending, judge):
            begun += len(keys)
            tasks = [_task(first[cell], seed) for cell, seed in keys]
            rounds.append(keys)
            train(f"round {len(rounds)}", tasks, max(0, spending.trainings - begun))
    except BaseException:
        executor.close()
        raise
    return study.records()


def _task(like: Task, seed: int) -> Task:
    """The same network with another seed."""
    return replace(like, seed=seed, spec={**like.spec, "seed": seed})


def train_all(
    study: Study,
    plan: Sequence[Task],
    executor: Executor,
    stage: str,
    on_event: Callable[[Event], None] = lambda event: None,
    clock: Callable[[], float] = time.monotonic,
    manner: Manner = AS_USUAL,
) -> list[Record]:
    """Train what is not finished of `plan`, without further rounds, and return the trials table.

    `stage` names the phase. Otherwise as `run`.
    """
    study.plan(list(dict.fromkeys(task.cell for task in plan)))
    try:
        PhaseRunner(study, executor, on_event, Meter(clock, manner.work), manner)(stage, plan)
    except BaseException:
        executor.close()
        raise
    return study.records()
