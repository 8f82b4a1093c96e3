"""The images of the trainings, as they are stored: the first to train on, the last to validate."""

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data.sources import source_of
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError

_CHUNK = 256

Part = tuple[np.ndarray, np.ndarray]
"""Images uint8 (n, height, width, channels) and labels int32 (n,)."""


def images_of(dataset: str, data_dir: str | None, train: int, validation: int) -> tuple[Part, Part]:
    """Images to train on and to validate on.

    `cluttered-digits` are made. Of a tensorflow-datasets set the first `train` images of the split
    train are one part and the last `validation` the other. Raises DataError where they overlap or
    cannot be read.
    """
    spec = DataSpec(dataset, data_dir, train, validation)
    source = source_of(spec)
    images = source.images()
    labels = images.labels()
    if train + validation > len(labels):
        raise DataError(
            f"`train` {train} and `validation` {validation} overlap: {dataset} has {len(labels)} "
            "training images here."
        )
    every = np.arange(len(labels))
    wanted = np.concatenate([every[:train], every[len(every) - validation :]])
    size: Resolution = images.size
    pixels = np.concatenate([part for part, _ in images.read(wanted, size, _CHUNK, None)])
    chosen = labels[wanted]
    return (pixels[:train], chosen[:train]), (pixels[train:], chosen[train:])
