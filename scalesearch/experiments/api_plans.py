"""Plans from Python: the arguments of a study, checked and counted before anything is trained."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar, Unpack

from scalesearch.core.candidates import Range
from scalesearch.core.limits import Ceilings
from scalesearch.core.multipliers import Coefficients
from scalesearch.experiments import arguments
from scalesearch.experiments.comparison import ComparisonPlan, comparison_plan
from scalesearch.experiments.grid import SearchPlan, search_plan
from scalesearch.experiments.parameter_names import told_as
from scalesearch.experiments.study_requests import ComparisonRequest, SearchRequest, SweepRequest
from scalesearch.experiments.sweep import SweepPlan, sweep_plan
from scalesearch.experiments.training_arguments import TrainingArguments, training_options

Tell = Callable[[str], None]
T = TypeVar("T")


def plan_grid(
    baseline: str = "efficientnet_b0",
    *,
    phi: float = 1.0,
    profile: str = "quick",
    grid: str | None = None,
    step: float | None = None,
    alpha: Sequence[float] | None = None,
    beta: Sequence[float] | None = None,
    gamma: Sequence[float] | None = None,
    tolerance: float | None = None,
    constraint: str | None = None,
    include: Iterable[Sequence[float] | Coefficients] = (),
    max_params: int | None = None,
    max_acts: int | None = None,
    literal: bool = False,
    early_stop: bool = True,
    seed: int = 0,
    tell: Tell = lambda text: None,
    **training: Unpack[TrainingArguments],
) -> SearchPlan:
    """The plan of a search: which split of a budget over depth, width, resolution pays best.

    Args:
        baseline: a shipped name, the path of a YAML table, or a Python function
            "package.module:build", for which TensorFlow is loaded. A table takes less than a
            second.
        phi: candidates cost 2^phi times the baseline, in counted multiply-accumulates.
        profile: how proxies are made and trained: quick, cifar10, imagenet, or a file.
        grid: "simplex", budget shares on a triangle, or "box", ranges of coefficients; None for a
            simplex and the paper's point.
        step: of the shares, or of the coefficients of a box.
        alpha, beta, gamma: (low, high) in a box.
        tolerance: how far the cost ratio may lie from its target in a box (0.1).
        constraint: what a box holds near its target: "nominal", the formula's cost, or "counted".
        include: further (alpha, beta, gamma) to try.
        max_params, max_acts: most parameters, and activations of one image, of a full-size network.
        literal: train the formula's networks with their rounding, at whatever cost.
        early_stop: whether candidates are cut as the profile says.
        seed: where the seeds of trainings begin.
        tell: takes each remark, a sentence.
        training: what is changed of the profile (see `TrainingArguments`).

    Raises ScaleSearchError (ConfigError, DataError) for what can be told to be wrong without a
    training: each names the argument, its rule, what was given, and what to do.
    """
    ranges = {
        name: _range(name, given)
        for name, given in (("alpha", alpha), ("beta", beta), ("gamma", gamma))
        if given is not None
    }
    request = SearchRequest(
        baseline=arguments.text("baseline", baseline),
        training=training_options("plan_grid", profile, training),
        phi=arguments.number("phi", phi),
        grid=grid,
        step=_number("step", step),
        ranges=ranges,
        tolerance=_number("tolerance", tolerance),
        constraint=constraint,
        include=tuple(arguments.coefficients("include", each) for each in _several(include)),
        ceilings=Ceilings(
            arguments.whole_or_none("max_params", max_params),
            arguments.whole_or_none("max_acts", max_acts),
        ),
        literal=arguments.flag("literal", literal),
        early_stop=arguments.flag("early_stop", early_stop),
        seed=arguments.seed_of(seed),
    )
    return search_plan(request, tell)


def plan_comparison(
    baseline: str = "efficientnet_b0",
    *,
    cost: float | Sequence[float] = 2.0,
    target_macs: int | None = None,
    coefficients: Coefficients | Sequence[float] | str = "found",
    results: Path | str = "results",
    profile: str = "quick",
    seeds: int = 3,
    seed: int = 0,
    tell: Tell = lambda text: None,
    **training: Unpack[TrainingArguments],
) -> ComparisonPlan:
    """The plan of a comparison: one dimension alone against all three, at equal counted cost.

    Args:
        baseline, profile, seed, tell, training: as of `plan_grid`.
        cost: counted MACs of every arm as multiples of the baseline's.
        target_macs: counted MACs of every full-size arm instead of `cost`.
        coefficients: what compound scales by: (alpha, beta, gamma), "found" (the newest study's
            under `results`, else the paper's), "paper", or the name of a study.
        results: the folder of studies.
        seeds: trainings of each network.

    Raises ScaleSearchError as `plan_grid`, also for an arm that cannot be brought within 5 % of its
    cost.
    """
    single = isinstance(cost, int | float)
    costs = arguments.numbers("cost", (cost,) if single else cost)
    request = ComparisonRequest(
        baseline=arguments.text("baseline", baseline),
        training=training_options("plan_comparison", profile, training),
        results=arguments.path("results", results),
        costs=() if target_macs is not None and cost == 2.0 else costs,
        target_macs=arguments.whole_or_none("target_macs", target_macs),
        coefficients=coefficients
        if isinstance(coefficients, str)
        else arguments.coefficients("coefficients", coefficients),
        seed=arguments.seed_of(seed),
        seeds=arguments.whole("seeds", seeds, most=arguments.MOST_SEEDS),
    )
    return comparison_plan(request, tell)


def plan_sweep(
    baseline: str = "efficientnet_b0",
    *,
    depth: Sequence[float] = (),
    width: Sequence[float] = (),
    resolution: Sequence[float] = (),
    pairs: Sequence[tuple[float, float]] = (),
    profile: str = "quick",
    seeds: int = 3,
    seed: int = 0,
    tell: Tell = lambda text: None,
    **training: Unpack[TrainingArguments],
) -> SweepPlan:
    """The plan of a sweep: depth, width and resolution one at a time, or width at fixed others.

    Args:
        baseline, profile, seed, tell, training: as of `plan_grid`.
        depth, width, resolution: factors of each; without any, all three by 1.4 and 2.
        pairs: (depth, resolution) at which width is swept instead.
        seeds: trainings of each network.

    Raises ScaleSearchError as `plan_grid`.
    """
    factors = {"depth": depth, "width": width, "resolution": resolution}
    request = SweepRequest(
        baseline=arguments.text("baseline", baseline),
        training=training_options("plan_sweep", profile, training),
        factors={name: arguments.numbers(name, given) for name, given in factors.items()},
        pairs=tuple(_pair(each) for each in _several(pairs, "pairs")),
        seed=arguments.seed_of(seed),
        seeds=arguments.whole("seeds", seeds, most=arguments.MOST_SEEDS),
    )
    with told_as({"pair": "pairs"}):
        return sweep_plan(request, tell)


def _number(name: str, given: float | None) -> float | None:
    return None if given is None else arguments.number(name, given)


def _range(name: str, given: Sequence[float]) -> Range:
    values = arguments.numbers(name, given)
    if len(values) != 2:
        raise arguments.refused(name, "two numbers, (low, high)", given)
    return Range(*values)


def _pair(given: Sequence[float]) -> tuple[float, float]:
    values = arguments.numbers("pairs", given)
    if len(values) != 2:
        raise arguments.refused("pairs", "several (depth, resolution)", given)
    return values[0], values[1]


def _several(given: Iterable[T], name: str = "include") -> Iterable[T]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise arguments.refused(name, "a sequence", given)
    return given
