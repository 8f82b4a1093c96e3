"""What lies in a folder of class folders and is not taken for an image, counted and told."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scalesearch.data.facts import LeftAlone
from scalesearch.data.file_endings import called, ending, is_told
from scalesearch.data.folder_scan import is_folder
from scalesearch.data.image_files import SUFFIXES, begins_as_image

OPENED = 1000  # files whose first bytes are looked at


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
