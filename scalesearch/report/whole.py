"""Files that are either the old one or the whole new one, never half."""

import contextlib
import os
from pathlib import Path

from scalesearch.errors import StudyError


def write_whole(path: Path | str, content: bytes) -> None:
    """Write `content` beside `path`, flush it to disk, then rename it into place.

    Raises StudyError when the folder is missing or cannot be written.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise StudyError(
            f"Cannot write {path}: {error.strerror or error}. "
            "Choose a folder that exists, can be written to and has room."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
