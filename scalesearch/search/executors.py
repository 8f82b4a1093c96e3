"""Where tasks are trained: the face that the driver sees, and the plain form in this process.

The other form, a fresh child a task, is in processes.py. Close one with `contextlib.closing`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from scalesearch.search.child import train
from scalesearch.search.tasks import Outcome, Task, Trainer, failed, outcome_of

OnProgress = Callable[[Task, dict[str, Any]], None]


class Executor(Protocol):
    """What the driver needs of a place where tasks are trained."""

    def free(self) -> int:
        """How many more tasks can be submitted now."""

    def submit(self, task: Task) -> None:
        """Take a task; never waits for it. ValueError if nothing is free."""

    def wait(self, on_progress: OnProgress) -> list[tuple[Task, Outcome]]:
        """Block until at least one task is done; `on_progress(task, state)` is called meanwhile.

        A training that fails in whatever way is a failed Outcome. ValueError if nothing runs;
        StudyError if no training can be started at all.
        """

    def close(self) -> None:
        """End what runs, at once, and give everything back. May be called twice."""


class SerialExecutor:
    """Trains in this process, one task at a time, inside `wait`."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._task: Task | None = None

    def free(self) -> int:
        return 1 if self._task is None else 0

    def submit(self, task: Task) -> None:
        if self._task is not None:
            raise ValueError("submit needs a free place")
        self._task = task

    def wait(self, on_progress: OnProgress) -> list[tuple[Task, Outcome]]:
        task, self._task = self._task, None
        if task is None:
            raise ValueError("wait needs a submitted task")
        message = train(self._trainer, task.spec, lambda state: on_progress(task, state))
        return [(task, outcome_from(message))]

    def close(self) -> None:
        self._task = None


def outcome_from(message: Mapping[str, Any]) -> Outcome:
    """The outcome that a training's last message tells: {"result": ...} or {"error": ...}."""
    return failed(message["error"]) if "error" in message else outcome_of(message["result"])
