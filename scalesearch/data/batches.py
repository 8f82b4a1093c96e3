"""Batches for one training segment, at its resolution; the same face for arrays and streams."""

import mmap
from collections.abc import Iterator
from functools import partial
from typing import Protocol

import numpy as np
import tensorflow as tf

from scalesearch.core.resolution import Resolution
from scalesearch.data.augmentation import Augmentation, augment
from scalesearch.data.prepared_images import STREAM, Prepared
from scalesearch.data.sources import opened_again
from scalesearch.data.stream import StreamBatches
from scalesearch.errors import DataError

RESIZE_WHOLE_BYTES = 2**30  # a part that is smaller at its resolution is resized once, in memory
_CHUNK = 512  # images resized at once

Batch = tuple[np.ndarray, np.ndarray]


class Batches(Protocol):
    """Images of one part, batch by batch."""

    @property
    def count(self) -> int:
        """Images of one epoch; for training without the incomplete last batch."""

    @property
    def steps(self) -> int:
        """Batches of one epoch."""

    def epoch(self, seed: int, epoch: int) -> Iterator[Batch]:
        """Images uint8 (batch, height, width, channels) and labels int32 (batch,).

        Training: order and changes follow from (seed, epoch) alone; every batch is full.
        Validation: always the same order, unchanged; the last batch may be smaller.
        """


def training(
    prepared: Prepared,
    resolution: Resolution,
    batch: int,
    how: Augmentation | None = None,
    informed: Resolution | None = None,
) -> Batches:
    """Batches of the training part. Raises DataError where it holds less than one batch.

    With `informed` images are shrunk to that before they are enlarged to `resolution`.
    """
    if prepared.train < batch:
        raise DataError(
            f"`train` must be at least the batch size, {batch}. Got {prepared.train} images "
            f"({prepared.spec['dataset']}). Ask for more images or a smaller batch."
        )
    return _batches(prepared, "train", resolution, batch, how or Augmentation(), informed)


def validation(
    prepared: Prepared, resolution: Resolution, batch: int, informed: Resolution | None = None
) -> Batches:
    """Batches of the validation part, in stored order; `informed` as of `training`."""
    return _batches(prepared, "validation", resolution, batch, None, informed)


def _batches(
    prepared: Prepared,
    part: str,
    resolution: Resolution,
    batch: int,
    how: Augmentation | None,
    informed: Resolution | None,
) -> Batches:
    if prepared.form == STREAM:
        source = opened_again(prepared.spec)
        enlarge = None if informed is None else partial(resized, resolution=resolution)
        read_at = informed or resolution
        return StreamBatches(source, prepared.index(part), read_at, batch, how, enlarge)
    images, labels = prepared.images(part), prepared.labels(part)
    return ArrayBatches(images, labels, resolution, batch, how, informed)


class ArrayBatches:
    """Batches out of arrays: images uint8 (n, height, width, channels), labels int32 (n,)."""

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        resolution: Resolution,
        batch: int,
        how: Augmentation | None,
        informed: Resolution | None = None,
    ) -> None:
        """`how` None keeps the order, the images and the last batch as they are."""
        self._resolution, self._informed = resolution, informed
        n, channels = images.shape[0], images.shape[3]
        self._at_once = n * resolution.pixels * channels <= RESIZE_WHOLE_BYTES
        self._images = self._sized(images) if self._at_once else images
        self._labels, self._batch, self._how = labels, batch, how
        self.count = n if how is None else n - n % batch
        self.steps = -(-self.count // batch)

    def epoch(self, seed: int, epoch: int) -> Iterator[Batch]:
        rng = np.random.default_rng([seed, epoch])
        n = len(self._labels)
        order = np.arange(n) if self._how is None else rng.permutation(n)
        for start in range(0, self.count, self._batch):
            chosen = order[start : start + self._batch]
            images = self._images[chosen]
            if not self._at_once:
                images = self._sized(images)
            if self._how is not None:
                images = augment(images, self._how, rng)
            yield images, self._labels[chosen]

    def _sized(self, images: np.ndarray) -> np.ndarray:
        if self._informed is not None:
            images = resized(images, self._informed)
        return resized(images, self._resolution)


def resized(images: np.ndarray, resolution: Resolution) -> np.ndarray:
    """Images uint8 (n, height, width, channels) at `resolution`, bilinear with antialiasing."""
    n, *sides, channels = images.shape
    size = (resolution.height, resolution.width)
    if tuple(sides) == size:
        return np.asarray(images)
    small = np.empty((n, *size, channels), np.uint8)
    for start in range(0, n, _CHUNK):
        part = tf.image.resize(images[start : start + _CHUNK], size, antialias=True)
        small[start : start + _CHUNK] = np.clip(np.rint(part.numpy()), 0, 255)
        if isinstance(images.base, mmap.mmap):  # what is read of the file is not held any longer
            images.base.madvise(mmap.MADV_DONTNEED)
    return small
