"""The arguments with which a plan is run from Python, checked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from scalesearch.core.jobs import OwnTrainer
from scalesearch.errors import ConfigError
from scalesearch.executors.executor import Executor
from scalesearch.experiments import arguments
from scalesearch.experiments.executor_choice import Executors, usual_executor
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.run_options import RunOptions
from scalesearch.search.events import Event

P = TypeVar("P", bound=Plan[Any, Any])
OnEvent = Callable[[Event], None]
NAMES = {"study": "folder", "results": "folder"}
"""What the functions that run a plan call the study's place."""


def nothing(event: Event) -> None:
    """Nobody listens."""


def plan_with(plan: P, kind: str, maker: str, trainer: OwnTrainer | str | None) -> P:
    """The plan, pinned to the trainer. Raises ConfigError for one that `maker` has not made."""
    if not isinstance(plan, Plan) or plan.kind != kind:
        got = f"a plan of `{plan.kind}`" if isinstance(plan, Plan) else type(plan).__name__
        raise ConfigError(f"`plan` must be one that {maker}() makes. Got {got}.", field="plan")
    return _pinned(plan, trainer)


def _pinned(plan: P, trainer: OwnTrainer | str | None) -> P:
    if trainer is None:
        return plan
    from scalesearch.executors.own_trainers import trainer_key

    return plan.changed(trainer=trainer_key(trainer))


def options_of(
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
