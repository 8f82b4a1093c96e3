"""`folder:PATH`: one folder a class, image files inside. Pillow only, no TensorFlow."""

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from scalesearch.errors import DataError
from scalesearch.proxy.data.facts import DataFacts

SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
)
# A first look decodes images spread evenly over the folder, up to these limits, which keeps it
# within about a second. Larger folders are decoded in full when they are prepared.
LOOK_IMAGES = 1000
LOOK_BYTES = 8 * 2**20
THREADS = 4  # Pillow decodes and resizes without holding the interpreter's lock
_AHEAD = 2  # batches decoded in advance

_GREY = frozenset(("1", "L", "I", "I;16", "I;16B", "I;16L"))


@dataclass(frozen=True, slots=True)
class Listing:
    """Class names, and the files of all classes in order of class and file name.

    `labels` int32 (n,) are positions in `classes`; `sizes` int64 (n,) are bytes.
    """

    classes: tuple[str, ...]
    files: tuple[Path, ...]
    labels: np.ndarray
    sizes: np.ndarray


def listing(path: Path) -> Listing:
    """The images under `path`. Raises DataError where there are not two classes with two each."""
    if not path.is_dir():
        raise DataError(
            f"`dataset` folder:{path} must name a folder that exists, holding one folder a class. "
            f"{path} is {'a file' if path.exists() else 'not there'}."
        )
    entries = sorted(entry for entry in path.iterdir() if entry.name[0] != ".")
    classes = [entry for entry in entries if entry.is_dir()]
    if len(classes) < 2:
        found = f"Got only {classes[0].name}" if classes else "Got none"
        raise DataError(
            f"folder:{path} must hold at least 2 folders, one a class, with the images inside. "
            f"{found}."
        )
    files: list[Path] = []
    sizes: list[int] = []
    counts = []
    for folder in classes:
        inside = _images_in(folder)
        if len(inside) < 2:
            raise DataError(
                f"Class folder {folder} must hold at least 2 images "
                f"({', '.join(sorted(SUFFIXES))}), one to train on and one to validate on. "
                f"Got {len(inside)}. Add images or remove the folder."
            )
        files += [file for file, _ in inside]
        sizes += [size for _, size in inside]
        counts.append(len(inside))
    labels = np.repeat(np.arange(len(classes), dtype=np.int32), counts)
    names = tuple(folder.name for folder in classes)
    return Listing(names, tuple(files), labels, np.array(sizes, np.int64))


def look(path: Path, canvas: int) -> DataFacts:
    """Facts of the folder at `path`; images will be stored at most `canvas` pixels wide.

    Raises DataError for a folder of the wrong form, and for a broken image among those decoded
    here (all of them in a folder within LOOK_IMAGES and LOOK_BYTES).
    """
    listed = listing(path)
    channels, size = _surveyed(listed, canvas)
    return DataFacts(len(listed.classes), channels, size, len(listed.files), None, None)


class FolderSource:
    """The images of a folder by index, in the order of its listing."""

    def __init__(self, path: Path, canvas: int) -> None:
        self._path, self._listed = path, listing(path)
        self._channels, self.size = _surveyed(self._listed, canvas)

    def labels(self) -> np.ndarray:
        return self._listed.labels

    def stamp(self) -> str:
        """A hash of names, sizes and times of the files: changes when the folder does."""
        digest = hashlib.sha256(str(self._path.resolve()).encode())
        for file in self._listed.files:
            seen = file.stat()
            name = os.fsencode(file.relative_to(self._path))
            digest.update(name + f"|{seen.st_size}|{seen.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def read(
        self, index: np.ndarray, side: int, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        order = index if shuffle is None else np.random.default_rng(shuffle).permutation(index)
        waiting: deque[tuple[np.ndarray, list[Future[np.ndarray]]]] = deque()
        pool = ThreadPoolExecutor(THREADS)
        try:
            for start in range(0, len(order) + _AHEAD * batch, batch):
                chosen = order[start : start + batch]
                if len(chosen):
                    images = [
                        pool.submit(decoded, self._listed.files[i], side, self._channels)
                        for i in chosen
                    ]
                    waiting.append((chosen, images))
                if waiting and start >= _AHEAD * batch:
                    ready, images = waiting.popleft()
                    pixels = np.stack([image.result() for image in images])
                    yield pixels, self._listed.labels[ready]
        finally:
            pool.shutdown(cancel_futures=True)


def decoded(file: Path, side: int, channels: int) -> np.ndarray:
    """The centre square of an image, uint8 (side, side, channels). Raises DataError, naming it."""
    try:
        with Image.open(file) as image:
            image.draft("L" if channels == 1 else "RGB", (side, side))  # JPEGs: decode smaller
            plain = _eight_bit(image).convert("L" if channels == 1 else "RGB")
            short = min(plain.size)
            left, top = ((length - short) // 2 for length in plain.size)
            box = (left, top, left + short, top + short)
            square = plain.crop(box).resize((side, side), Image.Resampling.BILINEAR)
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        raise DataError(f"{file} is no readable image ({error}). Mend or remove it.") from error
    return np.asarray(square).reshape(side, side, channels)


def _images_in(folder: Path) -> list[tuple[Path, int]]:
    """Image files directly in `folder` with their bytes, by name. An empty file is refused."""
    inside = []
    with os.scandir(folder) as entries:
        for entry in entries:
            suffix = os.path.splitext(entry.name)[1].lower()
            if entry.name[0] == "." or suffix not in SUFFIXES or not entry.is_file():
                continue
            size = entry.stat().st_size
            if not size:
                raise DataError(f"{entry.path} is no readable image (0 bytes). Mend or remove it.")
            inside.append((folder / entry.name, size))
    return sorted(inside)


def _surveyed(listed: Listing, canvas: int) -> tuple[int, int]:
    """(channels, side in pixels to store at), from images spread evenly over the folder.

    Grey only if all of these are; no larger than `canvas` nor than the largest of these.
    """
    mean = max(1, int(listed.sizes.mean()))
    many = max(len(listed.classes), min(len(listed.files), LOOK_IMAGES, LOOK_BYTES // mean))
    sample = np.unique(np.linspace(0, len(listed.files) - 1, many).astype(int))
    grey, side = True, 1
    for i in sample:
        mode, short = _look_at(listed.files[i])
        grey &= mode in _GREY
        side = max(side, short)
    return (1 if grey else 3), min(side, canvas)


def _look_at(file: Path) -> tuple[str, int]:
    """(mode, shorter side in pixels) of an image, decoded in full to see whether it is whole."""
    try:
        with Image.open(file) as image:
            seen = image.mode, min(image.size)
            image.load()
            return seen
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        raise DataError(f"{file} is no readable image ({error}). Mend or remove it.") from error


def _eight_bit(image: Image.Image) -> Image.Image:
    """Sixteen-bit grey scaled to eight, where Pillow itself would clip it."""
    if image.mode[0] != "I":
        return image
    return Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))
