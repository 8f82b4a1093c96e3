"""Datasets in the layout of tensorflow-datasets. Only the split "train" is ever read.

Metadata is read without TensorFlow, which tensorflow-datasets imports only to read records.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scalesearch.errors import DataError
from scalesearch.proxy.data.facts import DataFacts
from scalesearch.proxy.data.tfds_names import beside, data_folder, find, refuse_unknown

if TYPE_CHECKING:
    import tensorflow as tf

SPLIT = "train"
SHUFFLE_BUFFER = 4096  # encoded images that a stream is mixed through; records are mixed already
_CHUNK = 256  # records read at once for their labels


def look(
    dataset: str, data_dir: str | None, download: bool, canvas: int, others: tuple[str, ...] = ()
) -> DataFacts:
    """Facts of a dataset, images stored at most `canvas` pixels wide. Imports no TensorFlow.

    `others` are names to suggest beside those of tensorflow-datasets. Raises DataError for an
    unknown name, one that is not on disk (unless `download`), and one that is no image
    classification set with a training split.
    """
    folder = find(dataset, data_dir)
    if folder is None:
        refuse_unknown(dataset, data_dir, others)
        if not download:
            raise DataError(
                f"`dataset` {dataset} is not under {data_folder(data_dir)}"
                f"{beside(dataset, data_dir)}. Give the folder that holds it with --data-dir, or "
                "let it be downloaded with --download."
            )
        return _facts(_registered_builder(dataset, data_dir), canvas, None)
    builder = _builder(folder)
    return _facts(builder, canvas, _train_images(builder, folder))


def fetch(dataset: str, data_dir: str | None, others: tuple[str, ...] = ()) -> None:
    """Download and prepare the dataset, unless it is on disk. Raises DataError where it fails."""
    if find(dataset, data_dir) is not None:
        return
    refuse_unknown(dataset, data_dir, others)
    try:
        _registered_builder(dataset, data_dir).download_and_prepare()
    except (Exception, SystemExit) as error:  # any builder's own code runs here
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise DataError(
            f"`dataset` {dataset} could not be downloaded to {data_folder(data_dir)}: {reason}"
        ) from error


class TfdsSource:
    """The training images of a dataset on disk, by index, in the order of its records."""

    def __init__(self, dataset: str, data_dir: str | None, canvas: int) -> None:
        folder = find(dataset, data_dir)
        if folder is None:
            raise DataError(f"`dataset` {dataset} is not under {data_folder(data_dir)} any more.")
        self._folder, self._builder = folder, _builder(folder)
        self._image, self._label = _keys(self._builder)
        self._count = _train_images(self._builder, folder)
        self.size = _facts(self._builder, canvas, None).size or canvas

    def labels(self) -> np.ndarray:
        read = [labels for _, labels in self._numpy(self._records().batch(_CHUNK))]
        return np.concatenate(read).astype(np.int32)

    def stamp(self) -> str:
        """A hash of the dataset's description and the sizes of its training files."""
        digest = hashlib.sha256(str(self._folder.resolve()).encode())
        for name in ("dataset_info.json", "features.json"):
            digest.update((self._folder / name).read_bytes())
        for file in _train_files(self._builder):
            digest.update(f"{file.name}|{file.stat().st_size}\n".encode())
        return digest.hexdigest()

    def read(
        self, index: np.ndarray, side: int, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        import tensorflow as tf

        wanted = np.zeros(self._count, bool)
        wanted[index] = True
        here = tf.constant(wanted)
        decode = self._builder.info.features[self._image].decode_example
        records = self._records().enumerate()
        records = records.filter(lambda i, _: here[i]).map(lambda _, record: record)
        if shuffle is not None:
            records = records.shuffle(min(SHUFFLE_BUFFER, len(index)), seed=shuffle)
        records = records.map(
            lambda image, label: (_centre(decode(image), side), label),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )
        for images, labels in self._numpy(records.batch(batch).prefetch(2)):
            yield images, labels.astype(np.int32)

    def _records(self) -> "tf.data.Dataset":
        """Pairs (encoded image, label) of the training split in file order."""
        import tensorflow_datasets as tfds

        features = self._builder.info.features
        encoded = [name for name, kind in features.items() if type(kind) is tfds.features.Image]
        records = self._builder.as_dataset(
            split=SPLIT,
            shuffle_files=False,
            decoders=dict.fromkeys(encoded, tfds.decode.SkipDecoding()),
            read_config=tfds.ReadConfig(interleave_cycle_length=1, try_autocache=False),
        )
        return records.map(lambda record: (record[self._image], record[self._label]))

    def _numpy(self, records: "tf.data.Dataset") -> Iterator[tuple[np.ndarray, ...]]:
        import tensorflow as tf

        try:
            yield from records.as_numpy_iterator()
        except tf.errors.OpError as error:
            raise DataError(
                f"The training files of {self._folder} cannot be read ({error.message}). "
                "Prepare the dataset again."
            ) from error


def _centre(image: "tf.Tensor", side: int) -> "tf.Tensor":
    """The centre square of uint8 (height, width, channels), as uint8 (side, side, channels)."""
    import tensorflow as tf

    if image.shape[:2] == (side, side):
        return image
    height, width = tf.unstack(tf.shape(image)[:2])
    short = tf.minimum(height, width)
    square = tf.image.crop_to_bounding_box(
        image, (height - short) // 2, (width - short) // 2, short, short
    )
    small = tf.image.resize(square, (side, side), antialias=True)
    return tf.saturate_cast(tf.round(small), tf.uint8)


def _registered_builder(dataset: str, data_dir: str | None) -> Any:
    import tensorflow_datasets as tfds

    try:
        return tfds.builder(dataset, data_dir=data_folder(data_dir))
    except Exception as error:  # any builder's own code runs here
        reason = str(error).strip().split("\n")[0]
        raise DataError(
            f"`dataset` {dataset} cannot be made by tensorflow-datasets: {reason}"
        ) from error


def _builder(folder: Path) -> Any:
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder_from_directory(folder)
        assert builder.info.features is not None
        return builder
    except Exception as error:  # whatever the reading of damaged or foreign files raises
        raise DataError(
            f"{folder} is no complete dataset ({type(error).__name__}: {error}). "
            "Prepare the dataset again."
        ) from error


def _train_files(builder: Any) -> list[Path]:
    return [Path(file) for file in builder.info.splits[SPLIT].filepaths]


def _train_images(builder: Any, folder: Path) -> int:
    """Images of the training split. Raises DataError where it is not there in full."""
    if SPLIT not in builder.info.splits:
        there = ", ".join(builder.info.splits) or "none"
        raise DataError(f"{folder} must have a split named {SPLIT}. Got {there}.")
    for file in _train_files(builder):
        if not file.is_file():
            raise DataError(f"Training file {file} is missing. Prepare the dataset again.")
    return int(builder.info.splits[SPLIT].num_examples)


def _facts(builder: Any, canvas: int, train_available: int | None) -> DataFacts:
    image, label = _keys(builder)
    features = builder.info.features
    height, width, channels = features[image].shape
    if channels not in (1, 3) or np.dtype(features[image].np_dtype) != np.uint8:
        raise DataError(
            f"Images of `dataset` {builder.name} must be uint8 with 1 or 3 channels. "
            f"Got {features[image]}."
        )
    size = min(height, width, canvas) if height and width else None
    return DataFacts(features[label].num_classes, channels, size, train_available, None, None)


def _keys(builder: Any) -> tuple[str, str]:
    """Names of the image and the label feature. Raises DataError where there is not one each."""
    import tensorflow_datasets as tfds

    features = builder.info.features
    if isinstance(features, tfds.features.FeaturesDict):
        images = [k for k, v in features.items() if type(v) is tfds.features.Image]
        labels = [k for k, v in features.items() if type(v) is tfds.features.ClassLabel]
        asked = builder.info.supervised_keys or ()
        images = [key for key in images if key in asked] or images
        labels = [key for key in labels if key in asked] or labels
        if len(images) == 1 and len(labels) == 1 and features[labels[0]].num_classes:
            return images[0], labels[0]
    raise DataError(
        f"`dataset` {builder.name} must have one image and one class label a record. "
        f"Got {features}."
    )
