"""Finds the damage in files of tensorflow-datasets, once reading them has failed."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data.broken_images import Broken
from scalesearch.data.tfds_choice import Choice
from scalesearch.data.tfds_description import split_files

if TYPE_CHECKING:
    import tensorflow as tf

_KINDS = {"image": "bytes_list", "label": "int64_list"}


def reason_of(error: Exception) -> str:
    """What an error of TensorFlow says to a person: without the names of its own nodes."""
    text = str(getattr(error, "message", None) or error)
    text = re.sub(r"\{\{.*?\}\}\s*", "", text).split("\n")[0].split(" [Op:")[0].strip()
    return text or type(error).__name__


def damaged_files(builder: Any, choice: Choice) -> list[Broken]:
    """The training files that hold too few whole records, and records of another kind in them.

    `choice` names what a record must hold. Of files that are not TFRecords nothing is
    known: none.
    """
    import tensorflow as tf

    if builder.info.file_format.value != "tfrecord":
        return []
    found = []
    lengths = builder.info.splits[choice.split].shard_lengths
    for file, count in zip(split_files(builder, choice.split), lengths, strict=True):
        whole, reason = 0, "there are no more"
        try:
            for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
                trouble = _trouble(record, {"image": choice.image, "label": choice.label})
                if trouble:
                    found.append(Broken(f"{file.name}, record {whole},", trouble))
                whole += 1
        except tf.errors.OpError as error:
            reason = reason_of(error)
        if whole != count:
            told = f"has {whole} of its {count} records to read ({reason})"
            found.append(Broken(file.name, told))
    return found


def undecodable(
    records: "tf.data.Dataset",
    decode: "Callable[[tf.Tensor], tf.Tensor]",
    index: np.ndarray,
    size: Resolution,
) -> list[Broken]:
    """Those records of `index` whose image does not decode to `size`."""
    import tensorflow as tf

    decoded = tf.function(decode, input_signature=[tf.TensorSpec((), tf.string)])
    wanted = frozenset(index.tolist())
    found = []
    for i, (image, _) in enumerate(records):
        if i not in wanted:
            continue
        try:
            height, width = decoded(image).numpy().shape[:2]
        except tf.errors.OpError as error:
            found.append(Broken(f"record {i}", f"holds no readable image ({reason_of(error)})"))
            continue
        if (height, width) != (size.height, size.width):
            found.append(Broken(f"record {i}", f"is {height} x {width} pixels, not as described"))
    return found


def _trouble(record: bytes, names: dict[str, str]) -> str:
    """Why a record cannot be an image with its label; "" where it can."""
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    try:
        features = tf.train.Example.FromString(record).features.feature
    except DecodeError:
        return "is no example"
    for what, kind in _KINDS.items():
        values = getattr(features[names[what]], kind).value if names[what] in features else ()
        if len(values) != 1:
            return f"has no {what}"
    return ""
