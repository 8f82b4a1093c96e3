"""What a dataset's name that was refused may have meant: a folder, or a name without its prefix."""

import os

from scalesearch.core.spelling import nearest
from scalesearch.errors import parameter

_OPTION = parameter("dataset")


def meant(dataset: str) -> str:
    """The name that would have been right, as a sentence; "" where none is known."""
    from scalesearch.data.folder_source import PREFIX

    if dataset.startswith(PREFIX):
        return ""
    prefix, colon, rest = dataset.partition(":")
    for path in filter(None, (dataset, rest)):
        if os.path.isdir(os.path.expanduser(path)):
            return f" There is a folder {path}: its images are {_OPTION} {PREFIX}{path}."
    if prefix.casefold() == PREFIX[:-1]:
        return f" The images of a folder are {_OPTION} {PREFIX}{rest}, in small letters."
    name = rest if colon else dataset.rpartition("/")[2]
    if name in ("", dataset):
        return ""
    from scalesearch.data.tfds_names import registered

    if not (near := nearest(name.partition(":")[0], registered(), 1.0)):
        return ""
    return f" A name of tensorflow-datasets has nothing before it: {_OPTION} {near[0]}."
