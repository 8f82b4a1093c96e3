"""Noise of recipes and of ways to score, from the same networks trained by each: pure functions."""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .agreement import kendall_tau
from .effects import Effect, beside_blocks, between, jackknife, spread_of, told, within
from .tagged_rows import Tagged
from .training_jobs import Job, unusual
from .training_outcomes import Outcome

Network = tuple[Any, ...]
By = Mapping[Network, Mapping[int, float]]
"""A value by network and seed."""


@dataclass(frozen=True, slots=True)
class Trained:
    """All trainings by one recipe, by network and seed."""

    name: str
    by: Mapping[Network, Mapping[int, Outcome]]

    @property
    def outcomes(self) -> list[Outcome]:
        return [each for seeds in self.by.values() for each in seeds.values()]

    @property
    def work(self) -> float:
        """Of one training, the mean: images times MACs."""
        return statistics.fmean(
            each.job.recipe.epochs * each.job.train * each.macs for each in self.outcomes
        )

    @property
    def scores(self) -> list[str]:
        """What every training was scored with."""
        sets = [set(each.scores) for each in self.outcomes]
        return sorted(set.intersection(*sets))

    def values(self, score: str, first: bool = False) -> By:
        """Top-1 in percent, on all validation images or the first 4,000."""
        return {
            network: {
                seed: each.scores[score].first4000 if first else each.scores[score].top1
                for seed, each in seeds.items()
            }
            for network, seeds in self.by.items()
        }


def recipes_of(tagged: Tagged) -> list[Trained]:
    """The recipes of one tag, the longest training first, each named by what is its own."""
    groups: dict[str, dict[Network, dict[int, Outcome]]] = {}
    said = {str(each.job.key): _said(each.job) for each in tagged.outcomes}
    every = list(said.values())
    common = set.intersection(*(set(words) for words in every))
    for outcome in tagged.outcomes:
        name = ", ".join(word for word in said[outcome.job.key] if word not in common)
        networks = groups.setdefault(name or tagged.tag, {})
        networks.setdefault(network_of(outcome.job), {})[outcome.job.seed] = outcome
    found = [Trained(name, by) for name, by in groups.items()]
    return sorted(found, key=lambda each: (-each.work, each.name))


def _said(job: Job) -> list[str]:
    """All that decides a training but its network and its seed, in words."""
    parts = {**unusual(job.recipe), "train": job.train, "dataset": job.dataset}
    return [f"{name} {value}" for name, value in parts.items()]


def network_of(job: Job) -> Network:
    """What tells networks apart."""
    return (job.proxy, job.repeats, job.width, job.resolution)


def noise_of(values: By) -> Effect:
    """Of one training about its network's mean."""
    return spread_of(*within([list(seeds.values()) for seeds in values.values()]))


def noise_beside_seeds(values: By) -> Effect | None:
    """The same beside what a seed does to all; None where networks have other seeds."""
    seeds = {tuple(sorted(by_seed)) for by_seed in values.values()}
    if len(seeds) != 1 or len(next(iter(seeds))) < 2 or len(values) < 2:
        return None
    [order] = seeds
    return spread_of(
        *beside_blocks(np.array([[by[seed] for seed in order] for by in values.values()]))
    )


def noise_rows(recipes: Sequence[Trained]) -> Iterator[dict[str, Any]]:
    """A row for each recipe, score and count of validation images."""
    reference, pace = recipes[0], pace_of(recipes)
    for recipe in recipes:
        seconds = pace * recipe.work
        for score in recipe.scores:
            for first in (False, True):
                values = recipe.values(score, first)
                noise = noise_of(values)
                beside = noise_beside_seeds(values)
                own = beside or noise  # what moves all networks alike moves none apart
                apart = between([list(by.values()) for by in values.values()], own.value)
                yield {
                    "recipe": recipe.name,
                    "score": score,
                    "validated_on": 4000 if first else recipe.outcomes[0].job.validation,
                    "noise": told(noise.value),
                    "noise_low": told(noise.low),
                    "noise_high": told(noise.high),
                    "beside_seeds": told(beside.value) if beside else None,
                    "apart": told(apart),
                    "top1": round(_mean(values), 2),
                    "seconds": round(seconds, 1),
                    "seconds_to_tell": seconds_to_tell(own.value, apart, seconds),
                    "tau": _tau(values, reference, score),
                    "trainings": len(recipe.outcomes),
                }


def pace_of(recipes: Sequence[Trained]) -> float:
    """Seconds for an image's MAC, over all trainings: a busy machine moves single ones."""
    seconds = sum(each.train_seconds for recipe in recipes for each in recipe.outcomes)
    return seconds / sum(recipe.work * len(recipe.outcomes) for recipe in recipes)


def seconds_to_tell(noise: float, apart: float, seconds: float) -> float | None:
    """Training time until two networks `apart` from each other differ by two standard errors.

    n trainings of each: apart = 2 noise sqrt(2 / n), so 2 n seconds = 16 (noise / apart)^2 seconds.
    """
    return told(16 * (noise / apart) ** 2 * seconds, 1) if apart > 0 else None


def score_rows(recipes: Sequence[Trained]) -> Iterator[dict[str, Any]]:
    """Ratios of noise between scores of the same trainings, with a jackknife over networks."""
    for recipe in recipes:
        usual = "last-1024" if "last-1024" in recipe.scores else recipe.scores[0]
        for score in recipe.scores:
            for first in (True, False):
                ratio = _ratio(recipe.values(score, first), recipe.values(usual, first=True))
                yield {
                    "recipe": recipe.name,
                    "score": score,
                    "validated_on": 4000 if first else recipe.outcomes[0].job.validation,
                    "noise_times": told(ratio.value, 3),
                    "low": told(ratio.low, 3),
                    "high": told(ratio.high, 3),
                    "of": f"{usual} on 4000",
                }


def _ratio(values: By, usual: By) -> Effect:
    """Noise over noise; the interval is that of its logarithm, one network left out at a time."""

    def log_ratio(names: Sequence[Network]) -> float:
        top, below = (
            noise_of({name: each[name] for name in names}).value for each in (values, usual)
        )
        return math.log(top / below) if top > 0 and below > 0 else math.nan

    names = [name for name, seeds in values.items() if len(seeds) > 1]
    if len(names) < 3:
        return Effect(math.nan, math.nan, math.nan)
    parts = [log_ratio([other for other in names if other != name]) for name in names]
    found = jackknife(parts, log_ratio(names))
    return Effect(math.exp(found.value), math.exp(found.low), math.exp(found.high))


def _mean(values: By) -> float:
    return statistics.fmean(value for seeds in values.values() for value in seeds.values())


def _tau(values: By, reference: Trained, score: str) -> float | None:
    other = reference.values(score if score in reference.scores else reference.scores[0])
    names = [name for name in values if name in other]
    if len(names) < 3:
        return None
    means = [[statistics.fmean(by[name].values()) for name in names] for by in (values, other)]
    tau = kendall_tau(*means)
    return round(tau, 2) if math.isfinite(tau) else None
