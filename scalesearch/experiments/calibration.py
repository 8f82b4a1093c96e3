"""Measures how fast this machine trains the networks of a plan, in its own worker processes."""

import contextlib
import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from scalesearch.core.memory import SCORED_AT_ONCE
from scalesearch.core.networks import Realised
from scalesearch.core.pace import Timing
from scalesearch.core.quantities import several
from scalesearch.core.tasks import COMPLETE, Outcome, Task
from scalesearch.errors import StudyError
from scalesearch.executors.executor import Executor
from scalesearch.experiments.executor_choice import cores
from scalesearch.experiments.forecast import Estimate, Timed, estimate, remembered_estimate
from scalesearch.experiments.run_options import RunOptions
from scalesearch.studies.prepared_folder import DATA
from scalesearch.studies.timings import Remembered, remember

STEP_MACS = 2 * 10**9
"""Forward MACs of a measured step, at most: larger ones are measured at a smaller batch."""


def estimated(timed: Timed, options: RunOptions) -> Estimate:
    """How long the trainings would take, before any is begun.

    By what is remembered of this machine, or measured in workers of its own where that is asked
    for. Raises StudyError where something is to be measured and cannot be.
    """
    workers = options.wished_workers
    if not options.calibrate:
        return remembered_estimate(timed, options.data, workers, options.threads)
    options = options.beside(DATA)  # its workers' log stays with what is remembered
    options.refuse_unwritable()
    begun = time.monotonic()
    request = options.request(workers, 0, timed.profile.patience.hangs_after)
    with contextlib.closing(options.executors(request)) as executor:
        found = measured(executor, timed, workers, begun, options.tell)
    remember(options.folder, timed.what(workers, options.threads), found)
    return estimate(timed, found, workers)


def measured(
    executor: Executor, timed: Timed, workers: int, begun: float, tell: Callable[[str], None]
) -> Remembered:
    """What the executor's workers, all at once, take for a few networks of the plan.

    They were started at `begun`, by the monotonic clock. Raises StudyError where no network could
    be measured.
    """
    tell("Measuring how fast this machine trains such networks ...")
    _tell_load(tell)
    chosen = chosen_of(timed.proxies)
    rounds = -(-workers // len(chosen))  # as many at a time as in the search
    waiting = [_task(timed, proxy, number) for number, proxy in enumerate(chosen * rounds)]
    outcomes: list[tuple[Task, Outcome]] = []
    loaded: list[float] = []

    def hear(task: Task, state: dict[str, Any]) -> None:
        loaded.append(time.monotonic() - begun)

    running = 0
    while waiting or running:
        while waiting and executor.free():
            executor.submit(waiting.pop(0))
            running += 1
        ended = executor.wait(hear)
        running -= len(ended)
        outcomes += ended
    timings = tuple(
        Timing(
            macs=task.attributes["macs"],
            acts=task.attributes["acts"],
            start=outcome.seconds or 0.0,
            per_image=1 / outcome.images_per_second,
        )
        for task, outcome in outcomes
        if outcome.state == COMPLETE and outcome.images_per_second
    )
    if not timings:
        raise StudyError(f"Nothing could be measured: {outcomes[0][1].reason}.")
    load = loaded[0] if loaded else 0.0
    return Remembered(datetime.now(UTC).isoformat(timespec="seconds"), load, timings)


def _tell_load(tell: Callable[[str], None]) -> None:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load > cores() / 2:
        tell(
            f"Other programs keep this machine busy (load {load:.1f}, {several(cores(), 'core')}): "
            "the estimate is for it as busy as now."
        )


def chosen_of(proxies: Sequence[Realised]) -> list[Realised]:
    """The baseline's, and of the others those with least, middling and most activations.

    At equal MACs it is activations that tell networks' times apart.
    """
    others = sorted(proxies[1:], key=lambda proxy: (proxy.cost.acts, proxy.cost.macs))
    picked = [others[place] for place in (0, len(others) // 2, -1)] if others else []
    by_network = {proxy.network: proxy for proxy in (proxies[0], *picked)}
    return list(by_network.values())


def _task(timed: Timed, proxy: Realised, number: int) -> Task:
    recipe, load = timed.profile.recipe, timed.load
    batch = max(1, min(recipe.at_once, STEP_MACS // max(1, proxy.cost.macs)))
    at_once = max(1, min(SCORED_AT_ONCE, STEP_MACS // max(1, proxy.cost.macs)))
    counts = {
        "train": load.train,
        "validation": max(1, load.validation),
        "scored_at_once": at_once,
        "stored": load.stored and load.stored.to_json(),
    }
    return Task(
        cell="calibration",
        seed=number,
        alpha=1.0,
        beta=1.0,
        gamma=1.0,
        attributes={"names": "calibration", **proxy.cost._asdict()},
        spec={
            "network": proxy.network.to_json(),
            "recipe": dataclasses.replace(recipe, batch_size=batch, micro_batch=None).to_json(),
            "calibrate": counts,
            "seed": number,
        },
    )
