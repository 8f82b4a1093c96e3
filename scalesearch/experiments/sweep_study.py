"""A sweep from Python: planned, and run as a study or gone on with."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from scalesearch.core.jobs import OwnTrainer
from scalesearch.executors.executor import Executor
from scalesearch.experiments import arguments
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
from scalesearch.experiments.sweep import SweepPlan, sweep_plan
from scalesearch.experiments.sweep_request import SweepRequest
from scalesearch.experiments.training_arguments import TrainingArguments, training_options

if TYPE_CHECKING:
    from scalesearch.experiments.sweep_results import SweepResult


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
        pairs=tuple(
            arguments.two("pairs", each, "several (depth, resolution)")
            for each in arguments.several("pairs", pairs)
        ),
        seed=arguments.seed_of(seed),
        seeds=arguments.whole("seeds", seeds, most=arguments.MOST_SEEDS),
    )
    with told_as({"pair": "pairs"}):
        return sweep_plan(request, tell)


def sweep(
    plan: SweepPlan,
    folder: Path | str,
    *,
    trainer: OwnTrainer | str | None = None,
    executor: Executor | Executors | None = None,
    workers: int | None = None,
    threads: int = 1,
    retry_failed: bool = False,
    calibrate: bool = False,
    on_event: OnEvent = nothing,
) -> "SweepResult":
    """Train the networks of a sweep and the baseline on the same seeds.

    `plan` is of `plan_sweep`; arguments and errors otherwise as of `search`. Returns a value with
    `points`, `table()` and `paths`: sweep.csv, sweep.png.
    """
    plan = plan_with(plan, "sweep", "plan_sweep", trainer)
    options = options_of(
        folder, workers, threads, retry_failed, calibrate, trainer, executor, on_event
    )
    with told_as(NAMES):
        return run_sweep(fitting(plan, options), options)


def run_sweep(plan: SweepPlan, options: RunOptions) -> "SweepResult":
    """Sweep, or go on with a sweep, and write its results. Otherwise as `run_search`."""
    with session(plan, options) as inside:
        records, took = trained_records(inside)
        from scalesearch.experiments.sweep_results import conclude_sweep

        result = conclude_sweep(plan, records, options, took)
        inside.study.note_answer()
    return result
