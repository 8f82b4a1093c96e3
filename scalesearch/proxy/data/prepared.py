"""A prepared dataset: a folder of arrays and the `data.json` that describes them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from scalesearch.errors import DataError

PARTS = ("train", "validation")
ARRAY, STREAM = "array", "stream"
DESCRIPTION = "data.json"
SKIPPED = "skipped.json"  # what was left out and why, where anything was


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `data.json` in the folder `path` says.

    `form` is "array" (decoded images on disk) or "stream" (only the split, images stay where they
    are); `size` the side in pixels of stored images; `train` and `validation` image counts;
    `fingerprint` a sha256 over images and labels (of a stream: split, labels and the state of its
    files); `spec` the DataSpec as plain values.
    """

    path: Path
    form: str
    classes: int
    channels: int
    size: int
    train: int
    validation: int
    fingerprint: str
    spec: dict[str, object]

    def labels(self, part: str) -> np.ndarray:
        """Labels int32 (n,) of part "train" or "validation"."""
        return np.load(self.path / f"{part}_labels.npy")

    def images(self, part: str) -> np.ndarray:
        """Images uint8 (n, size, size, channels), mapped from disk; array form only."""
        return np.load(self.path / f"{part}_images.npy", mmap_mode="r")

    def index(self, part: str) -> np.ndarray:
        """Positions int64 (n,) of the part's images in their source; stream form only."""
        return np.load(self.path / f"{part}_index.npy")

    def write(self) -> None:
        """Write `data.json` into `path`."""
        values = {name: value for name, value in asdict(self).items() if name != "path"}
        text = json.dumps(values, indent=2) + "\n"
        (self.path / DESCRIPTION).write_text(text, encoding="utf-8")


def opened(path: Path) -> Prepared:
    """The prepared dataset in `path`. Raises DataError where there is none."""
    try:
        values = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
        return Prepared(path=path, **values)
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            f"{path} holds no prepared images ({error}). Remove that folder and run again."
        ) from error
