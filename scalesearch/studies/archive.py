"""A study as one file: a gzipped tar of plain files under `study/`, and a manifest of their sums.

study/settings.json, study/study.db, ...    as in the study's folder
study/manifest.json                         last: name, version, size and SHA-256 of each
"""

import gzip
import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from scalesearch.errors import StudyError, parameter
from scalesearch.files.whole_files import flush_folder, scratch
from scalesearch.studies.contents import read_stored
from scalesearch.studies.database import reading
from scalesearch.studies.lock import LOCK
from scalesearch.studies.settings import DATABASE, read_settings

ROOT = "study"
MANIFEST = "manifest.json"
FORMAT = "scalesearch study"
VERSION = 1
ENDINGS = (".tar.gz", ".tgz")
LOG = "workers.log"
LEFT_OUT = (LOCK, LOG, MANIFEST)
"""What belongs to one machine, or to an archive unpacked by hand."""
MOST_DEPTH = 6
JOURNALS = tuple(f"{DATABASE}{end}" for end in ("-journal", "-wal", "-shm"))


@dataclass(frozen=True, slots=True)
class Exported:
    """An archive as written: how many files of the study it holds, and its own bytes."""

    path: Path
    files: int
    size: int


def export(folder: Path, target: Path, version: str, force: bool = False) -> Exported:
    """Write the study in `folder`, which a driver may be running, to the archive `target`, whole.

    Answers are copied first, then the database, then what lies in folders. So the copy is a study
    as a kill could have left it: no answer is newer than the trainings it rests on, and a training
    that counts has its weights. `version` of this program is noted for those who cannot read it.
    Raises StudyError where the study is damaged or holds a link, or
    `target` exists (unless with `force`), is not named as an archive, or cannot be written.
    """
    check_target(target, force)
    if not (folder / DATABASE).exists():
        raise StudyError(f"The study {folder} holds no training yet: there is nothing to export.")
    read_settings(folder)
    read_stored(folder)
    temporary = scratch(target)
    try:
        try:
            with open(temporary, "wb") as file:
                count = _write(folder, file, version)
                file.flush()
                os.fsync(file.fileno())
            check_target(target, force)  # again: it may have come meanwhile
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(target.parent)
        return Exported(target, count, target.stat().st_size)
    except (OSError, ValueError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise StudyError(
            f"The study {folder} cannot be exported to {target}: {reason}. Nothing was written."
        ) from error


def check_target(target: Path, force: bool) -> None:
    """Raise StudyError where an archive cannot be named `target`, or would overwrite unasked."""
    if not target.name.endswith(ENDINGS):
        raise StudyError(f"Argument FILE must end in {' or '.join(ENDINGS)}. Got {target}.")
    if os.path.lexists(target) and not (force and target.is_file()):
        overwrite = f", or give {parameter('force')}" if target.is_file() else ""
        raise StudyError(f"{target} exists.", remedy=f"Name another{overwrite}.")


def _write(folder: Path, file: BinaryIO, version: str) -> int:
    """Write the archive; how many files of the study it holds."""
    sums: dict[str, dict[str, Any]] = {}
    # No time and no user's name in it: the same study makes the same archive.
    with (
        gzip.GzipFile("", "wb", 6, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name in (*_names(folder, ""), DATABASE, *_deeper(folder)):
            if name == DATABASE:
                content = _snapshot(folder / DATABASE)
                changed = (folder / DATABASE).stat().st_mtime
                sums[name] = _add(tar, name, io.BytesIO(content), len(content), changed)
                continue
            try:
                descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW)
            except FileNotFoundError:  # a driver may drop a checkpoint that has served
                continue
            with os.fdopen(descriptor, "rb") as source:
                found = os.fstat(descriptor)
                sums[name] = _add(tar, name, source, found.st_size, found.st_mtime)
        about = {"format": FORMAT, "version": VERSION, "study": folder.name}
        text = json.dumps(about | {"scalesearch": version, "files": sums}, indent=1) + "\n"
        content = text.encode("utf-8")
        _add(tar, MANIFEST, io.BytesIO(content), len(content), 0)
    return len(sums)


def _add(
    tar: tarfile.TarFile, name: str, source: BinaryIO, size: int, changed: float
) -> dict[str, Any]:
    """Add `size` bytes of `source`; what the manifest says of them."""
    entry = tarfile.TarInfo(f"{ROOT}/{name}")
    entry.size, entry.mtime, entry.mode = size, max(0, int(changed)), 0o644
    summed = _Summed(source)
    tar.addfile(entry, summed)  # type: ignore[arg-type]  # it asks for no more than `read`
    return {"size": size, "sha256": summed.sum.hexdigest()}


class _Summed:
    """A file that sums up what is read of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sum = hashlib.sha256()

    def read(self, size: int) -> bytes:
        part = self._file.read(size)
        self.sum.update(part)
        return part


def _names(folder: Path, inside: str) -> Iterator[str]:
    """Plain files of a folder of the study that belong to the archive, by their paths in it."""
    for entry in _entries(folder / inside):
        name = f"{inside}{entry.name}"
        if entry.name.startswith(".") or name in (*LEFT_OUT, *JOURNALS, DATABASE):
            continue
        if entry.is_dir(follow_symlinks=False):
            continue
        if not entry.is_file(follow_symlinks=False):
            raise ValueError(
                f"it holds {name!r}, which is a link or no plain file. Put the file itself there"
            )
        if not is_plain(name.split("/")):
            raise ValueError(f"it holds {name!r}, a name that not every machine takes. Rename it")
        yield name


def is_plain(parts: Sequence[str]) -> bool:
    """Whether these names, joined, are a path inside a study: visible names, no way out."""
    return 1 <= len(parts) <= MOST_DEPTH and all(
        part.strip() and part[0] != "." and part.isprintable() and "\\" not in part
        for part in parts
    )


def _deeper(folder: Path, inside: str = "") -> Iterator[str]:
    """The same of all folders below."""
    for entry in _entries(folder / inside):
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            within = f"{inside}{entry.name}/"
            yield from _names(folder, within)
            yield from _deeper(folder, within)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; nothing where a driver has removed it meanwhile."""
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return []


def _snapshot(path: Path) -> bytes:
    """The database as it stands between two of its writer's transactions."""
    with reading(path) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        return copy.serialize()
