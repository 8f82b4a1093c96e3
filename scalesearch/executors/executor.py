"""Where tasks are trained: the face that the driver sees, and the plain form in this process.

The other form, in processes of their own, is in processes.py. Close one with `contextlib.closing`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

from scalesearch.core.tasks import Outcome, Task, Trainer, failed, outcome_of
from scalesearch.errors import StudyError
from scalesearch.executors.fork_child import train

OnProgress = Callable[[Task, dict[str, Any]], None]
FOREVER = float("inf")


class Executor(Protocol):
    """What the driver needs of a place where tasks are trained."""

    def free(self) -> int:
        """How many more tasks can be submitted now."""

    def submit(self, task: Task) -> None:
        """Take a task; never waits for it. ValueError if nothing is free."""

    def wait(self, on_progress: OnProgress, seconds: float = FOREVER) -> list[tuple[Task, Outcome]]:
        """Block until at least one task is done, or about `seconds` have passed: then none.

        `on_progress(task, state)` is called meanwhile, except for mere steps. A training that fails
        in whatever way is a failed Outcome. ValueError if nothing runs; StudyError if no training
        can be started at all.
        """

    def expect(self, cells: Collection[str]) -> None:
        """Hear which networks are still to be trained: what is kept of others is let go."""

    def stop(self) -> None:
        """Ask what runs to stop after the step under way; `wait` gives it as a stopped Outcome."""

    def close(self) -> None:
        """End what runs, at once, and give everything back. May be called twice."""


class SerialExecutor:
    """Trains in this process, one task at a time, inside `wait`, which so takes as long as that.

    Whether to stop is asked of `stop` at every progress, since nobody can call this one meanwhile.
    """

    def __init__(self, trainer: Trainer, stop: Callable[[], bool] = lambda: False) -> None:
        self._trainer = trainer
        self._stop = stop
        self._task: Task | None = None
        self._stopped = False

    def free(self) -> int:
        return 1 if self._task is None else 0

    def submit(self, task: Task) -> None:
        if self._task is not None:
            raise ValueError("submit needs a free place")
        self._task = task

    def wait(self, on_progress: OnProgress, seconds: float = FOREVER) -> list[tuple[Task, Outcome]]:
        task, self._task = self._task, None
        if task is None:
            raise ValueError("wait needs a submitted task")

        def progress(state: dict[str, Any]) -> bool:
            if "step" not in state:
                on_progress(task, state)
            return not (self._stopped or self._stop())

        return [(task, outcome_from(train(self._trainer, task.spec, progress)))]

    def expect(self, cells: Collection[str]) -> None:
        """Nothing is kept by this form itself."""

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        self._task = None


def outcome_from(message: Mapping[str, Any]) -> Outcome:
    """The outcome that a training's last message tells: {"result": ...} or {"error": ...}.

    Raises StudyError for {"fatal": ...}: images or a disk that fail one training fail them all.
    """
    if "fatal" in message:
        raise StudyError(message["fatal"])
    return failed(message["error"]) if "error" in message else outcome_of(message["result"])
