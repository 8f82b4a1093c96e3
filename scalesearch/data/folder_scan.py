"""Lists the image files of a folder of class folders; no image is opened.

Links are followed within the folder only, unless the user allows more: what is trained on lies
where the user pointed.
"""

import os
import stat
from pathlib import Path

import numpy as np

from scalesearch.data.broken_images import LEADS_OUT, Broken, printable
from scalesearch.data.file_endings import ending
from scalesearch.data.folder_listing import Listing
from scalesearch.data.image_files import SUFFIXES
from scalesearch.errors import DataError, parameter


def scanned(path: Path, follow_links: bool = False) -> Listing:
    """The images under `path`, before any is opened. Hidden files, files of other kinds, files
    beside the class folders and folders inside them are left alone.

    With `follow_links` links to regular files and to folders elsewhere count as what they lead to.
    Raises DataError where `path` is no folder, holds fewer than two classes, cannot be read, or
    has a class folder that cannot be one: a link that leads outside or nowhere, a name that is not
    UTF-8.
    """
    if not _is_utf8(str(path)):
        raise DataError(
            f"`dataset` folder:{printable(str(path))} must have a UTF-8 name. Rename it."
        )
    try:
        return _scanned(path, follow_links)
    except OSError as error:
        where = printable(str(error.filename or path))
        raise DataError(
            f"`dataset` folder:{path} cannot be read: {error.strerror} ({where})."
        ) from error


def _scanned(path: Path, follow_links: bool) -> Listing:
    if not path.is_dir():
        raise DataError(
            f"`dataset` folder:{path} must name a folder that exists, holding one folder a class. "
            f"{path} is {'a file' if path.exists() else 'not there'}."
        )
    root = os.path.realpath(path)
    with os.scandir(path) as entries:
        visible = sorted((e for e in entries if e.name[0] != "."), key=lambda entry: entry.name)
    classes = tuple(entry.name for entry in visible if _is_class(entry, path, root, follow_links))
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
                if entry.name[0] == "." or ending(entry.name) not in SUFFIXES or is_folder(entry):
                    continue
                seen = _seen(entry, root, follow_links)
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


def _is_class(entry: "os.DirEntry[str]", path: Path, root: str, follow_links: bool) -> bool:
    """Whether it is a class folder. Raises DataError for one that must not pass for another."""
    linked = entry.is_symlink()
    target = os.path.realpath(entry.path)
    if linked and not os.path.exists(entry.path):
        trouble = "is a link to nowhere. Mend or remove it."
    elif not is_folder(entry):
        return False
    elif linked and target == root:
        trouble = "is a link that leads back to the folder that it lies in. Remove it."
    elif linked and _inside(target, root):
        trouble = f"{LEADS_OUT} (to {target}), to one that holds this very folder. Remove it."
    elif linked and not follow_links and not _inside(root, target):
        trouble = (
            f"{LEADS_OUT} (to {target}). Put the images themselves there, or have such links "
            f"followed: {parameter('follow_links')}."
        )
    elif not _is_utf8(entry.name):
        trouble = "has a name that is not UTF-8. Rename it."
    else:
        return True
    raise DataError(printable(f"Class folder {path / entry.name} {trouble}"))


def _seen(entry: "os.DirEntry[str]", root: str, follow_links: bool) -> os.stat_result | str:
    """What the file system says of an image file, or why it cannot be one."""
    if not _is_utf8(entry.name):
        return "has a name that is not UTF-8"
    linked = entry.is_symlink()
    if linked and not follow_links:
        target = os.path.realpath(entry.path)
        if not _inside(root, target):
            return f"{LEADS_OUT} (to {target})"
    try:
        seen = entry.stat()
    except OSError as error:
        if linked:
            return "is a link to nowhere"
        return f"is no readable image ({error.strerror})"
    if not stat.S_ISREG(seen.st_mode):
        what = f"is a link to what is no regular file (to {os.path.realpath(entry.path)})"
        return what if linked else "is no regular file"
    return seen if seen.st_size else "is no readable image (0 bytes)"


def is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a folder, or a link to one."""
    if entry.is_symlink():
        return os.path.isdir(entry.path)  # also where links run in a circle, which DirEntry raises
    return entry.is_dir()


def _inside(root: str, path: str) -> bool:
    """Whether `path` is `root` or lies in it; both without links."""
    return os.path.commonpath((root, path)) == root


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
