"""The networks of the table of real trainings: a profile's triangle and points within it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import scalesearch as ss
from scalesearch.config.profiles import Profile
from scalesearch.core.candidates import simplex
from scalesearch.core.multipliers import Coefficients
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.study_tasks import tasks_of

from .training_jobs import Job, Proxy

NETWORKS = 20
"""Those of one budget: the grid's, and as many further ones as make so many, if there are."""
_STEP = 1 / 24
"""Further points of the triangle are chosen among those with shares in multiples of this."""


@dataclass(frozen=True, slots=True)
class Member:
    """One network of the table: a training's columns, as a search's table has them, and its job."""

    columns: dict[str, Any]
    job: Job
    """Of seed 0, with the profile's own recipe."""

    @property
    def name(self) -> str:
        return str(self.columns["names"])

    def at(self, epochs: int, seed: int, full: bool = False) -> Job:
        """Its training of another length, with a schedule of its own, and of another seed."""
        recipe = replace(
            self.job.recipe,
            epochs=epochs,
            warmup_epochs=min(self.job.recipe.warmup_epochs, epochs),
        )
        return replace(self.job, recipe=recipe, seed=seed, full=full)


def members(profile: str, data_dir: str | None, train: int, validation: int) -> list[Member]:
    """The baseline's proxy, then those of the grid and the points within, each network once.

    Trained on the first `train` images and scored on the last `validation`.
    """
    plan = _plan(profile, data_dir)
    found = []
    for trial, task in _pairs(plan):
        member = _member(task.attributes, plan.profile, train, validation)
        planned = trial.pair.proxy.network
        assert member.job.network.key == planned.key, "the jobs are the networks of a search"
        found.append(member)
    return found


def mixture(columns: Mapping[str, Any], baseline: Mapping[str, Any]) -> tuple[float, ...]:
    """Shares of depth, width and resolution by the proxy's multipliers as they are built.

    q = (log2 d, 2 log2 w, 2 log2 r) / sum, of the columns of a training and of the baseline's.
    """
    blocks = [sum(_repeats(each)) for each in (columns, baseline)]
    parts = (
        math.log2(blocks[0] / blocks[1]),
        2 * math.log2(columns["proxy_width"]),
        2 * math.log2(columns["proxy_resolution"] / baseline["proxy_resolution"]),
    )
    return tuple(part / sum(parts) for part in parts)


def _plan(profile: str, data_dir: str | None) -> SearchPlan:
    """The profile's search, with points of the triangle that its grid leaves far away.

    One after the other, the point whose proxy is farthest from all others is added.
    """

    def plan(include: Sequence[Coefficients]) -> SearchPlan:
        return ss.plan_grid(profile=profile, data_dir=data_dir, include=include)

    alone = plan(())
    within = [candidate.coefficients for candidate in simplex(_STEP)]
    wide = {trial.names[0]: task.attributes for trial, task in _pairs(plan(within))}
    baseline = wide.pop(alone.trials[0].names[0])
    places = {name: mixture(columns, baseline) for name, columns in wide.items()}
    known = {trial.names[0] for trial in alone.trials[1:]}
    chosen = []
    while len(known) < NETWORKS and len(known) < len(places):
        taken = [places[name] for name in known]
        further = {
            name: min(math.dist(place, other) for other in taken)
            for name, place in places.items()
            if name not in known
        }
        best = max(further, key=lambda name: (round(further[name], 9), name))
        known.add(best)
        chosen.append(Coefficients(*(wide[best][part] for part in ("alpha", "beta", "gamma"))))
    return plan(chosen)


def _pairs(plan: SearchPlan) -> list[tuple[Any, Any]]:
    """Each distinct proxy of a search with its task of the first seed."""
    tasks = {task.cell: task for task in reversed(tasks_of(plan))}
    return [(trial, tasks[plan.cell(trial)]) for trial in plan.trials]


def _repeats(columns: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(map(int, columns["proxy_repeats"].strip("[]").split(",")))


def order(found: Sequence[Member], lengths: Sequence[tuple[int, int]]) -> list[Job]:
    """The trainings, each `length` being (epochs, seeds), so that every part of them is of use.

    All networks are trained once at each length before any of them is trained twice. Where the
    training is long, all its scores are kept.
    """
    shortest = min(epochs for epochs, _ in lengths)
    return [
        member.at(epochs, seed, full=epochs > shortest)
        for seed in range(max(seeds for _, seeds in lengths))
        for epochs, seeds in lengths
        if seed < seeds
        for member in found
    ]


def _member(columns: dict[str, Any], profile: Profile, train: int, validation: int) -> Member:
    recipe = profile.recipe
    proxy = Proxy(
        profile.resolution.longer,
        profile.width,
        profile.depth,
        profile.drop_strides,
        profile.drop_last_strides,
    )
    decays = tuple(sorted({0.99, 0.995, *([recipe.average] if recipe.average else [])}))
    job = Job(
        proxy,
        _repeats(columns),
        columns["proxy_width"],
        columns["proxy_resolution"],
        replace(recipe, average=0.0),
        seed=0,
        dataset=profile.dataset,
        train=train,
        validation=validation,
        decays=decays,
        tag=columns["names"],
    )
    return Member(columns, job)
