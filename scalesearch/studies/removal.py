"""Takes studies away so that a crash at any moment leaves a whole study, or none that is seen."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scalesearch.errors import StudyError
from scalesearch.files.whole_files import flush_folder
from scalesearch.studies.lock import LOCK, Lock, acquire, holder

HIDDEN = ".scalesearch-"
"""What the names of folders begin with that hold what is coming or going. Studies lie a level
deeper in them than elsewhere, so that no command takes them for results."""
_TRIES = 5


def delete(folder: Path) -> bool:
    """Delete the study in `folder`, a folder of its results and no link.

    It is gone from sight at once, renamed into a hidden folder, and then removed. Returns whether
    all of it was; what was not is removed by a later `sweep`. Raises StudyError, and changes
    nothing, where it is a link, a driver runs it, or it cannot be renamed.
    """
    if folder.is_symlink():
        raise StudyError(
            f"{folder} is a link to {os.readlink(folder)}, and nothing is deleted through links. "
            "Remove the link yourself, and the folder if you mean it."
        )
    if held_by := holder(folder):
        raise StudyError(
            f"The study {folder} is already being run by {held_by}: it is not deleted. Wait until "
            "that ends, or stop it."
        )
    lock = acquire(folder)  # what the question above cannot: keep a driver from beginning now
    try:
        with hidden_place(folder.parent) as place:
            try:
                os.rename(folder, place / folder.name)
                flush_folder(folder.parent)
            except OSError as error:
                raise StudyError(
                    f"The study {folder} cannot be deleted: {error.strerror or error}."
                ) from error
    finally:
        lock.release()
    return not place.exists()


@contextlib.contextmanager
def hidden_place(results: Path) -> Iterator[Path]:
    """A new hidden folder in `results`; what is in it when the block ends is removed.

    Locked as a study is, so that `sweep` can tell it from what a crash left. Raises StudyError
    where `results` cannot be written.
    """
    place, lock = _locked_place(results)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        lock.release()


def _locked_place(results: Path) -> tuple[Path, Lock]:
    for left in reversed(range(_TRIES)):
        try:
            place = Path(tempfile.mkdtemp(prefix=HIDDEN, dir=results))
        except OSError as error:
            raise StudyError(f"{results} cannot be written: {error.strerror or error}.") from error
        try:
            lock = acquire(place)
        except StudyError:  # a sweep came between the two, and took it for what a crash left
            if not left:
                raise
            continue
        if (place / LOCK).exists():
            return place, lock
        lock.release()
    raise StudyError(f"{results} cannot be written: its hidden folders vanish.")


def sweep(results: Path) -> None:
    """Remove what deletions and imports that were killed have left. What resists stays, unsaid."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(results)):
            if entry.name.startswith(HIDDEN) and entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(StudyError):
                    lock = acquire(Path(entry.path))
                    shutil.rmtree(entry.path, ignore_errors=True)
                    lock.release()
