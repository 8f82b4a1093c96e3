"""`folder:PATH`: one folder a class, image files inside. Pillow only, no TensorFlow."""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

import numpy as np

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data.broken_images import AGAIN, Broken, printable, refuse
from scalesearch.data.facts import DataFacts
from scalesearch.data.folder_listing import Listing
from scalesearch.data.folder_scan import scanned
from scalesearch.data.image_files import Changed, Unusable, cropped, header, hush
from scalesearch.data.inspection import THREADS, first_look, sample, whole_look
from scalesearch.errors import DataError

_AHEAD = 2  # batches decoded in advance


def look(
    path: Path,
    canvas: int,
    left_out: tuple[str, ...] = (),
    stamp: str = "",
    follow_links: bool = False,
    shape: Resolution = SQUARE,
) -> DataFacts:
    """Facts of the folder at `path` without the images `left_out` ("class/file").

    Images will be cropped to `shape` and stored with a longer side of at most `canvas` pixels.
    With the `stamp` of a folder that has been looked at already, only that it is still the same.
    Raises DataError for a folder of the wrong form, and naming the images that a first look finds
    broken.
    """
    listed = scanned(path, follow_links)
    if not stamp:
        refuse_looked(listed, *first_look(listed, canvas), left_out)
    listed = unchanged(listed.without(left_out), stamp)
    channels, size = _surveyed(listed, canvas, shape)
    return DataFacts(
        len(listed.classes),
        channels,
        size,
        len(listed.names),
        None,
        None,
        listed.fingerprint(),
        (("dataset", "folder"),),
    )


def refuse_looked(
    listed: Listing, broken: tuple[Broken, ...], seen: int, left_out: tuple[str, ...] = ()
) -> None:
    """Raise DataError naming what is broken and not left out, after `seen` images."""
    remaining = [each for each in broken if each.name not in left_out]
    refuse(f"folder:{listed.root}", remaining, len(listed.names) + len(listed.broken), seen)


def unchanged(listed: Listing, stamp: str) -> Listing:
    """The same listing. Raises DataError unless its stamp is `stamp`, or that is ""."""
    if stamp and listed.stamp() != stamp:
        raise DataError(
            f"Images of folder:{listed.root} have changed, come or gone since they were looked at. "
            f"Leave the folder as it is and {AGAIN}"
        )
    return listed


class FolderImages:
    """The images of a folder but for those `left_out`, by index, in the order of its listing."""

    streams = True
    parted = False
    recipe: Mapping[str, object] = MappingProxyType({})

    def __init__(
        self,
        path: Path,
        canvas: int,
        left_out: tuple[str, ...] = (),
        stamp: str = "",
        follow_links: bool = False,
        shape: Resolution = SQUARE,
    ) -> None:
        """Raises DataError where the folder is not the one whose `stamp` is given."""
        self._listed = unchanged(scanned(path, follow_links).without(left_out), stamp)
        self._shape = shape
        self._channels, self.size = _surveyed(self._listed, canvas, shape)

    def labels(self) -> np.ndarray:
        return self._listed.labels

    def stamp(self) -> str:
        return self._listed.stamp()

    def read(
        self, index: np.ndarray, size: Resolution, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        hush()
        order = index if shuffle is None else np.random.default_rng(shuffle).permutation(index)
        waiting: deque[tuple[np.ndarray, list[Future[np.ndarray]]]] = deque()
        pool = ThreadPoolExecutor(THREADS)
        try:
            for start in range(0, len(order) + _AHEAD * batch, batch):
                chosen = order[start : start + batch]
                if len(chosen):
                    waiting.append((chosen, [pool.submit(self._image, i, size) for i in chosen]))
                if waiting and start >= _AHEAD * batch:
                    ready, images = waiting.popleft()
                    pixels = np.stack([image.result() for image in images])
                    yield pixels, self._listed.labels[ready]
        finally:
            pool.shutdown(cancel_futures=True)

    def refuse_broken(self, index: np.ndarray) -> None:
        images = len(index)
        broken = whole_look(self._listed, index, self.size.longer)
        refuse(f"folder:{self._listed.root}", broken, images, images)

    def _image(self, i: int, size: Resolution) -> np.ndarray:
        file = self._listed.file(i)
        try:
            return cropped(file, self._shape, size, self._channels, self._listed.was(i))
        except Unusable as error:
            raise DataError(_told(file, error)) from error


def write_skipped(
    file: Path, path: Path, left_out: tuple[str, ...], side: int, follow_links: bool = False
) -> None:
    """Write down which images of the folder at `path` are left out and why."""
    listed, gone = scanned(path, follow_links), frozenset(left_out)
    there = [i for i, name in enumerate(listed.names) if name in gone]
    why = {each.name: each for each in (*listed.broken, *whole_look(listed, there, side))}
    said = [why.get(name) or Broken(name, "was left out") for name in left_out]
    text = json.dumps({"folder": str(path), "left_out": [str(each) for each in said]}, indent=2)
    file.write_text(text + "\n", encoding="ascii")


def decoded(file: Path, shape: Resolution, size: Resolution, channels: int) -> np.ndarray:
    """An image cropped to `shape`, uint8 (height, width, channels). Raises DataError, naming it."""
    hush()
    try:
        return cropped(file, shape, size, channels)
    except Unusable as error:
        raise DataError(_told(file, error)) from error


def _told(file: Path, error: Unusable) -> str:
    said = printable(f"{file} {error}")
    if isinstance(error, Changed):
        return f"{said}. Leave the folder as it is and {AGAIN}"
    return f"{said}. Mend or remove it."


def _surveyed(listed: Listing, canvas: int, shape: Resolution) -> tuple[int, Resolution]:
    """(channels, size to store at), from headers spread evenly over the folder.

    Grey only if all of these are; no larger than `canvas` nor than the largest crop of these.
    """
    hush()
    grey, side = True, 1
    for i in sample(listed):
        try:
            its_grey, longer = header(listed.file(i), shape)
        except Unusable as error:
            raise DataError(_told(listed.file(i), error)) from error
        grey &= its_grey
        side = max(side, longer)
    return (1 if grey else 3), shape.with_longer(min(side, canvas))
