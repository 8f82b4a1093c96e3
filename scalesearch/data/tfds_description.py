"""What a dataset in the layout of tensorflow-datasets says of itself. No TensorFlow.

Only the split that is trained on is ever looked at.
"""

from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data.facts import DataFacts
from scalesearch.data.tfds_choice import BY_ITSELF, Choice, Wanted, chosen
from scalesearch.data.tfds_names import (
    beside,
    data_folder,
    find,
    full_name,
    name_of,
    refuse_unknown,
)
from scalesearch.errors import DataError, parameter

_CHANNELS = {1: 1, 2: 1, 3: 3, 4: 3}
"""Of stored images by those of their files: what is transparent becomes white."""


def look(
    dataset: str,
    data_dir: str | None,
    download: bool,
    canvas: int,
    others: tuple[str, ...] = (),
    wanted: Wanted = BY_ITSELF,
    shape: Resolution = SQUARE,
) -> DataFacts:
    """Facts of a dataset whose images are cropped to `shape` and stored at most `canvas` long.

    Imports no TensorFlow.

    `others` are names to suggest beside those of tensorflow-datasets. Raises DataError for an
    unknown name, one that is not on disk (unless `download`), and one that is no image
    classification set, or has no such split or label.
    """
    folder = find(dataset, data_dir)
    if folder is None:
        refuse_unknown(dataset, data_dir, others)
        if not download:
            raise DataError(
                f"`dataset` {dataset} is not under {data_folder(data_dir)}"
                f"{beside(dataset, data_dir)}.",
                field="dataset",
                remedy=f"Give the folder that holds it with {parameter('data_dir')}, or let it be "
                f"downloaded with {parameter('download')}.",
            )
        builder = _registered_builder(dataset, data_dir)
        config = builder.builder_config.name if builder.builder_config else None
        name = name_of(dataset, config, str(builder.version))
        return facts_of(builder, chosen(builder, wanted), canvas, None, name, shape)
    builder = opened_builder(folder)
    choice = chosen(builder, wanted)
    name = full_name(dataset, data_dir, folder)
    available = split_images(builder, choice.split)
    return facts_of(builder, choice, canvas, available, name, shape)


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


def split_files(builder: Any, split: str) -> list[Path]:
    """The files that hold the split."""
    return [Path(file) for file in builder.info.splits[split].filepaths]


def split_images(builder: Any, split: str) -> int:
    """Images of the split. Raises DataError where it is not there in full."""
    for file in split_files(builder, split):
        if not file.is_file():
            raise DataError(f"Training file {file} is missing. Prepare the dataset again.")
    return int(builder.info.splits[split].num_examples)


def facts_of(
    builder: Any,
    choice: Choice,
    canvas: int,
    available: int | None,
    name: str,
    shape: Resolution = SQUARE,
) -> DataFacts:
    """Facts by the dataset's own description. Raises DataError for pixels that are not understood.

    `available` counts the images of the split; `name` is the dataset's with its version.
    """
    features = builder.info.features
    height, width, channels = features[choice.image].shape
    kind = np.dtype(features[choice.image].np_dtype)
    if channels not in _CHANNELS or kind not in (np.uint8, np.uint16):
        why = "; floating-point numbers do not say what is black and what white"
        raise DataError(
            f"Images of `dataset` {name} must be uint8 or uint16 with 1 to 4 channels"
            f"{why if kind.kind == 'f' else ''}. Got {features[choice.image]}."
        )
    size = None
    if height and width:
        size = shape.with_longer(min(canvas, shape.crop_of(Resolution(height, width)).longer))
    return DataFacts(
        features[choice.label].num_classes,
        _CHANNELS[channels],
        size,
        available,
        None,
        None,
        identity=(("dataset", name), ("split", choice.split), ("label", choice.label)),
    )
