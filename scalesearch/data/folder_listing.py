"""The image files of a folder of class folders, as a value."""

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scalesearch.data.broken_images import Broken, printable, refuse
from scalesearch.data.file_endings import called, is_told, listed
from scalesearch.data.image_files import SUFFIXES
from scalesearch.errors import DataError


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


def _too_few(root: Path, name: str, count: int, gone: frozenset[str]) -> str:
    lost = sum(each.startswith(f"{name}/") for each in gone)
    after = f", after leaving out {lost} that cannot be used" if lost else ""
    there = [entry for entry in (root / name).iterdir() if is_told(entry.name)]
    nested = any(entry.is_dir() for entry in there)
    hint = " Images in folders inside it are not looked for." if nested else ""
    files = [called(each.name) for each in there if not each.is_dir()]
    others = Counter(each for each in files if each not in SUFFIXES)
    hint += f" It also holds {listed(dict(others.most_common()))}." if others else ""
    return (
        f"Class folder {printable(str(root / name))} must hold at least 2 images "
        f"({', '.join(sorted(SUFFIXES))}), one to train on and one to validate on. Got "
        f"{count}{after}.{hint} Add images or remove the folder."
    )
