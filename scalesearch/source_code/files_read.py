"""Which files a user's code reads while it runs: settings or tables that decide what it builds.

Seen is what Python itself opens; what a compiled library reads by its own means (HDF5 is one) is
not.
"""

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_READ: set[str] = set()
_WRITTEN: set[str] = set()
"""What was written after it was read, or not read at all: a log, or a count of calls."""
_WATCHING: list[bool] = []  # an entry for each watch under way
_HOOKED: list[bool] = []  # an audit hook stays for good, so there shall be one
_SCALESEARCH = Path(__file__).resolve().parents[1]
INSTALLED = {"site-packages", "dist-packages"}
"""Names of folders that packages are installed in."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Remember what is opened within the block."""
    if not _HOOKED:
        sys.addaudithook(_hear)
        _HOOKED.append(True)
    _WATCHING.append(True)
    try:
        yield
    finally:
        _WATCHING.pop()


def seen() -> set[Path]:
    """All files that were read in this process while it was watched."""
    return {Path(name) for name in _READ}


def own(files: Iterable[Path], roots: Iterable[Path]) -> set[Path]:
    """Those of the files that lie in these folders and decide something.

    What the code goes on writing itself, such as a log, does not; neither do hidden folders,
    Python, and what is installed there. What it writes once and then reads does, since the next
    process finds it there and only reads it.
    """
    names = {os.path.abspath(file) for file in files} - _WRITTEN
    found = {_source_of(Path(name).resolve()) for name in names}
    folders = [root.resolve() for root in roots]
    return {
        file for file in found if any(_is_own(file, root) for root in folders) and file.is_file()
    }


def _is_own(file: Path, root: Path) -> bool:
    """Whether a file lies under `root` and is the user's own, as far as its place tells."""
    if not file.is_relative_to(root) or file.is_relative_to(_SCALESEARCH):
        return False
    for prefix in (Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()):
        if file.is_relative_to(prefix) and not root.is_relative_to(prefix):
            return False
    folders = file.relative_to(root).parts[:-1]
    return not any(
        part in INSTALLED or part.startswith(".") or part.endswith((".egg-info", ".dist-info"))
        for part in folders
    )


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _WATCHING:
        return
    with contextlib.suppress(Exception):  # raised here it would forbid the user's code to open it
        name, _, flags = arguments
        if not isinstance(name, int):  # a descriptor was opened by its name before
            file = os.path.abspath(os.fsdecode(name))
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
                _WRITTEN.add(file)
                if flags & os.O_APPEND:
                    _READ.add(file)  # it goes on from what was there
            elif file not in _READ:
                _READ.add(file)
                _WRITTEN.discard(file)


def _source_of(file: Path) -> Path:
    """A compiled module by the file that it was compiled from."""
    if file.suffix == ".pyc":
        with contextlib.suppress(ValueError):
            return Path(importlib.util.source_from_cache(str(file)))
    return file
