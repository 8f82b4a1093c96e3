"""Trainers of the user's own: checked, pinned to their code, and made ours to run.

An own trainer takes (job, progress): a `Job`, and a function that it calls now and then. It returns
a `Score`, its values in a dictionary, or top1 alone as a number.
"""

import inspect
import operator
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scalesearch.config.function_files import is_function_name
from scalesearch.config.function_names import FORM, function_hint
from scalesearch.core.jobs import Job, OwnTrainer, job_of
from scalesearch.core.scores import numbers_of
from scalesearch.core.tasks import FAILED, Progress, Trainer, outcome_of
from scalesearch.errors import ConfigError, StudyError
from scalesearch.executors.executor import Executor, SerialExecutor
from scalesearch.executors.processes import HANGS_AFTER, ProcessExecutor
from scalesearch.source_code.callables import code_of_callable, name_of
from scalesearch.source_code.function_code import changed, code_of, have
from scalesearch.source_code.user_functions import function_named

_TAKES = "(job, progress)"


def resolve_trainer(trainer: OwnTrainer | str) -> OwnTrainer:
    """The function that `trainer` is or names, after all that can be checked of it is checked.

    A name is "package.module:function", whose module is imported: from where Python finds modules,
    or the current folder. Raises ConfigError.
    """
    if isinstance(trainer, str):
        if not is_function_name(trainer):
            how = function_hint(trainer) or f"Give it as {FORM}."
            raise ConfigError(f"The trainer must be a function or its name. {how} Got {trainer!r}.")
        if trainer.startswith("__main__:"):
            raise ConfigError(
                "A trainer that is given by its name is imported in other processes, and __main__ "
                f"cannot be. Write it into a module, or give the function itself. Got {trainer}."
            )
        function, _ = function_named(trainer, _TAKES)
        name = trainer
    elif callable(trainer):
        function, name = trainer, name_of(trainer)
    else:
        raise ConfigError(
            f"The trainer must be a function of {_TAKES}, or its name as {FORM}. Got {trainer!r}."
        )
    try:
        inspect.signature(function).bind(None, None)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{name} must take two arguments {_TAKES}: {error}.") from error
    return function


def trainer_key(trainer: OwnTrainer | str) -> dict[str, Any]:
    """What a study is pinned to: {"name": ..., "source": {file: hash, "package x": version}}.

    The name is module:function of a callable too, so that both ways of giving a trainer are one
    study. Raises ConfigError as `resolve_trainer`, and where the source cannot be read.
    """
    function = resolve_trainer(trainer)
    if isinstance(trainer, str):
        return {"name": trainer, "source": code_of(trainer.partition(":")[0])}
    return {"name": name_of(function), "source": code_of_callable(function)}


def executor_of(
    trainer: OwnTrainer | str,
    workers: int = 1,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    hangs_after: float = HANGS_AFTER,
    stop: Callable[[], bool] = lambda: False,
) -> Executor:
    """Where an own trainer trains: a callable in this process, a named one in `workers` processes.

    In this process `stop` is asked whenever the trainer tells of its progress, and what it says is
    what the trainer is answered. Other arguments are those of `ProcessExecutor`. Raises ConfigError
    as `trainer_key`.
    """
    if isinstance(trainer, str):
        key = trainer_key(trainer)
        made_by = f"{__name__}:in_workers"
        return ProcessExecutor(
            made_by, workers, environment=environment, log=log, hangs_after=hangs_after, given=key
        )
    return SerialExecutor(in_this_process(resolve_trainer(trainer)), stop)


def in_workers(key: dict[str, Any]) -> Trainer:
    """The trainer of that key, imported in this process, for the fork server.

    Raises StudyError where its code is not what it was when the key was made.
    """
    function = resolve_trainer(key["name"])
    differing = changed(key["source"].items(), key["name"].partition(":")[0])
    if differing:
        raise StudyError(
            f"{have(differing)} changed since the search began. What is finished is kept. Put back "
            "what was there then, or begin another study with what is there now"
        )
    return in_this_process(function)


def in_this_process(function: OwnTrainer) -> Trainer:
    """The user's function as a trainer of ours."""

    def train(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
        job = job_of(spec)
        if job.checkpoint:
            _made(job.checkpoint)
        progress({"epoch": 0, "epochs": 1})  # what had to be imported is there: time begins
        result = _trained(function, job, _Reports(progress))
        if job.checkpoint and outcome_of(result).state == FAILED:
            shutil.rmtree(job.checkpoint, ignore_errors=True)  # nobody goes on from what led here
        return result

    return train


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(f"{folder} cannot be made: {error.strerror or error}.") from error


def _trained(function: OwnTrainer, job: Job, reports: "_Reports") -> dict[str, Any]:
    """Run the function: what `tasks.outcome_of` makes an outcome of."""
    folder, begun = os.getcwd(), time.perf_counter()
    try:
        returned = function(job, reports)
    except SystemExit as left:  # which would end the whole search where it runs in this process
        return {"unusable": f"the trainer called sys.exit({left.code!r})"}
    finally:
        os.chdir(folder)
    if reports.stopped or (reports.asked and returned is None):
        return {"stopped": True}
    return {**numbers_of(returned), "seconds": time.perf_counter() - begun}


class _Reports:
    """The `JobProgress` of one training."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._calls = 0
        self.asked = False
        """Whether it was told to stop."""
        self.stopped = False
        """And so before it was done."""

    def __call__(
        self,
        epoch: int | None = None,
        epochs: int | None = None,
        *,
        top1: float | None = None,
        note: str = "",
    ) -> bool:
        if note:
            self._progress({"note": str(note)})
        self._calls += 1
        done = False
        if epoch is None:
            answer = self._progress({"step": self._calls})
        else:
            state = {"epoch": _whole(epoch), "epochs": _whole(epochs)}
            if top1 is not None:
                state["top1"] = float(top1)
            answer = self._progress(state)
            done = state["epoch"] >= state["epochs"]
        if answer is False:
            self.asked = True
            self.stopped = self.stopped or not done
        return answer is not False


def _whole(value: Any) -> Any:
    """A whole number of whatever library as Python's own."""
    return operator.index(value) if hasattr(value, "__index__") else value
