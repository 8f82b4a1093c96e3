"""One driver a study: a lock on the study's folder that ends with the process that holds it."""

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scalesearch.errors import StudyError, parameter

LOCK = "driver.lock"
_LOOKS = 5
_LOOK_SECONDS = 0.05  # `holder` holds what it looks at for less


@dataclass(frozen=True, slots=True)
class Lock:
    """The right to write one study. The kernel gives it back when the process ends, however."""

    folder: Path
    file: BinaryIO

    def release(self) -> None:
        """Give the lock back; the file stays, for removing it would race with the next driver."""
        self.file.close()


def acquire(folder: Path) -> Lock:
    """Take the lock of the study in `folder`, which exists.

    Raises StudyError within a moment if another driver holds it, naming its host and process.
    """
    path = folder / LOCK
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
    except OSError as error:
        raise StudyError(f"{path} cannot be written: {error.strerror or error}.") from error
    try:
        _take(file)
        holder = json.dumps({"host": socket.gethostname(), "pid": os.getpid()})
        file.truncate(0)
        file.write(holder.encode("utf-8"))
    except BlockingIOError:
        held_by = _holder(file)
        file.close()
        raise _refusal(folder, held_by) from None
    except OSError as error:
        file.close()
        raise StudyError(f"{path} cannot be locked: {error.strerror or error}.") from error
    return Lock(folder, file)


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[Lock]:
    """The lock of the study in `folder` for the length of a with block."""
    lock = acquire(folder)
    try:
        yield lock
    finally:
        lock.release()


def refuse_held(folder: Path) -> None:
    """Raise StudyError as `acquire` where a driver runs the study; takes nothing.

    For the beginning of a command, which may work for minutes before it needs the study.
    """
    if held_by := holder(folder):
        raise _refusal(folder, held_by)


def holder(folder: Path) -> str | None:
    """Who runs the study in `folder`, as "process 12 on host", or None; changes no file."""
    try:
        file = os.fdopen(
            os.open(folder / LOCK, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb", buffering=0
        )
    except OSError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder(file)
        except OSError:  # a file system without locks, where no driver could run it either
            pass
    return None


def _refusal(folder: Path, held_by: str) -> StudyError:
    return StudyError(
        f"The study {folder} is already being run by {held_by}.",
        remedy=f"Wait until that ends, stop it, or give another {parameter('study')} name.",
    )


def _take(file: BinaryIO) -> None:
    """Lock `file`, or raise BlockingIOError where another has it for longer than a look."""
    for left in reversed(range(_LOOKS)):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not left:
                raise
            time.sleep(_LOOK_SECONDS)


def _holder(file: BinaryIO) -> str:
    try:
        holder = json.loads(file.read(4096))
        return f"process {int(holder['pid'])} on {holder['host']}"
    except Exception:  # it has taken the lock and not yet written its name, or others have
        return "another process"
