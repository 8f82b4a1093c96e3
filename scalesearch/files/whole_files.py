"""Files written as the old one or the whole new one, never half, and read up to a bound."""

import hashlib
import os
import re
import shutil
import socket
from collections.abc import Callable
from io import BufferedRandom
from pathlib import Path

from scalesearch.errors import ScaleSearchError


def write_whole(path: Path | str, content: bytes, error: type[ScaleSearchError]) -> None:
    """Replace `path` so that a reader, or a crash at any moment, sees the old file or the new.

    Temporary file beside it, flush to disk, rename, flush of the folder, which is made if it is
    missing. Raises `error` where that cannot be done.
    """

    def write(file: BufferedRandom) -> str:
        file.write(content)
        return Path(path).name

    _write_then_name(Path(path), write, error)


def write_hashed(
    folder: Path,
    write: Callable[[BufferedRandom], object],
    name: Callable[[str], str],
    error: type[ScaleSearchError],
) -> None:
    """As `write_whole`, a file in `folder` that is called `name` of its content's sha256, in hex.

    `write` is given the open file, so that what is large is never held as a whole.
    """

    def hashed(file: BufferedRandom) -> str:
        write(file)
        file.seek(0)
        return name(hashlib.file_digest(file, "sha256").hexdigest())

    _write_then_name(folder / "hashed", hashed, error)


def _write_then_name(
    path: Path, write: Callable[[BufferedRandom], str], error: type[ScaleSearchError]
) -> None:
    """Have `write` fill a temporary file, which is then renamed, beside `path`, as it returns."""
    temporary = scratch(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(temporary, "w+b") as file:
                path = path.with_name(write(file))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(path.parent)
    except OSError as cause:
        raise error(
            f"{path} cannot be written: {cause.strerror or cause}. What was there before is kept. "
            "Name a place that can be written to and has room."
        ) from cause


def scratch(path: Path) -> Path:
    """Where this process prepares what will be renamed to `path`: hidden, and beside it."""
    return path.with_name(f".{path.name}.{_host()}.{os.getpid()}.tmp")


def sweep(folder: Path) -> None:
    """Remove what processes of this machine that are gone have left unfinished in `folder`.

    What cannot be removed is left: it is in nobody's way.
    """
    pattern = re.compile(rf"\..+\.{re.escape(_host())}\.(\d+)\.tmp")
    try:
        found = [(entry, pattern.fullmatch(entry.name)) for entry in os.scandir(folder)]
    except OSError:
        return
    for entry, match in found:
        if match is None or _alive(int(match[1])):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
        except OSError:
            continue


def flush_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_whole(path: Path | str, most: int, error: type[ScaleSearchError]) -> bytes:
    """The content of the file at `path`, at most `most` bytes.

    Raises FileNotFoundError where there is none, and `error` where it is larger, is a folder, a
    device or a pipe (which may never end), or cannot be read.
    """
    try:
        if not Path(path).is_file() and Path(path).exists():
            raise error(f"{path} must be a file. It is a folder or a device.")
        with open(path, "rb") as file:
            content = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(2, "No such file or directory", str(path)) from None
    except (OSError, ValueError) as cause:  # ValueError: a path with a NUL character
        reason = getattr(cause, "strerror", None) or cause
        raise error(f"{path} cannot be read: {reason}.") from cause
    if len(content) > most:
        raise error(f"{path} must be at most {most:,} bytes. It is larger.")
    return content


def _host() -> str:
    """This machine's name, as it may stand in a file's name."""
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:40]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
