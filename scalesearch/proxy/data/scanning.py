"""Lists the image files of a folder of class folders; no image is opened.

Links are followed within the folder only: what is trained on lies where the user pointed.
"""

import os
import stat
from pathlib import Path

import numpy as np

from scalesearch.errors import DataError
from scalesearch.proxy.data.broken import Broken, printable
from scalesearch.proxy.data.image_files import SUFFIXES
from scalesearch.proxy.data.listing import Listing


def scanned(path: Path) -> Listing:
    """The images under `path`, before any is opened. Hidden files, files of other kinds, files
    beside the class folders and folders inside them are left alone.

    Raises DataError where `path` is no folder, holds fewer than two classes, cannot be read, or
    has a class folder that cannot be one: a link that leads outside or nowhere, a name that is not
    UTF-8.
    """
    if not _is_utf8(str(path)):
        raise DataError(
            f"`dataset` folder:{printable(str(path))} must have a UTF-8 name. Rename it."
        )
    try:
        return _scanned(path)
    except OSError as error:
        where = printable(str(error.filename or path))
        raise DataError(
            f"`dataset` folder:{path} cannot be read: {error.strerror} ({where})."
        ) from error


def _scanned(path: Path) -> Listing:
    if not path.is_dir():
        raise DataError(
            f"`dataset` folder:{path} must name a folder that exists, holding one folder a class. "
            f"{path} is {'a file' if path.exists() else 'not there'}."
        )
    root = os.path.realpath(path)
    with os.scandir(path) as entries:
        visible = sorted((e for e in entries if e.name[0] != "."), key=lambda entry: entry.name)
    classes = tuple(entry.name for entry in visible if _is_class(entry, path, root))
    if len(classes) < 2:
        found = f"Got only {classes[0]}" if classes else "Got none"
        raise DataError(
            f"folder:{path} must hold at least 2 folders, one a class, with the images inside. "
            f"{found}."
        )
    names: list[str] = []
    stats: list[os.stat_result] = []
    broken: list[Broken] = []
    counts = []
    for name in classes:
        before = len(names)
        with os.scandir(path / name) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                suffix = os.path.splitext(entry.name)[1].lower()
                if entry.name[0] == "." or suffix not in SUFFIXES or _is_folder(entry):
                    continue
                seen = _seen(entry, root)
                if isinstance(seen, str):
                    broken.append(Broken(f"{name}/{entry.name}", seen))
                else:
                    names.append(f"{name}/{entry.name}")
                    stats.append(seen)
        counts.append(len(names) - before)
    return Listing(
        path,
        classes,
        tuple(names),
        np.repeat(np.arange(len(classes), dtype=np.int32), counts),
        np.array([seen.st_size for seen in stats], np.int64),
        np.array([seen.st_mtime_ns for seen in stats], np.int64),
        tuple(broken),
    )


def _is_class(entry: "os.DirEntry[str]", path: Path, root: str) -> bool:
    """Whether it is a class folder. Raises DataError for one that must not pass for another."""
    linked = entry.is_symlink()
    if linked and not os.path.exists(entry.path):
        trouble = "is a link to nowhere. Mend or remove it."
    elif not _is_folder(entry):
        return False
    elif linked and not _inside(root, entry.path):
        trouble = (
            f"is a link that leads out of the folder (to {os.path.realpath(entry.path)}). Put the "
            "images themselves there."
        )
    elif not _is_utf8(entry.name):
        trouble = "has a name that is not UTF-8. Rename it."
    else:
        return True
    raise DataError(printable(f"Class folder {path / entry.name} {trouble}"))


def _seen(entry: "os.DirEntry[str]", root: str) -> os.stat_result | str:
    """What the file system says of an image file, or why it cannot be one."""
    if not _is_utf8(entry.name):
        return "has a name that is not UTF-8"
    if entry.is_symlink() and not _inside(root, entry.path):
        return f"is a link that leads out of the folder (to {os.path.realpath(entry.path)})"
    try:
        seen = entry.stat()
    except OSError as error:
        if entry.is_symlink():
            return "is a link to nowhere"
        return f"is no readable image ({error.strerror})"
    if not stat.S_ISREG(seen.st_mode):
        return "is no regular file"
    return seen if seen.st_size else "is no readable image (0 bytes)"


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    if entry.is_symlink():
        return os.path.isdir(entry.path)  # also where links run in a circle, which DirEntry raises
    return entry.is_dir()


def _inside(root: str, path: str) -> bool:
    return os.path.commonpath((root, os.path.realpath(path))) == root


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
