"""The records of a dataset in the layout of tensorflow-datasets. Only one split is read."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data.broken_images import AGAIN, listed
from scalesearch.data.tfds_choice import BY_ITSELF, Wanted, chosen
from scalesearch.data.tfds_damage import damaged_files, reason_of, undecodable
from scalesearch.data.tfds_description import (
    facts_of,
    opened_builder,
    split_files,
    split_images,
)
from scalesearch.data.tfds_names import data_folder, find
from scalesearch.data.tfds_pixels import plain
from scalesearch.errors import DataError, parameter

if TYPE_CHECKING:
    import tensorflow as tf

SHUFFLE_BUFFER = 4096  # encoded images that a stream is mixed through; records are mixed already
_CHUNK = 256  # records read at once for their labels


class TfdsImages:
    """The training images of a dataset on disk, by index, in the order of its records."""

    streams = True
    parted = False
    recipe: Mapping[str, object] = MappingProxyType({})

    def __init__(
        self,
        dataset: str,
        data_dir: str | None,
        canvas: int,
        stamp: str = "",
        wanted: Wanted = BY_ITSELF,
        shape: Resolution = SQUARE,
    ) -> None:
        """Raises DataError where the files are not those whose `stamp` is given."""
        folder = find(dataset, data_dir)
        if folder is None:
            raise DataError(f"`dataset` {dataset} is not under {data_folder(data_dir)} any more.")
        self._folder, self._builder = folder, opened_builder(folder)
        self._chosen = chosen(self._builder, wanted)
        self._count = split_images(self._builder, self._chosen.split)
        self._shape = shape
        known = facts_of(self._builder, self._chosen, canvas, None, dataset, shape).size
        self.size = known or shape.with_longer(canvas)
        if stamp and self.stamp() != stamp:
            raise DataError(
                f"The dataset {folder} has changed since it was looked at. Leave it as it is and "
                f"{AGAIN}"
            )

    def labels(self) -> np.ndarray:
        with self._reading():
            batches = self._records().batch(_CHUNK).as_numpy_iterator()
            read = np.concatenate([labels for _, labels in batches])
        return np.clip(read, -1, 2**31 - 1).astype(np.int32)  # no class becomes no class

    def stamp(self) -> str:
        """A hash of the dataset's description and the sizes of its training files."""
        digest = hashlib.sha256(os.fsencode(self._folder.resolve()))
        for name in ("dataset_info.json", "features.json"):
            digest.update((self._folder / name).read_bytes())
        for file in split_files(self._builder, self._chosen.split):
            digest.update(f"{file.name}|{file.stat().st_size}\n".encode())
        return digest.hexdigest()

    def read(
        self, index: np.ndarray, size: Resolution, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        import tensorflow as tf

        wanted = np.zeros(self._count, bool)
        wanted[index] = True
        here = tf.constant(wanted)
        with self._reading():
            records = self._records().enumerate()
            records = records.filter(lambda i, _: here[i]).map(lambda _, record: record)
            if shuffle is not None:
                records = records.shuffle(min(SHUFFLE_BUFFER, len(index)), seed=shuffle)
            records = records.map(
                lambda image, label: (self._decoded(image, size), label),
                num_parallel_calls=tf.data.AUTOTUNE,
                deterministic=True,
            )
            for images, labels in records.batch(batch).prefetch(2).as_numpy_iterator():
                if images.shape[1:3] != (size.height, size.width):
                    height, width = images.shape[1:3]
                    raise DataError(
                        f"Images of {self._folder} are not of the size that it says: {size.height} "
                        f"x {size.width} pixels were to come of them, and {height} x {width} did. "
                        "Prepare the dataset again."
                    )
                yield images, labels.astype(np.int32)

    def refuse_broken(self, index: np.ndarray) -> None:
        with self._reading():
            found = undecodable(
                self._records(), lambda image: self._decoded(image, self.size), index, self.size
            )
        if found:
            raise DataError(
                f"{self._folder} has images that cannot be used, {len(found)} of {len(index)}:\n"
                f"{listed(found)}\n",
                remedy=f"Records are counted from 0. {parameter('skip_broken')} leaves out files "
                "of a folder, not records: prepare the dataset again without them.",
            )

    def _decoded(self, image: "tf.Tensor", size: Resolution) -> "tf.Tensor":
        feature = self._builder.info.features[self._chosen.image]
        return _centre(plain(image, feature), self._shape, size)

    def _records(self) -> "tf.data.Dataset":
        """Pairs (encoded image, label) of the training split in file order."""
        import tensorflow_datasets as tfds

        features = self._builder.info.features
        encoded = [name for name, kind in features.items() if type(kind) is tfds.features.Image]
        records = self._builder.as_dataset(
            split=self._chosen.split,
            shuffle_files=False,
            decoders=dict.fromkeys(encoded, tfds.decode.SkipDecoding()),
            read_config=tfds.ReadConfig(interleave_cycle_length=1, try_autocache=False),
        )
        image, label = self._chosen.image, self._chosen.label
        return records.map(lambda record: (record[image], record[label]))

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Whatever TensorFlow raises inside becomes a DataError that says where the damage is."""
        try:
            yield
        except DataError:
            raise
        except Exception as error:  # not only its own: also of texts that it cannot decode
            found = damaged_files(self._builder, self._chosen)
            if found:
                raise DataError(
                    f"Training files of {self._folder} are damaged:\n{listed(found)}\n",
                    remedy="Records are counted from 0. TensorFlow reads no further in a file "
                    f"behind a damaged record, so {parameter('skip_broken')} cannot leave it out: "
                    "prepare the dataset again.",
                ) from error
            raise DataError(
                f"The training files of {self._folder} cannot be read ({reason_of(error)}). "
                "Prepare the dataset again."
            ) from error


def _centre(image: "tf.Tensor", shape: Resolution, size: Resolution) -> "tf.Tensor":
    """The largest part of `shape` in the middle of uint8 (height, width, channels), at `size`."""
    import tensorflow as tf

    if image.shape[:2] == (size.height, size.width):
        return image
    height, width = tf.unstack(tf.shape(image)[:2])
    # As `Resolution.crop_of`, of sizes that only a record knows.
    across = (2 * height * shape.width + shape.height) // (2 * shape.height)
    down = (2 * width * shape.height + shape.width) // (2 * shape.width)
    high, wide = (tf.maximum(1, tf.minimum(*pair)) for pair in ((height, down), (width, across)))
    part = tf.image.crop_to_bounding_box(
        image, (height - high) // 2, (width - wide) // 2, high, wide
    )
    small = tf.image.resize(part, (size.height, size.width), antialias=True)
    return tf.saturate_cast(tf.round(small), tf.uint8)
