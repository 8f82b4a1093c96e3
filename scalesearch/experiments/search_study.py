"""A search from Python: planned, and run as a study or gone on with."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from scalesearch.core.candidates import Range
from scalesearch.core.jobs import OwnTrainer
from scalesearch.core.limits import Ceilings
from scalesearch.core.multipliers import Coefficients
from scalesearch.executors.executor import Executor
from scalesearch.experiments import arguments
from scalesearch.experiments.datasets import Tell
from scalesearch.experiments.executor_choice import Executors
from scalesearch.experiments.grid import SearchPlan, search_plan
from scalesearch.experiments.latency_file import Measured, write_measured
from scalesearch.experiments.micro_batches import fitting
from scalesearch.experiments.parameter_names import told_as
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.runs import trained_records
from scalesearch.experiments.search_request import SearchRequest
from scalesearch.experiments.search_stop import stopping
from scalesearch.experiments.session import session
from scalesearch.experiments.study_arguments import (
    NAMES,
    OnEvent,
    nothing,
    options_of,
    plan_with,
)
from scalesearch.experiments.training_arguments import TrainingArguments, training_options

if TYPE_CHECKING:
    from scalesearch.experiments.search_results import SearchResult
    from scalesearch.report.references import ReferencesInfo


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
        seed: where the seeds of trainings begin.
        tell: takes each remark, a sentence.
        training: what is changed of the profile (see `TrainingArguments`).

    Raises ScaleSearchError (ConfigError, DataError) for what can be told to be wrong without a
    training: each names the argument, its rule, what was given, and what to do.
    """
    ranges = {
        name: Range(*arguments.two(name, given, "two numbers, (low, high)"))
        for name, given in (("alpha", alpha), ("beta", beta), ("gamma", gamma))
        if given is not None
    }
    request = SearchRequest(
        baseline=arguments.text("baseline", baseline),
        training=training_options("plan_grid", profile, training),
        phi=arguments.number("phi", phi),
        grid=grid,
        step=arguments.number_or_none("step", step),
        ranges=ranges,
        tolerance=arguments.number_or_none("tolerance", tolerance),
        constraint=constraint,
        include=tuple(
            arguments.coefficients("include", each)
            for each in arguments.several("include", include)
        ),
        ceilings=Ceilings(
            arguments.whole_or_none("max_params", max_params),
            arguments.whole_or_none("max_acts", max_acts),
        ),
        literal=arguments.flag("literal", literal),
        seed=arguments.seed_of(seed),
    )
    return search_plan(request, tell)


def search(
    plan: SearchPlan,
    folder: Path | str,
    *,
    regret: float | None = None,
    trainings: int | None = None,
    minutes: float | None = None,
    trainer: OwnTrainer | str | None = None,
    executor: Executor | Executors | None = None,
    workers: int | None = None,
    threads: int = 1,
    retry_failed: bool = False,
    calibrate: bool = False,
    on_event: OnEvent = nothing,
) -> "SearchResult":
    """Train every candidate, then those that teach most, and name the coefficients.

    The same call again goes on with an unfinished study, and gives the answer of a finished one;
    with a lower `regret` or more `trainings` it goes on with that. A result counts once it is on
    disk, so nothing is lost however the process ends.

    Args:
        plan: of `plan_grid`.
        folder: of the study, such as "results/mine"; prepared images lie beside it in ".data".
        regret: points of top-1 that the named point is expected to be worse than the best one, at
            which the search stops; None for the profile's.
        trainings: the most of them, of one round at least; None for the profile's.
        minutes: instead of `trainings`, as many as fit into this time here. It is worked out once,
            before the first, and needs our own trainer.
        trainer: the user's own, in place of ours: a function of (job, progress) for this process,
            or its name "package.module:function" for worker processes. It needs no dataset, and
            the study is pinned to its code.
        executor: where trainings run, in place of worker processes: an executor, which is closed
            at the end, or a function that makes one.
        workers: trainings at a time; None for one a core, fewer where memory is short.
        threads: of each training.
        retry_failed: whether what an earlier run recorded as failed is trained again.
        calibrate: whether the machine is measured first for the estimate of time.
        on_event: takes each event (see `scalesearch.search.events`): rounds, trainings that begin
            and end, and sentences (`Said`).

    Returns a value with `answer` (all that coefficients.yaml holds), `table()` (a pandas frame, as
    trials.csv) and `paths` of what was written: trials.csv, coefficients.yaml, pareto.png,
    report.html.

    Raises StudyError where the study was made with other settings, is run by another process, or
    too many trainings fail; DataError for images that cannot be used; ConfigError for a trainer
    that is none, and for a rule to stop by that cannot be kept.
    """
    plan = stopping(
        plan_with(plan, "grid", "plan_grid", trainer),
        arguments.number_or_none("regret", regret),
        arguments.whole_or_none("trainings", trainings),
        arguments.number_or_none("minutes", minutes),
    )
    options = options_of(
        folder, workers, threads, retry_failed, calibrate, trainer, executor, on_event
    )
    with told_as(NAMES):
        return run_search(fitting(plan, options), options)


def run_search(
    plan: SearchPlan,
    options: RunOptions,
    *,
    references: "ReferencesInfo | None" = None,
    measured: Measured | None = None,
    measure: int | None = None,
) -> "SearchResult":
    """Search, or go on with a search, and write its results to the study's folder.

    Args:
        plan: as `micro_batches.fitting` has it.
        options: where and how.
        references: published networks to show beside the result.
        measured: what a limit was held against; it is kept with the study.
        measure: run every full-size network here too, so many images at a time.

    What can be refused is refused before TensorFlow is loaded. Raises StudyError, DataError.
    """
    with session(plan, options) as inside:
        if measured:
            write_measured(plan, measured, options.folder)
        records, took = trained_records(inside)
        from scalesearch.experiments.search_results import conclude_search

        result = conclude_search(plan, records, options, took, references)
        inside.study.note_answer()
        if measure is not None and not measured:
            from scalesearch.experiments.search_latency import measured_rows

            rows = measured_rows(plan, measure, tell=options.tell)
            options.tell(f"Written: {write_measured(plan, rows, options.folder)}")
    return result
