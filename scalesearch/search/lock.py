"""One driver a study: a lock on the study's folder that ends with the process that holds it."""

import contextlib
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scalesearch.errors import StudyError

LOCK = "driver.lock"


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

    Raises StudyError at once if another driver holds it, naming its host and process.
    """
    path = folder / LOCK
    try:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
    except OSError as error:
        raise StudyError(f"{path} cannot be written: {error.strerror or error}.") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        holder = json.dumps({"host": socket.gethostname(), "pid": os.getpid()})
        file.truncate(0)
        file.write(holder.encode("utf-8"))
    except BlockingIOError:
        held_by = _holder(file)
        file.close()
        raise StudyError(
            f"The study {folder} is already being run by {held_by}. Wait until that ends, stop "
            "it, or give another --study name."
        ) from None
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


def _holder(file: BinaryIO) -> str:
    try:
        holder = json.loads(file.read(4096))
        return f"process {int(holder['pid'])} on {holder['host']}"
    except Exception:  # it has taken the lock and not yet written its name, or others have
        return "another process"
