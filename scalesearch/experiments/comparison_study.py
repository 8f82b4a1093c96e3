"""A comparison from Python: planned, and run as a study or gone on with."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from scalesearch.core.jobs import OwnTrainer
from scalesearch.core.multipliers import Coefficients
from scalesearch.errors import ConfigError
from scalesearch.executors.executor import Executor
from scalesearch.experiments import arguments
from scalesearch.experiments.comparison import ComparisonPlan, comparison_plan
from scalesearch.experiments.comparison_request import ComparisonRequest
from scalesearch.experiments.datasets import Tell
from scalesearch.experiments.executor_choice import Executors
from scalesearch.experiments.micro_batches import fitting
from scalesearch.experiments.parameter_names import told_as
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.runs import trained_records
from scalesearch.experiments.session import session
from scalesearch.experiments.study_arguments import (
    NAMES,
    OnEvent,
    nothing,
    options_of,
    plan_with,
)
from scalesearch.experiments.training_arguments import DataArguments, training_options

if TYPE_CHECKING:
    from scalesearch.experiments.comparison_results import ComparisonResult
    from scalesearch.report.published_comparisons import Published


def plan_comparison(
    baseline: str = "efficientnet_b0",
    *,
    cost: float | Sequence[float] = 2.0,
    target_macs: int | None = None,
    coefficients: Coefficients | Sequence[float] | str = "found",
    results: Path | str = "results",
    profile: str = "quick",
    seeds: int = 3,
    epochs: int | Sequence[int] | None = None,
    controls: bool = False,
    seed: int = 0,
    tell: Tell = lambda text: None,
    **training: Unpack[DataArguments],
) -> ComparisonPlan:
    """The plan of a comparison: one dimension alone against all three, at equal counted cost.

    Args:
        baseline, profile, seed, tell, training: as of `plan_grid`.
        cost: counted MACs of every arm as multiples of the baseline's.
        target_macs: counted MACs of every full-size arm instead of `cost`.
        coefficients: what compound scales by: (alpha, beta, gamma), "found" (the newest study's
            under `results`, else the paper's), "paper", or the name of a study.
        results: the folder of studies.
        seeds: trainings of each network at each length.
        epochs: of each training; several, such as (3, 12), train every network at each length, and
            tell how the arms move with it.
        controls: train every arm also at half and at double the learning rate, and resolution alone
            on images that are shrunk to the baseline's size and enlarged again.

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
        epochs=_lengths(epochs),
        controls=arguments.flag("controls", controls),
    )
    return comparison_plan(request, tell)


def compare(
    plan: ComparisonPlan,
    folder: Path | str,
    *,
    trainer: OwnTrainer | str | None = None,
    executor: Executor | Executors | None = None,
    workers: int | None = None,
    threads: int = 1,
    retry_failed: bool = False,
    calibrate: bool = False,
    on_event: OnEvent = nothing,
) -> "ComparisonResult":
    """Train the arms of a comparison and the baseline on the same seeds, and set them side by side.

    `plan` is of `plan_comparison`; arguments and errors otherwise as of `search`. Returns a value
    with `arms` (accuracies, how far compound lies above each, with 95 % intervals, and the seeds
    that would prove it), `lengths` (the noise of each length), `slopes` (how each dimension moves
    with the length), `best_rates` and `information` (of the controls), `table()` and `paths`:
    compare.csv, compare.png, compare.html. Trained weights are kept for class maps.
    """
    plan = plan_with(plan, "compare", "plan_comparison", trainer)
    if trainer is not None and plan.terms.needs_own_recipe:
        raise ConfigError(
            "Several `epochs` and `controls` change the recipe, of which a trainer of your own is "
            "told nothing. Plan with one length and without controls.",
            field="trainer",
        )
    options = options_of(
        folder, workers, threads, retry_failed, calibrate, trainer, executor, on_event
    )
    with told_as(NAMES):
        return run_comparison(fitting(plan, options), options)


def _lengths(epochs: object) -> tuple[int, ...]:
    """Of one whole number, of several, or none for None. Raises ConfigError."""
    if epochs is None:
        return ()
    if isinstance(epochs, str | bytes) or not isinstance(epochs, Iterable):
        return (arguments.whole("epochs", epochs),)
    lengths = tuple(arguments.whole("epochs", each) for each in epochs)
    if not lengths:
        raise arguments.refused("epochs", "at least one whole number", epochs)
    return lengths


def run_comparison(
    plan: ComparisonPlan, options: RunOptions, *, published: "Sequence[Published]" = ()
) -> "ComparisonResult":
    """Compare, or go on with a comparison, and write its results to the study's folder.

    `published` are the paper's rows, to be written beside ours. Otherwise as `run_search`.
    """
    with session(plan, options) as inside:
        records, took = trained_records(inside)
        from scalesearch.experiments.comparison_results import conclude_comparison

        result = conclude_comparison(plan, records, options, took, published)
        inside.study.note_answer()
    return result
