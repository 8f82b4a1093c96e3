"""A study on disk: an Optuna study in SQLite that the driver alone writes, and its settings.

Every training, one cell with one seed, is one Optuna trial, added in a single transaction when its
outcome is known. So there are no running rows that a kill could leave behind, and a result counts
exactly when `record` has returned. What a training reaches where candidates are cut is kept in a
table of its own. An Optuna trial's params are alpha, beta and gamma, its value is
top1, its attribute `row` holds the columns of the trials table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

from scalesearch.errors import StudyError
from scalesearch.files import sweep
from scalesearch.search import lock as locks
from scalesearch.search import settings as pinned
from scalesearch.search import storage
from scalesearch.search.tasks import (
    BASELINE,
    COMPLETE,
    FAILED,
    PRUNED,
    SEARCH,
    Key,
    Outcome,
    Task,
)

Record = dict[str, Any]

_STATES = {
    COMPLETE: TrialState.COMPLETE,
    FAILED: TrialState.FAIL,
    PRUNED: TrialState.PRUNED,
}
_COSTS = ("macs", "params", "acts", "counted_ratio")  # attributes of their own, for dashboards


class Study:
    """A study that this process may write. Open one with `open_study`, end it with `close`."""

    def __init__(self, folder: Path, lock: locks.Lock, extended: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.extended = extended
        """What the settings it was opened with add to those it had."""
        self._lock = lock
        self._study, self._storage = storage.load(folder)
        self._attributes = storage.attributes(self._study)
        self._finished = _by_key(storage.rows(self._storage))
        self._segments = storage.segments(self._storage)

    def plan(self, cells: Sequence[str], search_seeds: Sequence[int] = ()) -> None:
        """Remember what the table holds: `cells` in their order, and which seeds choose.

        Rows of other cells, of an earlier plan, stay in the database. Raises StudyError.
        """
        self._remember("cells", list(cells))
        self._remember("search_seeds", list(search_seeds))

    def pin(self, name: str, value: str, what: str) -> None:
        """Remember a plain value; StudyError if the study was made with another one."""
        stored = self._attributes.get(name, value)
        if stored != value:
            raise StudyError(
                f"The study {self.folder} was made with {what} {stored}, and it is {value} now, so "
                "its results would not belong together. Give another --study name."
            )
        self._remember(name, value)

    def note_command(self, command: str) -> None:
        """Remember the command line by which the study is run. Raises StudyError."""
        self._remember("command", command)

    def note_answer(self) -> None:
        """Remember that what is written of the study is of its settings. Raises StudyError."""
        self._remember(pinned.ANSWERED, pinned.fingerprint(pinned.read_settings(self.folder) or {}))

    def finished(self) -> dict[Key, Record]:
        """What has been trained or has failed, by (cell, seed)."""
        return dict(self._finished)

    def records(self) -> list[Record]:
        """The trials table: baseline first, then in the order of the plan, then by seed."""
        rows = {key: self._with_cuts(key, row) for key, row in self._finished.items()}
        return _table(rows, self._attributes)

    def _with_cuts(self, key: Key, row: Record) -> Record:
        """A complete row tells all cuts, also those that it was held against later on."""
        return {**row, "rungs": self.rungs(key)} if row["state"] == COMPLETE else row

    def record(self, task: Task, outcome: Outcome) -> Record:
        """Add the outcome of a task and return its row; it is on disk when this returns.

        A failed one may be replaced by a later one. Raises ValueError if the task is already
        complete, StudyError if the study cannot be written.
        """
        before = self._finished.get(task.key)
        if before is not None and before["state"] == COMPLETE:
            raise ValueError(f"{task.cell} with seed {task.seed} is already complete")
        return self._add(task, outcome, outcome.state)

    def _add(self, task: Task, outcome: Outcome, state: str, until: float = 1.0) -> Record:
        segments = {at: found for at, found in self.segments(task.key).items() if at <= until}
        row = {**_row(task, outcome), "state": state, "rungs": rungs_text(segments)}
        trial = _trial(task, outcome, row, segments)
        self._write(lambda: self._study.add_trial(trial))
        self._finished[task.key] = row
        return dict(row)

    def segments(self, key: Key) -> dict[float, Outcome]:
        """What a training had reached at each cut, by share of the training, ascending."""
        return dict(self._segments.get(key, {}))

    def rungs(self, key: Key) -> str:
        """The same as the column `rungs` has it."""
        return rungs_text(self._segments.get(key, {}))

    def record_segment(self, task: Task, until: float, outcome: Outcome) -> None:
        """Write down what a training has reached at a cut; it is on disk when this returns.

        Raises StudyError if the study cannot be written.
        """
        self._write(lambda: storage.add_segment(self._storage, task.key, until, outcome))
        self._segments.setdefault(task.key, {})[until] = outcome

    def prune(self, task: Task, until: float) -> Record:
        """End a training where it was cut: its row has the numbers of then. Raises as `record`."""
        before = self._finished.get(task.key)
        reached = self._segments[task.key][until]
        if before is not None and (before["state"], before["epochs"]) == (PRUNED, reached.epochs):
            return dict(before)
        return self._add(task, reached, PRUNED, until)

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

    Settings that only ask for more extend it (see `extending`).

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
        if extended or not (folder / pinned.SETTINGS).exists():
            pinned.write_settings(folder, settings)
        if not (folder / pinned.DATABASE).exists():
            storage.create(folder)
        return Study(folder, lock, tuple(extended))
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
        return _table(_by_key(storage.rows(database)), storage.attributes(study))
    finally:
        storage.close(database)


def _row(task: Task, outcome: Outcome) -> Record:
    """One line of the trials table."""
    return {
        **task.attributes,
        "alpha": task.alpha,
        "beta": task.beta,
        "gamma": task.gamma,
        "seed": task.seed,
        "state": outcome.state,
        "val_top1": outcome.top1,
        "val_loss": outcome.loss,
        "epochs": outcome.epochs,
        "seconds": outcome.seconds,
        "images_per_second": outcome.images_per_second,
        "peak_memory": outcome.peak_memory,
        "weights": outcome.weights,
        "reason": outcome.reason,
        "cell": task.cell,
    }


def rungs_text(segments: Mapping[float, Outcome]) -> str:
    """Accuracies at the cuts as one cell: "0.25: 0.5125; 0.5: 0.61"."""
    reached = ((until, outcome.top1) for until, outcome in sorted(segments.items()))
    return "; ".join(f"{until:.4g}: {top1!r}" for until, top1 in reached if top1 is not None)


def _trial(
    task: Task, outcome: Outcome, row: Record, segments: Mapping[float, Outcome]
) -> FrozenTrial:
    attributes: dict[str, Any] = {"cell": task.cell, "seed": task.seed}
    attributes |= {name: row[name] for name in _COSTS if name in row}
    complete = row["state"] == COMPLETE  # and so its top1 is finite: Outcome sees to that
    if row["state"] == FAILED:
        attributes["reason"] = outcome.reason
    params = {"alpha": task.alpha, "beta": task.beta, "gamma": task.gamma}
    trial = create_trial(
        state=_STATES[row["state"]],
        value=outcome.top1 if complete else None,
        params=params,
        intermediate_values={
            round(100 * until): reached.top1
            for until, reached in segments.items()
            if reached.top1 is not None
        },
        distributions={name: _range(value) for name, value in params.items()},
        user_attrs={**attributes, storage.ROW: row},
    )
    if trial.datetime_complete is not None and outcome.seconds is not None:
        trial.datetime_start = trial.datetime_complete - timedelta(seconds=outcome.seconds)
    return trial


def _range(value: float) -> BaseDistribution:
    """1 to 2, which holds every split of a doubled budget; the same for all keeps plots whole."""
    return FloatDistribution(min(1.0, value), max(2.0, value))


def _by_key(rows: Iterable[Record]) -> dict[Key, Record]:
    """Rows by what they are of; of several for one cell and seed the last counts."""
    return {(row["cell"], row["seed"]): row for row in rows}


def _table(finished: Mapping[Key, Record], attributes: Mapping[str, Any]) -> list[Record]:
    """The rows that belong to the plan: baseline first, then as planned, then by seed.

    Without a plan, which is made before the first training, all rows belong.
    """
    cells = attributes.get("cells") or sorted({row["cell"] for row in finished.values()})
    place = {cell: index for index, cell in enumerate(cells)}
    choosing = set(attributes.get("search_seeds", []))

    def order(row: Record) -> tuple[bool, int, int]:
        return row["role"] != BASELINE, place[row["cell"]], row["seed"]

    rows = sorted((row for row in finished.values() if row["cell"] in place), key=order)
    return [{**row, "stage": SEARCH} if row["seed"] in choosing else dict(row) for row in rows]
