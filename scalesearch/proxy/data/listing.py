"""The files of a folder of class folders, by name, size and time; no image is opened."""

import hashlib
import os
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scalesearch.errors import DataError
from scalesearch.proxy.data.broken import Broken, printable, refuse
from scalesearch.proxy.data.image_files import SUFFIXES


@dataclass(frozen=True, slots=True)
class Listing:
    """Class names, and the image files of all classes in order of class and file name.

    `names` (n,) are "class/file"; `labels` int32 (n,) are positions in `classes`; `sizes` int64
    (n,) are bytes, `times` int64 (n,) when a file was last modified, in ns. `broken` are files
    that cannot be images whatever they hold, and not among `names`.
    """

    root: Path
    classes: tuple[str, ...]
    names: tuple[str, ...]
    labels: np.ndarray
    sizes: np.ndarray
    times: np.ndarray
    broken: tuple[Broken, ...]

    def file(self, i: int) -> Path:
        """Path of image `i`."""
        return self.root / self.names[i]

    def was(self, i: int) -> tuple[int, int]:
        """(bytes, modified in ns) of image `i` when it was listed."""
        return int(self.sizes[i]), int(self.times[i])

    def without(self, left_out: Collection[str]) -> "Listing":
        """The same but for these names.

        Raises DataError where a broken file is not among them, and where a class has fewer than
        two images left.
        """
        gone = frozenset(left_out)
        refuse(
            f"folder:{self.root}",
            [each for each in self.broken if each.name not in gone],
            len(self.names) + len(self.broken),
            len(self.names) + len(self.broken),
        )
        keep = np.array([name not in gone for name in self.names], bool)
        names = tuple(name for name, kept in zip(self.names, keep, strict=True) if kept)
        labels = self.labels[keep]
        counts = np.bincount(labels, minlength=len(self.classes))
        for name, count in zip(self.classes, counts.tolist(), strict=True):
            if count < 2:
                raise DataError(_too_few(self.root, name, count, gone))
        return Listing(
            self.root, self.classes, names, labels, self.sizes[keep], self.times[keep], ()
        )

    def fingerprint(self) -> str:
        """A hash of names and sizes: what decides the images, wherever the folder lies."""
        return self._hash(b"", map(str, self.sizes.tolist()))

    def stamp(self) -> str:
        """A hash of place, names, sizes and times: changes when a file does."""
        place = os.fsencode(os.path.realpath(self.root))
        pairs = zip(self.sizes.tolist(), self.times.tolist(), strict=True)
        return self._hash(place, (f"{size}|{time}" for size, time in pairs))

    def _hash(self, start: bytes, values: Iterable[str]) -> str:
        digest = hashlib.sha256(start)
        for name, value in zip(self.names, values, strict=True):
            digest.update(os.fsencode(name) + f"|{value}\n".encode())
        return digest.hexdigest()


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


def _too_few(root: Path, name: str, count: int, gone: frozenset[str]) -> str:
    lost = sum(each.startswith(f"{name}/") for each in gone)
    after = f", after leaving out {lost} that cannot be used" if lost else ""
    nested = any(entry.is_dir() for entry in (root / name).iterdir())
    hint = " Images in folders inside it are not looked for." if nested else ""
    return (
        f"Class folder {printable(str(root / name))} must hold at least 2 images "
        f"({', '.join(sorted(SUFFIXES))}), one to train on and one to validate on. Got "
        f"{count}{after}.{hint} Add images or remove the folder."
    )
