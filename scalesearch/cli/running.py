"""The room in which a study's trainings run: lock, study, workers, images, and how it ends."""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scalesearch.cli.command_line import command_line
from scalesearch.cli.interrupts import Interrupts
from scalesearch.cli.render import note
from scalesearch.config.profiles import Profile
from scalesearch.data.spec import DataSpec
from scalesearch.files.whole_files import sweep
from scalesearch.search.interruption import Interrupted
from scalesearch.studies.lock import hold
from scalesearch.studies.settings import prepare_folder, with_versions

if TYPE_CHECKING:
    from scalesearch.cli.needs import Needs
    from scalesearch.core.tasks import Task
    from scalesearch.data.prepared_images import Prepared
    from scalesearch.executors.executor import Executor
    from scalesearch.search.conclusion import Result
    from scalesearch.search.driver import Finals
    from scalesearch.search.meter import Work
    from scalesearch.studies.study import Record, Study

DATA = ".data"
"""Folder under the results that holds prepared images, shared by all studies."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a study is run here; none of it but `threads` changes what comes out."""

    study: str
    results: Path
    workers: int | None
    threads: int
    """Of each training. Sums are taken in another order by another number of them."""
    retry_failed: bool

    @property
    def folder(self) -> Path:
        return self.results / self.study

    @property
    def data(self) -> Path:
        """Prepared images, and what trainings took here; shared by all studies."""
        return self.results / DATA


@dataclass(frozen=True, slots=True)
class Room:
    """An open study, and what is needed to train for it."""

    study: "Study"
    images: "Prepared"
    executor: "Executor"
    interrupts: Interrupts
    profile: Profile
    place: Place
    workers: int
    """As many as there is memory for."""
    begun: float
    """When the workers were started, by the monotonic clock."""

    def search(self, plan: "Sequence[Task]", finals: "Finals", work: "Work") -> "Result":
        """Train the plan, then the finalists, and choose. Raises as `driver.run`.

        Of this and `train`, `work` is what the time left is told by.
        """
        from scalesearch.cli.live import display
        from scalesearch.search.driver import run

        with self.interrupts.orderly(), display() as on_event:
            return run(
                self.study,
                plan,
                self.executor,
                finals,
                on_event,
                manner=self._manner(work),
                halving=self.profile.halving,
            )

    def train(self, plan: "Sequence[Task]", stage: str, work: "Work") -> "list[Record]":
        """Train the plan and give the table. Raises as `driver.train_all`."""
        from scalesearch.cli.live import display
        from scalesearch.search.driver import train_all

        with self.interrupts.orderly(), display() as on_event:
            return train_all(
                self.study, plan, self.executor, stage, on_event, manner=self._manner(work)
            )

    def _manner(self, work: "Work") -> Any:
        from scalesearch.search.phase import Manner

        patience, again = self.profile.patience, self.place.retry_failed
        return Manner(patience, again, self.interrupts.wanted, work)


@contextlib.contextmanager
def room(
    place: Place,
    settings: Mapping[str, Any],
    profile: Profile,
    data: DataSpec,
    needs: "Needs",
    lines: Sequence[str] = (),
) -> Iterator[Room]:
    """Everything that training for a study takes, given back however the with block ends.

    What can be refused is refused before TensorFlow is loaded, and before `lines` tell a person
    what will be done; fewer workers are started than asked for where memory has no room for them,
    by what the trainings take (`needs`). SIGINT, SIGTERM and SIGHUP end the
    block by typer.Exit with 130, 143 or 129, after a sentence on how to go on.
    Raises StudyError, DataError.
    """
    from scalesearch.cli.needs import checked_room
    from scalesearch.data.image_cache import is_prepared

    settings = {**with_versions(settings), "threads": place.threads}
    prepare_folder(place.folder, settings)
    with hold(place.folder) as lock, Interrupts() as interrupts:
        try:
            sweep(place.data)  # what a kill has left there
            is_there = is_prepared(data, place.data)
            fit = checked_room(needs, place.workers or cores(), place.results, is_there)
            for line in (*lines, *([fit.sentence] if fit.sentence else ())):
                note(line)
            from scalesearch.data.preparation import prepared
            from scalesearch.studies.study import open_study

            begun = time.monotonic()
            with contextlib.closing(executor_of(place, profile, fit.workers, fit.kept)) as executor:
                # Before the study is made, so that images which cannot be used pin no settings; and
                # while the fork server imports TensorFlow.
                images = prepared(data, place.data)
                with contextlib.closing(open_study(place.folder, settings, lock)) as study:
                    study.pin("images", images.fingerprint, "images")
                    _note_place(study, data)
                    study.note_command(command_line())
                    if study.extended:
                        note(f"The study {place.folder} is extended: {'; '.join(study.extended)}.")
                    if study.anew:
                        note(
                            f"No training of the study {place.folder} had come to its end, so it "
                            f"begins anew with other settings:\n{study.anew}"
                        )
                    yield Room(
                        study, images, executor, interrupts, profile, place, fit.workers, begun
                    )
        except (KeyboardInterrupt, Interrupted):
            note(
                "\nInterrupted. Nothing finished is lost, and what was under way goes on from "
                f"there: run the same command again{_done(place.folder)}."
            )
            raise typer.Exit(interrupts.exit_code) from None


def _note_place(study: "Study", data: DataSpec) -> None:
    """Say where images that are the study's lie by another path than when it was run last."""
    from scalesearch.data.places import place_of

    now = place_of(data)
    before = study.note_place(now)
    if before != now:
        note(
            f"The study {study.folder} was made with the images of {before}. Those of {now} are "
            "the same images, under another name or path, so it goes on."
        )


def _done(folder: Path) -> str:
    """How many trainings a study has, in brackets, if it is there to tell."""
    from scalesearch.errors import StudyError
    from scalesearch.studies.study import read_records

    try:
        count = len(read_records(folder))
    except StudyError:
        return ""
    return f" ({count} {'training is' if count == 1 else 'trainings are'} done)"


def executor_of(place: Place, profile: Profile, workers: int, kept: int = 0) -> "Executor":
    """Where trainings run: processes of a fork server that has TensorFlow loaded.

    As many as `kept` wait for another training of the network whose graphs they have.
    """
    from scalesearch.executors.processes import ProcessExecutor

    return ProcessExecutor(
        "scalesearch.training.worker:train",
        workers=workers,
        environment=environment(place.threads),
        log=place.folder / "workers.log",
        hangs_after=profile.patience.hangs_after,
        kept=kept,
    )


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(threads: int) -> dict[str, str]:
    """What a worker's environment must hold before TensorFlow is imported.

    The settings of glibc's allocator put features on huge pages and keep them for the next step,
    which spares a tenth of a step's time; other allocators ignore them. The user's own win.
    """
    count = str(threads)
    allocator = [
        "glibc.malloc.hugetlb=1",
        "glibc.malloc.mmap_threshold=1073741824",
        "glibc.malloc.trim_threshold=4294967296",
        "glibc.malloc.top_pad=67108864",
    ]
    given = os.environ.get("GLIBC_TUNABLES")
    return {
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "GLIBC_TUNABLES": ":".join([*allocator, given] if given else allocator),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    }
