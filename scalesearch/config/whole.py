"""Files that are either the old one or the whole new one, never half."""

import contextlib
import os
from pathlib import Path

from scalesearch.errors import ConfigError


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, flush it to disk, then rename it into place.

    Makes the folder if it is missing. Raises ConfigError where that cannot be done.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror or error}. "
            "Name a place that can be written to."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
