"""What the classes of a dataset are called. No TensorFlow."""

from pathlib import Path

from scalesearch.data.folder_scan import scanned
from scalesearch.data.spec import EMBEDDED, DataSpec
from scalesearch.data.tfds_choice import Wanted, chosen
from scalesearch.data.tfds_names import find
from scalesearch.data.tfds_source import opened_builder
from scalesearch.errors import DataError


def class_names(spec: DataSpec, classes: int) -> tuple[str, ...]:
    """A name for each of `classes`, in the order of the labels; numbers where nothing says."""
    numbers = tuple(map(str, range(classes)))
    if spec.dataset in EMBEDDED:
        return numbers
    if spec.folder is not None:
        return scanned(spec.folder, spec.follow_links).classes
    version = find(spec.dataset, spec.data_dir)
    if version is None:
        return numbers
    label = chosen(opened_builder(version), Wanted(spec.split, spec.label)).label
    file = version / f"{label}.labels.txt"
    if file.exists():
        names = tuple(_text(file).split("\n"))[:classes]
        if len(names) == classes:
            return names
    return numbers


def _text(file: Path) -> str:
    """What a file of names says, whatever in it is no UTF-8 escaped. Raises DataError."""
    try:
        return file.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}.") from error
