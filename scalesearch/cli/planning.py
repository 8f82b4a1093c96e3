"""What `grid` was asked for, from options and profile to a plan of networks. No TensorFlow."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.cli.baselines import pinned, try_proxies
from scalesearch.cli.names import is_function
from scalesearch.cli.proxies import (
    ProxyOptions,
    data_for,
    data_key,
    data_of,
    profile_of,
    proxy_key,
    proxy_of,
)
from scalesearch.config.profiles import Profile
from scalesearch.config.shipped_files import load_network
from scalesearch.core.candidates import (
    PAPER_POINT,
    Box,
    Candidate,
    Range,
    box,
    name_of,
    simplex,
)
from scalesearch.core.limits import Ceilings, reachable
from scalesearch.core.multipliers import Coefficients, compound
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.plan import Plan, make_plan
from scalesearch.data.facts import DataFacts
from scalesearch.data.spec import DataSpec
from scalesearch.errors import ConfigError

MOST_PHI = 8.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `grid` that decide what is trained."""

    phi: float
    baseline: str
    profile: str
    grid: str | None
    step: float | None
    tolerance: float
    constraint: str
    ranges: dict[str, Range]
    include: tuple[Coefficients, ...]
    ceilings: Ceilings
    literal: bool
    dataset: str | None
    data_dir: str | None
    download: bool
    train: int | None
    validation: int | None
    epochs: int | None
    seed: int
    early_stop: bool = True
    """Whether candidates are cut as the profile says."""
    skip_broken: bool = False
    looks: Path | None = None
    """As of `ProxyOptions`, and so are the next three."""
    follow_links: bool = False
    split: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """A search that could start: what it would train, on what, how often."""

    given: str
    """The baseline as --baseline was given."""
    profile: Profile
    plan: Plan
    data: DataSpec
    facts: DataFacts
    settings: dict[str, Any]
    """What a study of it is pinned to, plain values."""

    @property
    def trainings(self) -> int:
        """Trainings in all: every distinct proxy and the baseline, then the finalists."""
        return (len(self.plan.trials) + 1) * self.profile.search_seeds + self._final_trainings

    @property
    def parts(self) -> int:
        """The same, each training counted once for every cut that it may come to, and its end."""
        profile, count = self.profile, len(self.plan.trials)
        legs = profile.halving.legs(count, profile.finalists) if profile.halving else [(count,)]
        return sum(leg[0] + 1 for leg in legs) * profile.search_seeds + self._final_trainings

    @property
    def _final_trainings(self) -> int:
        profile, trials = self.profile, len(self.plan.trials)
        further = profile.final_seeds - profile.search_seeds
        return (min(profile.finalists, trials) + 1) * further

    @property
    def training_macs(self) -> int:
        """MACs of all trainings: three times a forward pass (Kaplan et al. 2020) an image."""
        rows = [self.plan.reference, *(trial.row for trial in self.plan.trials)]
        macs = sorted((row.proxy.cost.macs for row in rows[1:]), reverse=True)
        further = self.profile.final_seeds - self.profile.search_seeds
        final = rows[0].proxy.cost.macs + sum(macs[: self.profile.finalists])
        searched: float = sum(macs)
        if self.profile.halving:  # how much of them all is trained, at their mean cost
            least = self.profile.finalists
            searched *= self.profile.halving.trainings(len(macs), least) / len(macs)
        searched = (searched + rows[0].proxy.cost.macs) * self.profile.search_seeds
        images = (self.facts.train or 0) * self.profile.recipe.epochs
        return round(3 * images * (searched + final * further))


def search_of(asked: Asked, limit: Callable[[Plan], Plan] = lambda plan: plan) -> Search:
    """Everything that can be known before a search starts.

    `limit` may refuse candidates for what the counts do not tell. Raises ScaleSearchError for
    anything that can be told to be wrong without TensorFlow.
    """
    function = is_function(asked.baseline)
    table = None if function else load_network(asked.baseline)
    options = ProxyOptions(
        asked.profile,
        asked.dataset,
        asked.data_dir,
        asked.download,
        asked.train,
        asked.validation,
        asked.epochs,
        asked.skip_broken,
        asked.looks,
        asked.follow_links,
        asked.split,
        asked.label,
    )
    profile = profile_of(options)
    if not asked.early_stop:
        profile = dataclasses.replace(profile, halving=None)
    data, facts = data_of(options, profile)
    if not 0 < asked.phi <= MOST_PHI:
        raise ConfigError(
            f"Option --phi must be above 0 and at most {MOST_PHI:g} for a search, since "
            f"candidates cost 2^phi times the baseline. Got {asked.phi:g}."
        )
    if table is None:
        from scalesearch.cli.built_plan import plan_function

        plan = plan_function(asked, profile, facts)
    else:
        plan = _plan_table(table, asked, profile, facts)
    plan = limit(plan)
    rows = (plan.reference, *(trial.row for trial in plan.trials))
    try_proxies([row.proxy for row in rows], profile.recipe)
    plan = pinned(plan, plan.baseline)
    proxies = [trial.row.proxy.network for trial in plan.trials]
    data, facts = data_for(plan.proxy, proxies, data, facts)
    return Search(
        asked.baseline, profile, plan, data, facts, _settings(asked, profile, plan, data, facts)
    )


def _plan_table(baseline: TableNetwork, asked: Asked, profile: Profile, facts: DataFacts) -> Plan:
    proxy = proxy_of(baseline, profile, facts, baseline.rounding if asked.literal else None)
    base = baseline.cost.macs

    def counted(coefficients: Coefficients) -> float:
        by = compound(coefficients, asked.phi)
        return baseline.at(by.depth, by.width, by.resolution).cost.macs / base

    candidates = candidates_of(asked, profile, counted)
    for candidate in candidates:
        reachable(baseline, candidate.coefficients, asked.phi)
    return make_plan(
        baseline,
        proxy,
        candidates,
        asked.phi,
        as_formula=asked.literal,
        ceilings=asked.ceilings,
    )


Ratio = Callable[[Coefficients], float]
"""Counted cost of the formula's network over the baseline's."""


def candidates_of(asked: Asked, profile: Profile, counted: Ratio) -> tuple[Candidate, ...]:
    """The grid that was asked for; by default a simplex and the paper's point."""
    included = tuple(
        Candidate(name_of(coefficients), coefficients, included=True)
        for coefficients in asked.include
    )
    if asked.grid == "box":
        return (*_box(asked, counted), *included)
    if asked.ranges:
        raise ConfigError("Options --alpha, --beta and --gamma are the ranges of --grid box.")
    points = simplex(profile.simplex_step if asked.step is None else asked.step)
    paper = () if asked.grid else (PAPER_POINT,)
    return (*points, *paper, *included)


def _box(asked: Asked, counted: Ratio) -> tuple[Candidate, ...]:
    usual = Box()
    grid = Box(
        step=usual.step if asked.step is None else asked.step,
        alpha=asked.ranges.get("alpha", usual.alpha),
        beta=asked.ranges.get("beta", usual.beta),
        gamma=asked.ranges.get("gamma", usual.gamma),
        tolerance=asked.tolerance,
    )
    if asked.constraint == "nominal":
        return box(grid)
    target = 2**asked.phi
    return tuple(
        candidate
        for candidate in box(grid, constrained=False)
        if abs(counted(candidate.coefficients) - target) < asked.tolerance
    )


def _settings(
    asked: Asked, profile: Profile, plan: Plan, data: DataSpec, facts: DataFacts
) -> dict[str, Any]:
    # A limit counts by what it leaves out: two that leave out the same make the same study.
    rows = [row for row in plan.rows if not row.exceeded]
    return {
        "baseline": plan.baseline.to_json(),
        "phi": asked.phi,
        "literal": asked.literal,
        "candidates": [row.candidate.name for row in rows],
        "coefficients": [list(dataclasses.astuple(row.candidate.coefficients)) for row in rows],
        "proxy": proxy_key(profile),
        "recipe": profile.recipe.to_json(),
        "data": data_key(data, facts),
        "seed": asked.seed,
        "halving": profile.halving.to_json() if profile.halving else None,
        "search_seeds": profile.search_seeds,
        "finalists": profile.finalists,
        "final_seeds": profile.final_seeds,
    }
