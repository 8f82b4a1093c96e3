"""What lies in a folder of class folders and is not taken for an image, counted and told."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.data.file_endings import called, ending, is_told, listed
from scalesearch.data.folder_scan import is_folder
from scalesearch.data.image_files import SUFFIXES, begins_as_image

OPENED = 1000  # files whose first bytes are looked at


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Counts of what was left alone.

    `files` in class folders and `beside` them, by ending ("" without one), the most frequent
    first; `folders` inside class folders, and the `deeper` files in those that have an image's
    ending; `images` of the `files` that begin as an image does whatever their ending, of the first
    few at least.
    """

    files: Mapping[str, int]
    beside: Mapping[str, int]
    folders: int
    deeper: int
    images: int

    def __bool__(self) -> bool:
        return bool(self.files or self.beside or self.folders)

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "files": dict(self.files),
            "beside": dict(self.beside),
            "folders": self.folders,
            "images_in_folders": self.deeper,
            "images_by_content": self.images,
        }

    def sentence(self, dataset: str) -> str:
        """What was left alone in `dataset`, and how it would be taken; not to be called of none."""
        parts = [
            *([listed(self.files)] if self.files else []),
            *([f"beside the class folders {listed(self.beside)}"] if self.beside else []),
            *([self._folders()] if self.folders else []),
        ]
        told = f"Left alone in {dataset}: {'; '.join(parts)}."
        if self.images:
            begin = "begins as an image does" if self.images == 1 else "begin as images do"
            told += (
                f" {self.images:,} of these files {begin}: give them the ending of what they are "
                "(.jpg, .png, .gif, .tif or .webp), and they are taken."
            )
        return told

    def _folders(self) -> str:
        what = "1 folder" if self.folders == 1 else f"{self.folders:,} folders"
        images = "1 image" if self.deeper == 1 else f"{self.deeper:,} images"
        return f"{what} inside class folders" + (f", with {images}" if self.deeper else "")


def left_alone(path: Path) -> LeftAlone:
    """What the folder at `path`, which has been scanned, holds beside its images."""
    files: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    folders = deeper = images = opened = 0
    for entry in _entries(path):
        if not is_folder(entry):
            beside[called(entry.name)] += 1
            continue
        for inner in _entries(entry.path):
            if is_folder(inner):
                within = _within(inner)
                folders, deeper = folders + within[0], deeper + within[1]
            elif ending(inner.name) not in SUFFIXES:
                files[called(inner.name)] += 1
                if opened < OPENED and not inner.is_symlink():
                    opened += 1
                    images += begins_as_image(inner.path)
    return LeftAlone(dict(files.most_common()), dict(beside.most_common()), folders, deeper, images)


def _entries(path: "Path | str") -> Iterator["os.DirEntry[str]"]:
    """What lies in a folder, in order of name, without what nobody asks for."""
    try:
        with os.scandir(path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:  # it has gone meanwhile, or is told where images are looked for
        return
    yield from (entry for entry in found if is_told(entry.name))


def _within(folder: "os.DirEntry[str]") -> tuple[int, int]:
    """Folders from this one on, and files with an image's ending in them; no link is followed."""
    folders, images = 1, 0
    if folder.is_symlink():
        return folders, images
    for _, inner, files in os.walk(folder.path):
        inner[:] = [name for name in inner if is_told(name)]
        folders += len(inner)
        images += sum(is_told(name) and ending(name) in SUFFIXES for name in files)
    return folders, images
