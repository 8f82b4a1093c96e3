"""What a dataset's name that was refused may have meant: a folder, or a name without its prefix."""

import os

from scalesearch.core.spelling import nearest
from scalesearch.data.spec import FOLDER_PREFIX


def meant(dataset: str) -> str:
    """The name that would have been right, as a sentence; "" where none is known."""
    if dataset.startswith(FOLDER_PREFIX):
        return ""
    prefix, colon, rest = dataset.partition(":")
    for path in filter(None, (dataset, rest)):
        if os.path.isdir(os.path.expanduser(path)):
            return f" There is a folder {path}: its images are --dataset {FOLDER_PREFIX}{path}."
    if prefix.casefold() == FOLDER_PREFIX[:-1]:
        return f" The images of a folder are --dataset {FOLDER_PREFIX}{rest}, in small letters."
    name = rest if colon else dataset.rpartition("/")[2]
    if name in ("", dataset):
        return ""
    from scalesearch.data.tfds_names import registered

    if not (near := nearest(name.partition(":")[0], registered(), 1.0)):
        return ""
    return f" A name of tensorflow-datasets has nothing before it: --dataset {near[0]}."
