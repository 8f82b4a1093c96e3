"""The same command many times in one process, with the fake trainer in it too: a second each.

For faults that a process survives. Errors come back as exit code and message, as a user sees them.
"""

import contextlib
import gc
import io
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scalesearch.cli import app
from scalesearch.core.tasks import Progress
from scalesearch.executors.executor import SerialExecutor
from scalesearch.experiments import grid, search_results
from scalesearch.experiments.executor_choice import ExecutorRequest
from scalesearch.files import whole_files
from tests.observed import driver, trainer
from tests.observed.search import PROFILE, Kind, Search, command

SMALL = Kind("fake", PROFILE.format(search_seeds=1, trainings=8, step=1, epochs=1))


@dataclass(frozen=True, slots=True)
class Ended:
    """Exit code, and what was written to standard error; code -1 and a traceback for a crash."""

    code: int
    said: str

    @property
    def is_plain(self) -> bool:
        """Whether it is done or interrupted, or has told in one message what to mend."""
        refused = self.code == 2 and self.said.count("Error: ") == 1
        return (refused or self.code in (0, 130)) and "Traceback" not in self.said


class Commands:
    """Runs the command for one search after the other. Changes the folder of the process."""

    def __init__(self) -> None:
        self._search: Search | None = None
        self._stop_at: int | None = None
        self._pictures = True
        grid.search_plan = _once(grid.search_plan)
        draw = search_results.write_pictures
        search_results.write_pictures = lambda *a: draw(*a) if self._pictures else []
        driver.listen(self._tell)
        # Each command stands for a process, and the one before it is gone.
        whole_files._alive = lambda process: False

    def __call__(self, search: Search, stop_at: int | None = None, pictures: bool = True) -> Ended:
        """Run the command; with `stop_at` interrupt it at the start of a training, from 0."""
        self._search, self._stop_at, self._pictures = search, stop_at, pictures
        os.chdir(search.folder)
        errors = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
            try:
                app.run(command(), self._executor)
            except SystemExit as end:
                return Ended(int(end.code or 0), errors.getvalue())
            except Exception:
                return Ended(-1, traceback.format_exc())
            finally:
                gc.collect()  # a traceback would keep the lock, as no ended process does
                gc.freeze()  # what is imported by now is not looked through again
        raise AssertionError("the command line leaves by SystemExit")

    def _tell(self, **line: Any) -> None:
        if "recorded" in line and self._search is not None:
            self._search.told.append(tuple(line["recorded"]))

    def _executor(self, request: ExecutorRequest) -> SerialExecutor:
        return SerialExecutor(self._train)

    def _train(self, spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
        if self._stop_at is not None:
            if self._stop_at == 0:
                raise KeyboardInterrupt
            self._stop_at -= 1
        return trainer.train(spec, progress)


def _once(plan: Callable[..., Any]) -> Callable[..., Any]:
    """`plan`, worked out a single time: it is the same for all these commands."""
    found: list[Any] = []

    def known(*arguments: Any) -> Any:
        if not found:
            found.append(plan(*arguments))
        return found[0]

    return known
