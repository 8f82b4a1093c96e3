"""What the classes of a dataset are called. No TensorFlow."""

from scalesearch.proxy.data.folder import listing
from scalesearch.proxy.data.spec import EMBEDDED, DataSpec
from scalesearch.proxy.data.tfds_names import find


def class_names(spec: DataSpec, classes: int) -> tuple[str, ...]:
    """A name for each of `classes`, in the order of the labels; numbers where nothing says."""
    numbers = tuple(map(str, range(classes)))
    if spec.dataset in EMBEDDED:
        return numbers
    if spec.folder is not None:
        return listing(spec.folder).classes
    version = find(spec.dataset, spec.data_dir)
    for file in sorted(version.glob("*.labels.txt")) if version else ():
        names = tuple(file.read_text(encoding="utf-8").split("\n"))[:classes]
        if len(names) == classes:
            return names
    return numbers
