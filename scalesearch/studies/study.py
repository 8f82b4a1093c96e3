"""A study on disk: an Optuna study in SQLite that the driver alone writes, and its settings.

Every training, one cell with one seed, is one Optuna trial, added in a single transaction when its
outcome is known. So there are no running rows that a kill could leave behind, and a result counts
exactly when `record` has returned. An Optuna trial's params are alpha, beta and gamma, its value is
top1, its attribute `row` holds the columns of the trials table.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scalesearch.core.plain_text import short
from scalesearch.core.tasks import COMPLETE, FAILED, Key, Outcome, Task
from scalesearch.errors import StudyError
from scalesearch.files.whole_files import sweep
from scalesearch.studies import lock as locks
from scalesearch.studies import recency, storage
from scalesearch.studies import settings as pinned
from scalesearch.studies.checkpoint_folders import CHECKPOINTS
from scalesearch.studies.optuna_trials import trial_of
from scalesearch.studies.remedies import ANOTHER_STUDY
from scalesearch.studies.rows import Record, by_key, row_of, table


class Study:
    """A study that this process may write. Open one with `open_study`, end it with `close`."""

    def __init__(
        self, folder: Path, lock: locks.Lock, extended: tuple[str, ...] = (), anew: str = ""
    ) -> None:
        self.folder = folder
        self.extended = extended
        """What the settings it was opened with add to those it had."""
        self.anew = anew
        """How they differ where it begins anew with them, a line each; else empty."""
        self._lock = lock
        self._study, self._storage = storage.load(folder)
        self._attributes = storage.attributes(self._study)
        self._finished = by_key(storage.rows(self._storage))

    def plan(self, cells: Sequence[str]) -> None:
        """Remember what the table holds: `cells` in their order.

        Rows of other cells, of an earlier plan, stay in the database. Raises StudyError.
        """
        self._remember("cells", list(cells))

    def pin(self, name: str, value: str, what: str) -> None:
        """Remember a plain value; StudyError if the study was made with another one.

        One whose trainings have all failed has nothing made with it, and takes the new one.
        """
        stored = self._attributes.get(name, value)
        if stored != value and self._finished and not self.has_results:
            shutil.rmtree(self.folder / CHECKPOINTS, ignore_errors=True)  # begun with the old one
        elif stored != value:
            raise StudyError(
                f"The study {self.folder} was made with other {what} than those that are there "
                "now, so its results would not belong together.",
                remedy=ANOTHER_STUDY,
            )
        self._remember(name, value)

    def note_command(self, command: str) -> None:
        """Remember the command line by which the study is run. Raises StudyError."""
        self._remember("command", command)

    def note_place(self, place: str) -> str:
        """Remember where the study's images lie; where they lay before, the same where it has not
        been told. Raises StudyError."""
        before = self._attributes.get("place")
        self._remember("place", place)
        return short(before, 300) if isinstance(before, str) else place

    @property
    def is_fresh(self) -> bool:
        """Whether nothing has been trained for it yet, not even in part."""
        begun = self.folder / CHECKPOINTS
        return not (self._finished or (begun.is_dir() and any(begun.iterdir())))

    @property
    def has_results(self) -> bool:
        """Whether any training has come to a result."""
        return any(row["state"] != FAILED for row in self._finished.values())

    @property
    def time(self) -> dict[str, float | None]:
        """What `note_time` was told last; empty where it never was."""
        noted = self._attributes.get("time")
        return dict(noted) if isinstance(noted, dict) else {}

    def note_time(self, time: Mapping[str, float | None]) -> None:
        """Remember how long the whole took. Raises StudyError."""
        self._remember("time", dict(time))

    def trainings_within(self, minutes: float, of: Sequence[int]) -> int | None:
        """What `note_trainings` was told of so many minutes last; None where it never was."""
        noted = self._attributes.get("trainings")
        if not isinstance(noted, dict):
            return None
        if (noted.get("minutes"), noted.get("of")) != (minutes, list(of)):
            return None
        return int(noted["trainings"])

    def note_trainings(self, minutes: float, of: Sequence[int], trainings: int) -> None:
        """Remember how many trainings so many minutes were reckoned to hold.

        `of` are the numbers that decide how long a training and a round of them take. Raises
        StudyError.
        """
        self._remember("trainings", {"minutes": minutes, "of": list(of), "trainings": trainings})

    def note_answer(self) -> None:
        """Remember that what is written of the study is of its settings. Raises StudyError."""
        answered = pinned.fingerprint(pinned.read_settings(self.folder) or {})
        if self._attributes.get(pinned.ANSWERED) != answered:
            self._remember(recency.ANSWERED_AT, recency.now())
        self._remember(pinned.ANSWERED, answered)

    def finished(self) -> dict[Key, Record]:
        """What has been trained or has failed, by (cell, seed)."""
        return dict(self._finished)

    def records(self) -> list[Record]:
        """The trials table: baseline first, then in the order of the plan, then by seed."""
        return table(self._finished, self._attributes)

    def record(self, task: Task, outcome: Outcome) -> Record:
        """Add the outcome of a task and return its row; it is on disk when this returns.

        A failed one may be replaced by a later one. Raises ValueError if the task is already
        complete, StudyError if the study cannot be written.
        """
        before = self._finished.get(task.key)
        if before is not None and before["state"] == COMPLETE:
            raise ValueError(f"{task.cell} with seed {task.seed} is already complete")
        row = row_of(task, outcome)
        trial = trial_of(task, outcome, row)
        self._write(lambda: self._study.add_trial(trial))
        self._finished[task.key] = row
        return dict(row)

    def close(self) -> None:
        """Let another driver have the study."""
        storage.close(self._storage)
        self._lock.release()

    def _remember(self, name: str, value: Any) -> None:
        if self._attributes.get(name) != value:
            self._write(lambda: self._study.set_user_attr(name, value))
            self._attributes[name] = value

    def _write(self, action: Callable[[], None]) -> None:
        try:
            action()
        except storage.WRITE_ERRORS as error:
            raise StudyError(
                f"{self.folder / pinned.DATABASE} cannot be written: {storage.cause(error)}. "
                "All that was recorded before is kept: mend that and run the same command again."
            ) from error


def open_study(folder: Path, settings: Mapping[str, Any], lock: locks.Lock | None = None) -> Study:
    """Make the study in `folder`, or continue it if it was made with the same settings.

    Settings that only ask for more extend it (see `extension`). With others it begins anew where
    nothing in it has come to its end (see `settings.anew`).

    `lock` is the folder's lock where the caller holds it already; else it is taken here. Either way
    it is the study's from now on, and given back by `close`.
    Raises StudyError if the settings differ, the folder cannot be written, the database is damaged,
    or another driver runs the study.
    """
    pinned.prepare_folder(folder, settings)
    lock = lock or locks.acquire(folder)
    try:
        for inside in (folder, folder / "weights"):
            sweep(inside)  # what a kill has left there
        # Again: nobody else can change them from here on.
        extended = pinned.check_settings(folder, settings)
        anew = pinned.anew(folder, settings)
        if extended or anew or not (folder / pinned.SETTINGS).exists():
            pinned.write_settings(folder, settings)
        if not (folder / pinned.DATABASE).exists():
            storage.create(folder)
        return Study(folder, lock, tuple(extended), anew)
    except BaseException:
        lock.release()
        raise


def read_records(folder: Path) -> list[Record]:
    """The trials table of the study in `folder`, which another process may be running.

    Raises StudyError if there is no study or it cannot be read.
    """
    if not (folder / pinned.DATABASE).exists():
        raise StudyError(f"There is no study in {folder}.")
    study, database = storage.load(folder)
    try:
        return table(by_key(storage.rows(database)), storage.attributes(study))
    finally:
        storage.close(database)
