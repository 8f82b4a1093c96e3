"""The images of a dataset, opened to be read: one face for files, records and what is made."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Protocol

import numpy as np

from scalesearch.core.resolution import Resolution


class Images(Protocol):
    """Training images, each with an index from 0."""

    @property
    def size(self) -> Resolution:
        """What images are stored at."""

    @property
    def streams(self) -> bool:
        """Whether they lie where they can be read again in every epoch, rather than in memory."""

    @property
    def parted(self) -> bool:
        """Whether the first images are to train on and those behind them to validate on.

        Else the split is cut from all of them, class by class.
        """

    @property
    def recipe(self) -> Mapping[str, object]:
        """Plain values that decide the pixels beside the spec and the files; {} where none do."""

    def labels(self) -> np.ndarray:
        """Labels int32 (n,) of all images."""

    def stamp(self) -> str:
        """A hash of place, names, sizes and times of the files: changes when these do.

        "" where there are no files.
        """

    def read(
        self, index: np.ndarray, size: Resolution, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The images of `index` (ascending), cropped to the spec's shape, decoded at `size`.

        Yields images uint8 (batch, height, width, channels) and labels int32 (batch,), the last
        batch smaller: in the order of `index`, or mixed by the seed `shuffle`. Raises DataError
        for what cannot be read, naming the file.
        """

    def refuse_broken(self, index: np.ndarray) -> None:
        """Raise DataError naming all images of `index` that cannot be read, if there are any."""


class MadeImages:
    """Images that are made, or loaded whole, when they are first asked for."""

    streams = False

    def __init__(
        self,
        make: Callable[[], tuple[np.ndarray, np.ndarray]],
        size: Resolution,
        parted: bool = False,
        recipe: Mapping[str, object] | None = None,
    ) -> None:
        """`make` returns images uint8 (n, height, width, channels) and labels int32 (n,).

        Of each the middle is taken, at `size`.
        """
        self._make, self.size, self.parted = make, size, parted
        self.recipe = recipe or {}

    @cached_property
    def _made(self) -> tuple[np.ndarray, np.ndarray]:
        return self._make()

    def labels(self) -> np.ndarray:
        return self._made[1]

    def stamp(self) -> str:
        return ""

    def read(
        self, index: np.ndarray, size: Resolution, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        assert size == self.size, "what does not stream is only read to be stored"
        images, labels = self._made
        top, left = (images.shape[1] - size.height) // 2, (images.shape[2] - size.width) // 2
        middle = images[:, top : top + size.height, left : left + size.width]
        order = index if shuffle is None else np.random.default_rng(shuffle).permutation(index)
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            yield middle[chosen], labels[chosen]

    def refuse_broken(self, index: np.ndarray) -> None:
        """Nothing that is made is broken."""
