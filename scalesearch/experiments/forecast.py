"""How long trainings will take here, from what is remembered of this machine, and in words."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.config.profiles import Profile
from scalesearch.core.memory import Workload
from scalesearch.core.networks import Network, Realised
from scalesearch.core.pace import Trainings, fitted, seconds_of
from scalesearch.core.quantities import duration, several
from scalesearch.errors import parameter
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.resources import workload
from scalesearch.search.search_rounds import round_size
from scalesearch.studies.timings import Remembered, machine, recall


@dataclass(frozen=True, slots=True)
class Timed:
    """What is trained, as far as its time goes."""

    network: Network
    """The baseline at full size, whose proxies they are."""
    profile: Profile
    load: Workload
    proxies: tuple[Realised, ...]
    """The distinct ones, the baseline's first."""
    trainings: Trainings
    macs: int
    """Of all trainings."""

    def what(self, workers: int, threads: int) -> dict[str, Any]:
        """All that must be the same for what is remembered to hold, plain values."""
        stored = self.load.stored
        network = json.dumps(self.network.named("").to_json(), sort_keys=True)
        return {
            **machine(),
            "workers": workers,
            "threads": threads,
            "baseline": self.network.name,
            "network": hashlib.sha256(network.encode()).hexdigest()[:16],
            "proxy": self.profile.proxy_key,
            "batch_size": self.profile.recipe.batch_size,
            "micro_batch": self.profile.recipe.at_once,
            "images": [self.load.train, self.load.validation, stored and stored.to_json()],
        }


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long a search will take here: seconds to the end of its last training.

    What is not known is None: without a measurement all of it.
    """

    workers: int
    seconds: float | None = None
    """To the end of all trainings; of a search to that of the most."""
    calibrated: str | None = None
    """When the machine was measured, ISO 8601."""

    @property
    def line(self) -> str:
        """The estimate as one line."""
        if self.seconds is None:
            return (
                f"Time: not known here. {parameter('calibrate')} measures some steps of these "
                "trainings, within a minute, and tells it."
            )
        return (
            f"Time: about {duration(self.seconds)} here for {several(self.workers, 'worker')}; "
            "images that are not prepared yet come on top."
        )

    def to_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "seconds": self.seconds,
            "workers": self.workers,
            "calibrated": self.calibrated,
        }


def remembered_estimate(timed: Timed, data: Path, workers: int, threads: int) -> Estimate:
    """By what is remembered in `data`, the folder of prepared images."""
    return estimate(timed, recall(data, timed.what(workers, threads)), workers)


def estimate(
    timed: Timed, known: Remembered | None, workers: int, elapsed: float | None = None
) -> Estimate:
    """By what was measured. Where workers are up, `elapsed` seconds stand for their start."""
    trainings = timed.trainings
    if known is None or not trainings.images:
        return Estimate(workers)
    pace, begin = fitted(known.timings), known.load if elapsed is None else elapsed
    return Estimate(workers, round(begin + seconds_of(trainings, pace, workers), 1), known.made)


def timed(plan: Plan[Any, Any]) -> Timed:
    """A plan as far as its time goes."""
    load, recipe = workload(plan), plan.profile.recipe
    proxies = tuple(trial.pair.proxy for trial in plan.trials)
    trainings = Trainings(
        baseline=proxies[0].cost,
        candidates=tuple(proxy.cost for proxy in proxies[1:]),
        images=recipe.epochs * (load.train - load.train % recipe.batch_size),
        seeds=plan.rounds.seeds,
        further=plan.trainings - plan.first_round,
        round_size=round_size(len(proxies) - 1),
        lengths=tuple(plan.recipe_of(trial).epochs / recipe.epochs for trial in plan.trials),
    )
    return Timed(plan.network, plan.profile, load, proxies, trainings, plan.training_macs)
