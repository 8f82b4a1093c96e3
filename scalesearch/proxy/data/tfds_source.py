"""What a dataset in the layout of tensorflow-datasets says of itself. No TensorFlow.

Only the split "train" is ever looked at.
"""

from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.errors import DataError
from scalesearch.proxy.data.facts import DataFacts
from scalesearch.proxy.data.tfds_names import beside, data_folder, find, refuse_unknown

SPLIT = "train"


def look(
    dataset: str,
    data_dir: str | None,
    download: bool,
    canvas: int,
    others: tuple[str, ...] = (),
    shape: Resolution = SQUARE,
) -> DataFacts:
    """Facts of a dataset whose images are cropped to `shape` and stored at most `canvas` long.

    Imports no TensorFlow.

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
        return facts_of(_registered_builder(dataset, data_dir), canvas, None, shape)
    builder = opened_builder(folder)
    return facts_of(builder, canvas, train_images(builder, folder), shape)


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


def _registered_builder(dataset: str, data_dir: str | None) -> Any:
    import tensorflow_datasets as tfds

    try:
        return tfds.builder(dataset, data_dir=data_folder(data_dir))
    except Exception as error:  # any builder's own code runs here
        reason = str(error).strip().split("\n")[0]
        raise DataError(
            f"`dataset` {dataset} cannot be made by tensorflow-datasets: {reason}"
        ) from error


def opened_builder(folder: Path) -> Any:
    """tensorflow-datasets' own view of a dataset on disk. Raises DataError."""
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder_from_directory(folder)
        assert builder.info.features is not None
        return builder
    except Exception as error:  # whatever the reading of damaged or foreign files raises
        reason = str(error).split("\n")[0]
        raise DataError(
            f"{folder} is no complete dataset ({type(error).__name__}: {reason}). "
            "Prepare the dataset again."
        ) from error


def train_files(builder: Any) -> list[Path]:
    """The files that hold the training split."""
    return [Path(file) for file in builder.info.splits[SPLIT].filepaths]


def train_images(builder: Any, folder: Path) -> int:
    """Images of the training split. Raises DataError where it is not there in full."""
    if SPLIT not in builder.info.splits:
        there = ", ".join(builder.info.splits) or "none"
        raise DataError(f"{folder} must have a split named {SPLIT}. Got {there}.")
    for file in train_files(builder):
        if not file.is_file():
            raise DataError(f"Training file {file} is missing. Prepare the dataset again.")
    return int(builder.info.splits[SPLIT].num_examples)


def facts_of(
    builder: Any, canvas: int, train_available: int | None, shape: Resolution = SQUARE
) -> DataFacts:
    """Facts by the dataset's own description. Raises DataError for one of another kind."""
    image, label = feature_names(builder)
    features = builder.info.features
    height, width, channels = features[image].shape
    if channels not in (1, 3) or np.dtype(features[image].np_dtype) != np.uint8:
        raise DataError(
            f"Images of `dataset` {builder.name} must be uint8 with 1 or 3 channels. "
            f"Got {features[image]}."
        )
    size = None
    if height and width:
        size = shape.with_longer(min(canvas, shape.crop_of(Resolution(height, width)).longer))
    return DataFacts(features[label].num_classes, channels, size, train_available, None, None)


def feature_names(builder: Any) -> tuple[str, str]:
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
