"""Takes in the archive of a study: seen whole under its name, or not at all."""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scalesearch.config.coefficients import FILE, read_coefficients, read_values, write_coefficients
from scalesearch.errors import ConfigError, StudyError, parameter
from scalesearch.files.whole_files import flush_folder
from scalesearch.studies.archive_reader import UNREADABLE, Refused, unpack
from scalesearch.studies.catalogue import StudyInfo, check_finite, look_at
from scalesearch.studies.contents import read_stored
from scalesearch.studies.database import check_database
from scalesearch.studies.removal import hidden_place
from scalesearch.studies.settings import DATABASE, SETTINGS, read_settings, usable_folder

_UNPACKED = "study"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A study that was unpacked and found whole, and that nobody sees yet."""

    folder: Path
    name: str
    """As the archive has it: any text."""


@contextlib.contextmanager
def arriving(archive: Path, results: Path) -> Iterator[Arrival]:
    """Unpack `archive` into a hidden folder of `results` and check it; `settle` makes it visible.

    Raises StudyError with one reason for whatever is wrong with the archive; nothing is left then,
    nor where the block ends without `settle`.
    """
    made = not results.exists()
    try:
        with _opened(archive) as file:
            usable_folder(results)
            with hidden_place(results) as place:
                folder = place / _UNPACKED
                try:
                    name = unpack(file, os.fstat(file.fileno()).st_size, folder)
                    _check(folder)
                except UNREADABLE as error:
                    raise _refusal(archive, f"it is damaged or cut off ({error})") from error
                except (Refused, sqlite3.Error, OSError) as error:
                    reason = getattr(error, "strerror", None) or error
                    raise _refusal(archive, str(reason)) from error
                except (StudyError, ConfigError) as error:
                    reason = error.message.replace(f"{folder}/", "")
                    raise _refusal(archive, reason) from error
                yield Arrival(folder, name)
    finally:
        if made:
            with contextlib.suppress(OSError):  # not empty: then it is needed
                results.rmdir()


def settle(arrival: Arrival, folder: Path) -> StudyInfo:
    """Make the study visible as `folder`, in one rename. Raises StudyError where that exists."""
    check_free(folder)
    try:
        _rename(arrival.folder / FILE, folder.name)
        for inside, _, _ in os.walk(arrival.folder):
            flush_folder(Path(inside))
        os.rename(arrival.folder, folder)
        flush_folder(folder.parent)
    except OSError as error:
        check_free(folder)
        raise StudyError(f"{folder} cannot be made: {error.strerror or error}.") from error
    return look_at(folder)


def check_free(folder: Path) -> None:
    """Raise StudyError where something has the name already."""
    if os.path.lexists(folder):
        raise StudyError(f"{folder} exists.", remedy=f"Give another name: {parameter('name')}.")


def _opened(archive: Path) -> contextlib.AbstractContextManager:
    try:
        if not stat.S_ISREG(os.stat(archive).st_mode):
            raise StudyError(f"{archive} must be a file, the archive of a study.")
        return open(archive, "rb")
    except FileNotFoundError:
        raise StudyError(f"There is no file {archive}.") from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = getattr(error, "strerror", None) or error
        raise StudyError(f"{archive} cannot be read: {reason}.") from error


def _refusal(archive: Path, reason: str) -> StudyError:
    return StudyError(
        f"{archive} is no study that can be imported: {reason.rstrip('.')}. Nothing was imported."
    )


def _check(folder: Path) -> None:
    """Raise unless `folder` holds a study that can be listed, shown, scaled by and continued."""
    for name in (SETTINGS, DATABASE):
        if not (folder / name).is_file():
            raise Refused(f"it holds no {name}")
    check_finite(folder / SETTINGS, read_settings(folder))
    try:
        check_database(folder / DATABASE)
    except (sqlite3.Error, ValueError) as error:
        raise Refused(f"{DATABASE} cannot be taken: {error}") from error
    read_stored(folder)
    if (folder / FILE).exists():
        read_coefficients(folder / FILE)
        check_finite(folder / FILE, read_values(folder / FILE))


def _rename(path: Path, study: str) -> None:
    """See that the answer at `path`, if there is one, names the study as it is called here."""
    if path.exists() and read_coefficients(path).study != study:
        found = path.stat()
        write_coefficients(path, read_values(path) | {"study": study})
        os.utime(path, (found.st_mtime, found.st_mtime))
