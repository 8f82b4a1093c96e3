"""The studies of a results folder at a glance. Imports neither Optuna nor pandas."""

import json
import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scalesearch.core.spelling import suggestion
from scalesearch.core.study_settings import Kind, kind_of
from scalesearch.core.tasks import CANDIDATE, COMPLETE, FAILED
from scalesearch.errors import StudyError
from scalesearch.studies import recency
from scalesearch.studies.contents import Stored, Training, read_stored
from scalesearch.studies.lock import holder
from scalesearch.studies.settings import DATABASE, SETTINGS, fingerprint, read_settings

State = Literal["finished", "unfinished", "running", "damaged"]
ANSWERS: dict[Kind, str] = {
    "grid": "coefficients.yaml",
    "compare": "compare.csv",
    "sweep": "sweep.csv",
}
"""The file that each command writes when its study has come to an end."""


@dataclass(frozen=True, slots=True)
class Best:
    """The candidate with the best mean top-1 (a fraction) over the seeds it was trained on."""

    names: str
    top1: float
    seeds: int


@dataclass(frozen=True, slots=True)
class StudyFile:
    """A file of a study by its path inside, and its bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class StudyInfo:
    """One study as it stands. What cannot be known of a damaged one is None or empty."""

    folder: Path
    command: Kind | None
    """What made it; None where its settings cannot be read."""
    state: State
    holder: str
    """Who runs it, such as "process 12 on host"; empty where nobody does."""
    reason: str
    """What is damaged; empty where nothing is."""
    settings: dict[str, Any]
    """As its file has them."""
    stored: Stored
    files: tuple[StudyFile, ...]
    changed: float
    """When its trainings or its answer last changed, POSIX seconds; 0 where it cannot tell."""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def done(self) -> int:
        """Complete trainings."""
        return sum(each.state == COMPLETE for each in self.stored.trainings)

    @property
    def failures(self) -> tuple[Training, ...]:
        return tuple(each for each in self.stored.trainings if each.state == FAILED)

    @property
    def seconds(self) -> float:
        """Time that its trainings took, one after the other."""
        return sum(each.seconds or 0.0 for each in self.stored.trainings)

    @property
    def begun(self) -> int:
        """Planned networks with at least one outcome."""
        return len(set(self.stored.cells) & {each.cell for each in self.stored.trainings})

    @property
    def best(self) -> Best | None:
        return _best(self.stored)

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


def list_studies(results: Path) -> list[StudyInfo]:
    """The studies under `results`, the newest first (see `recency`); none where there is no folder.

    A damaged one is listed with its reason. Raises StudyError where `results` cannot be read.
    """
    studies = (look_at(folder) for folder in study_folders(results))
    return sorted(studies, key=lambda study: (-study.changed, study.name))


def find_study(results: Path, name: str) -> StudyInfo:
    """The study of that plain name. Raises StudyError with the nearest names where it is none."""
    if not is_study(results / name):
        known = [folder.name for folder in study_folders(results)]
        raise StudyError(f"There is no study {name!r} under {results}{suggestion(name, known)}.")
    return look_at(results / name)


def study_folders(results: Path) -> list[Path]:
    """The folders of `results` that hold a study, hidden ones apart; StudyError as above."""
    try:
        names = sorted(os.listdir(results))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StudyError(f"{results} cannot be read: {error.strerror or error}.") from error
    return [results / name for name in names if name[0] != "." and is_study(results / name)]


def is_study(folder: Path) -> bool:
    """Whether a command has begun a study here."""
    return any(os.path.lexists(folder / name) for name in (SETTINGS, DATABASE))


def look_at(folder: Path) -> StudyInfo:
    """The study in `folder`, damaged or not."""
    settings: dict[str, Any] = {}
    stored = Stored((), ())
    command: Kind | None = None
    state: State = "unfinished"
    reason = ""
    try:
        settings = read_settings(folder) or {}
        check_finite(folder / SETTINGS, settings)
        command = kind_of(settings)
        if (folder / DATABASE).exists():  # else it was stopped before its first training
            stored = read_stored(folder)
        is_answered = stored.answered in ("", fingerprint(settings))  # not extended since
        if is_answered and (folder / ANSWERS[command]).exists():
            state = "finished"
    except StudyError as error:
        reason, state = error.message, "damaged"  # its remedy is for who would run the study
    held_by = holder(folder) or ""
    if held_by and not reason:
        state = "running"
    files = tuple(_files(folder, ""))
    return StudyInfo(
        folder,
        command,
        state,
        held_by,
        reason,
        settings,
        stored,
        files,
        recency.changed(folder),
    )


def check_finite(path: Path, values: object) -> None:
    """Raise StudyError where `values`, read from `path`, could not be shown or written again."""
    try:
        json.dumps(values, allow_nan=False)
    except ValueError:
        raise StudyError(f"{path} holds numbers that are not finite.") from None


def _files(folder: Path, inside: str) -> Iterator[StudyFile]:
    """All files below; links are counted themselves, and what goes away meanwhile is passed by."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        name = f"{inside}{entry.name}"
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path), f"{name}/")
            else:
                found = entry.stat(follow_symlinks=False)
                yield StudyFile(name, found.st_size)
        except OSError:
            continue


def _best(stored: Stored) -> Best | None:
    by_cell: dict[str, list[float]] = {}
    names: dict[str, str] = {}
    for each in stored.trainings:
        if each.role == CANDIDATE and each.state == COMPLETE and each.top1 is not None:
            by_cell.setdefault(each.cell, []).append(each.top1)
            names[each.cell] = each.names
    ranked = sorted((-statistics.fmean(tops), cell) for cell, tops in by_cell.items())
    if not ranked:
        return None
    mean, cell = ranked[0]
    return Best(names[cell], -mean, len(by_cell[cell]))
