"""`loop`'s second question: is the network that was found as good as the other side's?"""

import contextlib
import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.networks import Network
from scalesearch.core.tasks import COMPLETE, Task
from scalesearch.data.prepared_images import Prepared
from scalesearch.errors import ScaleSearchError
from scalesearch.executors.processes import ProcessExecutor
from scalesearch.experiments.executor_choice import TRAINER, cores, environment
from tests.benchmarks.welch import welch

FIRST_SEED = 500_000
"""Beyond those of the searches, so that no winner is judged by the seeds it was chosen for."""


def trained(network: Network, seeds: int, recipe: Recipe, data: Prepared) -> list[float]:
    """Top-1 (0 to 1) of a network trained in full on so many seeds, by our own trainer."""
    tasks = [
        Task(
            cell="winner",
            seed=seed,
            alpha=1.0,
            beta=1.0,
            gamma=1.0,
            attributes={},
            spec={
                "network": network.to_json(),
                "recipe": recipe.to_json(),
                "seed": seed,
                "data": {"path": str(data.path)},
            },
        )
        for seed in range(FIRST_SEED, FIRST_SEED + seeds)
    ]
    found: dict[int, float] = {}
    executor = ProcessExecutor(TRAINER, cores(), environment=environment(1), kept=cores())
    with contextlib.closing(executor):
        waiting, running = tasks[::-1], 0
        while waiting or running:
            while waiting and executor.free():
                executor.submit(waiting.pop())
                running += 1
            for task, outcome in executor.wait(lambda task, state: None):
                running -= 1
                if outcome.state != COMPLETE or outcome.top1 is None:
                    raise ScaleSearchError(f"A winner's training failed: {outcome.reason}.")
                found[task.seed] = outcome.top1
    return [found[seed] for seed in sorted(found)]


def rows(
    ours: str, winners: Mapping[str, str], scores: Mapping[str, Sequence[float]]
) -> list[dict[str, Any]]:
    """Each winner, its accuracy, and how far ours lies above it.

    `winners` has the network's name by whose winner it is, `ours` among them; `scores` are by
    network, as fractions.
    """
    mine = scores[winners[ours]]
    return [_row(who, name, scores[name], mine, who == ours) for who, name in winners.items()]


def _row(
    who: str, name: str, theirs: Sequence[float], mine: Sequence[float], itself: bool
) -> dict[str, Any]:
    apart = None if theirs is mine else welch(mine, theirs)  # the same trainings tell nothing
    low, high = (apart.low, apart.high) if apart else (None, None)
    return {
        "winner_of": who,
        "network": name,
        "top1_percent": round(100 * statistics.fmean(theirs), 2),
        "std_points": round(100 * statistics.stdev(theirs), 2) if len(theirs) > 1 else None,
        "seeds": len(theirs),
        "ours_above_by": None if apart is None else round(100 * apart.mean, 2),
        "low": None if low is None else round(100 * low, 2),
        "high": None if high is None else round(100 * high, 2),
        "ours_significantly_below": "" if itself else _below(theirs is mine, high),
    }


def _below(same: bool, high: float | None) -> str:
    if same:
        return "no: the same network"
    if high is None or math.isnan(high):
        return "cannot be told"
    return "yes" if high < 0 else "no"
