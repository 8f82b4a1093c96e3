"""Datasets whose images are read from files: one face for tensorflow-datasets and folders."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data.image_folder import FolderSource
from scalesearch.data.spec import DataSpec
from scalesearch.data.tfds_choice import Wanted
from scalesearch.data.tfds_records import TfdsSource


class Source(Protocol):
    """Training images on disk, each with an index from 0."""

    @property
    def size(self) -> Resolution:
        """What images are stored at."""

    def labels(self) -> np.ndarray:
        """Labels int32 (n,) of all images."""

    def stamp(self) -> str:
        """A hash of place, names, sizes and times of the files: changes when these do."""

    def read(
        self, index: np.ndarray, size: Resolution, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The images of `index` (ascending), cropped to the source's shape, decoded at `size`.

        Yields images uint8 (batch, height, width, channels) and labels int32 (batch,), the last
        batch smaller: in the order of `index`, or mixed by the seed `shuffle`. Raises DataError
        for what cannot be read, naming the file.
        """

    def refuse_broken(self, index: np.ndarray) -> None:
        """Raise DataError naming all images of `index` that cannot be read, if there are any."""


def source_of(spec: DataSpec) -> Source:
    """The source of `spec`, which is not an embedded dataset.

    Raises DataError as `check`, and where its files are not those of the spec's stamp.
    """
    if spec.folder is not None:
        return FolderSource(
            spec.folder, spec.canvas, spec.left_out, spec.stamp, spec.follow_links, spec.shape
        )
    wanted = Wanted(spec.split, spec.label)
    return TfdsSource(spec.dataset, spec.data_dir, spec.canvas, spec.stamp, wanted, spec.shape)
