"""Where the images of a DataSpec lie, which decides nothing of what is trained."""

import dataclasses
import os

from scalesearch.core.passwords import without_passwords
from scalesearch.core.plain_text import short
from scalesearch.data.spec import EMBEDDED, FOLDER_PREFIX, DataSpec
from scalesearch.data.tfds_names import data_folder, find, full_name

_LONGEST = 300  # characters of a path in a sentence


def settled(spec: DataSpec) -> DataSpec:
    """The same images by absolute paths and with their version.

    So they are found again from another folder, with another environment, and when a newer version
    has come. What is not on disk, and embedded datasets, come back as they are. Raises DataError
    as `tfds_names.find`.
    """
    if spec.dataset in EMBEDDED:
        return spec
    if spec.folder is not None:
        return dataclasses.replace(spec, dataset=FOLDER_PREFIX + os.path.realpath(spec.folder))
    version = find(spec.dataset, spec.data_dir)
    if version is None:
        return spec
    root = os.path.realpath(data_folder(spec.data_dir))
    name = full_name(spec.dataset, spec.data_dir, version)
    return dataclasses.replace(spec, dataset=name, data_dir=root)


def place_of(spec: DataSpec) -> str:
    """The dataset as it was asked for, and where tensorflow-datasets is to look, on one line."""
    place = spec.dataset
    if spec.folder is None and spec.dataset not in EMBEDDED:
        place += f" (in {data_folder(spec.data_dir)})"
    return short(without_passwords(place), _LONGEST)
