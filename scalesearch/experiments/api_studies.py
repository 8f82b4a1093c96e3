"""Studies from Python: a plan trained, or gone on with, to its answer."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scalesearch.core.jobs import OwnTrainer
from scalesearch.errors import ConfigError
from scalesearch.executors.executor import Executor
from scalesearch.experiments import arguments
from scalesearch.experiments.comparison import ComparisonPlan
from scalesearch.experiments.executor_choice import Executors, usual_executor
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.micro_batches import fitting
from scalesearch.experiments.parameter_names import told_as
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.runs import run_comparison, run_search, run_sweep
from scalesearch.experiments.sweep import SweepPlan
from scalesearch.search.events import Event

if TYPE_CHECKING:
    from scalesearch.experiments.comparison_results import ComparisonResult
    from scalesearch.experiments.search_results import SearchResult
    from scalesearch.experiments.sweep_results import SweepResult

P = TypeVar("P", bound=Plan[Any, Any])
OnEvent = Callable[[Event], None]


def _nothing(event: Event) -> None:
    """Nobody listens."""


def search(
    plan: SearchPlan,
    folder: Path | str,
    *,
    trainer: OwnTrainer | str | None = None,
    executor: Executor | Executors | None = None,
    workers: int | None = None,
    threads: int = 1,
    retry_failed: bool = False,
    calibrate: bool = False,
    on_event: OnEvent = _nothing,
) -> "SearchResult":
    """Train every candidate, then the finalists on further seeds, and name the coefficients.

    The same call again goes on with an unfinished study, and gives the answer of a finished one. A
    result counts once it is on disk, so nothing is lost however the process ends.

    Args:
        plan: of `plan_grid`.
        folder: of the study, such as "results/mine"; prepared images lie beside it in ".data".
        trainer: the user's own, in place of ours: a function of (job, progress) for this process,
            or its name "package.module:function" for worker processes. It needs no dataset, and
            the study is pinned to its code.
        executor: where trainings run, in place of worker processes: an executor, which is closed
            at the end, or a function that makes one.
        workers: trainings at a time; None for one a core, fewer where memory is short.
        threads: of each training.
        retry_failed: whether what an earlier run recorded as failed is trained again.
        calibrate: whether the machine is measured first for the estimate of time.
        on_event: takes each event (see `scalesearch.search.events`): phases, trainings that begin
            and end, cuts, and sentences (`Said`).

    Returns a value with `answer` (all that coefficients.yaml holds), `table()` (a pandas frame, as
    trials.csv) and `paths` of what was written: trials.csv, coefficients.yaml, pareto.png,
    report.html.

    Raises StudyError where the study was made with other settings, is run by another process, or
    too many trainings fail; DataError for images that cannot be used; ConfigError for a trainer
    that is none.
    """
    plan = _pinned(_of_kind(plan, "grid", "search"), trainer)
    options = _options(
        folder, workers, threads, retry_failed, calibrate, trainer, executor, on_event
    )
    with told_as(_NAMES):
        return run_search(fitting(plan, options), options)


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
    on_event: OnEvent = _nothing,
) -> "ComparisonResult":
    """Train the arms of a comparison and the baseline on the same seeds, and set them side by side.

    `plan` is of `plan_comparison`; arguments and errors otherwise as of `search`. Returns a value
    with `arms` (accuracies, and how far compound lies above each, with 95 % intervals), `table()`
    and `paths`: compare.csv, compare.png. Trained weights are kept for class maps.
    """
    plan = _pinned(_of_kind(plan, "compare", "compare"), trainer)
    options = _options(
        folder, workers, threads, retry_failed, calibrate, trainer, executor, on_event
    )
    with told_as(_NAMES):
        return run_comparison(fitting(plan, options), options)


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
    on_event: OnEvent = _nothing,
) -> "SweepResult":
    """Train the networks of a sweep and the baseline on the same seeds.

    `plan` is of `plan_sweep`; arguments and errors otherwise as of `search`. Returns a value with
    `points`, `table()` and `paths`: sweep.csv, sweep.png.
    """
    plan = _pinned(_of_kind(plan, "sweep", "sweep"), trainer)
    options = _options(
        folder, workers, threads, retry_failed, calibrate, trainer, executor, on_event
    )
    with told_as(_NAMES):
        return run_sweep(fitting(plan, options), options)


_NAMES = {"study": "folder", "results": "folder"}
"""What these functions call the study's place."""
_MADE_BY = {"grid": "plan_grid", "compare": "plan_comparison", "sweep": "plan_sweep"}


def _of_kind(plan: P, kind: str, function: str) -> P:
    if not isinstance(plan, Plan) or plan.kind != kind:
        got = _MADE_BY[plan.kind] if isinstance(plan, Plan) else type(plan).__name__
        raise ConfigError(f"{function}() runs a plan of {_MADE_BY[kind]}(). Got one of {got}.")
    return plan


def _pinned(plan: P, trainer: OwnTrainer | str | None) -> P:
    if trainer is None:
        return plan
    from scalesearch.executors.own_trainers import trainer_key

    return plan.changed(trainer=trainer_key(trainer))


def _options(
    folder: Path | str,
    workers: int | None,
    threads: int,
    retry_failed: bool,
    calibrate: bool,
    trainer: OwnTrainer | str | None,
    executor: Executor | Executors | None,
    on_event: OnEvent,
) -> RunOptions:
    """How the study is run, of arguments that are checked. Raises ConfigError."""
    most = arguments.MOST_WORKERS
    return RunOptions(
        _study(folder),
        arguments.whole_or_none("workers", workers, most=most),
        arguments.whole("threads", threads, most=most),
        arguments.flag("retry_failed", retry_failed),
        arguments.flag("calibrate", calibrate),
        trainer=trainer,
        executors=_executors(executor),
        on_event=arguments.function("on_event", on_event),
    )


def _study(folder: Path | str) -> Path:
    """The study's folder, which has a name: the study goes by it."""
    found = arguments.path("folder", folder)
    if found.name in ("", ".."):
        raise arguments.refused("folder", "a folder with a name, such as results/mine", folder)
    return found


def _executors(executor: Executor | Executors | None) -> Executors:
    if executor is None:
        return usual_executor
    if callable(executor):
        return executor
    if not hasattr(executor, "submit"):
        raise arguments.refused("executor", "an executor, or a function that makes one", executor)
    return lambda request: executor
