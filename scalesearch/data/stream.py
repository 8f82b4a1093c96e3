"""Batches of a set too large to keep decoded: read and decoded anew in every epoch."""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data.augmentation import Augmentation, augment
from scalesearch.data.images import Images


class StreamBatches:
    """Batches of the images `index` (n,) of a dataset; the face of `batches.Batches`.

    Images come from the files straight to `resolution`. The order follows from
    (seed, epoch); tensorflow-datasets records are mixed through a buffer, not all at once.
    """

    def __init__(
        self,
        source: Images,
        index: np.ndarray,
        resolution: Resolution,
        batch: int,
        how: Augmentation | None,
        enlarge: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> None:
        """`how` None keeps the order, the images and the last batch as they are.

        `enlarge` is done to images of a batch, uint8 (n, height, width, channels), first.
        """
        self._enlarge = enlarge
        self._source, self._index, self._how = source, index, how
        self._resolution, self._batch = resolution, batch
        self.count = len(index) if how is None else len(index) - len(index) % batch
        self.steps = -(-self.count // batch)

    def epoch(self, seed: int, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        rng = np.random.default_rng([seed, epoch])
        shuffle = None if self._how is None else int(rng.integers(2**31))
        read = self._source.read(self._index, self._resolution, self._batch, shuffle)
        for images, labels in islice(read, self.steps):
            if self._enlarge is not None:
                images = self._enlarge(images)
            yield images if self._how is None else augment(images, self._how, rng), labels
