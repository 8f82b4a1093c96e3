"""How a study is run; none of it but `threads` changes what comes out."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from scalesearch.core.jobs import OwnTrainer
from scalesearch.experiments.executor_choice import (
    ExecutorRequest,
    Executors,
    cores,
    usual_executor,
)
from scalesearch.search.events import Event, Said
from scalesearch.studies.lock import refuse_held
from scalesearch.studies.prepared_folder import DATA
from scalesearch.studies.settings import usable_folder


class Stop(Protocol):
    """How a running study is asked to stop."""

    def wanted(self) -> bool:
        """Whether it was: what runs then ends after the step under way."""

    def orderly(self) -> AbstractContextManager[None]:
        """Inside, trainings run, and `wanted` is looked at several times a second."""


class Never:
    """Nothing asks for a stop; KeyboardInterrupt ends a study at once, and loses no result."""

    def wanted(self) -> bool:
        return False

    def orderly(self) -> AbstractContextManager[None]:
        return contextlib.nullcontext()


NEVER = Never()


def _unheard(event: Event) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where and how a study is run.

    Attributes:
        folder: of the study; it is made where it is not there, and gone on with where it is.
        workers: trainings at a time; None for one a core, fewer where memory is short.
        threads: of each training. Sums are taken in another order by another number of them.
        retry_failed: whether what an earlier run recorded as failed is trained again.
        calibrate: whether the machine is measured first for the estimate of time.
        command: the command line by which the study is run, to be told with its answer.
        trainer: the user's own, a function or its name (see `core.jobs`); None for ours.
        executors: makes the executor.
        on_event: takes what is told while it runs.
        stop: asks it to stop.
    """

    folder: Path
    workers: int | None = None
    threads: int = 1
    retry_failed: bool = False
    calibrate: bool = False
    command: str = ""
    trainer: OwnTrainer | str | None = None
    executors: Executors = usual_executor
    on_event: Callable[[Event], None] = _unheard
    stop: Stop = NEVER

    @property
    def data(self) -> Path:
        """Prepared images, and what trainings took here; shared by all studies of the folder."""
        return self.folder.parent / DATA

    @property
    def wished_workers(self) -> int:
        """Trainings at a time, as long as there is memory for them."""
        return self.workers or cores()

    def tell(self, text: str) -> None:
        """Tell a person something about the study."""
        self.on_event(Said(text))

    def request(self, workers: int, kept: int, hangs_after: float) -> ExecutorRequest:
        """What is asked of the executor."""
        log = self.folder / "workers.log"
        return ExecutorRequest(
            self.trainer, workers, self.threads, log, hangs_after, kept, self.stop.wanted
        )

    def beside(self, name: str) -> "RunOptions":
        """The same for another folder beside this one."""
        return replace(self, folder=self.folder.parent / name)

    def refuse_held(self) -> None:
        """Raise StudyError where another process runs the study."""
        refuse_held(self.folder)

    def refuse_unwritable(self) -> None:
        """Make the study's folder. Raises StudyError where it cannot be written."""
        usable_folder(self.folder)
