"""A prepared dataset: a folder of arrays and the `data.json` that describes them."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np

from scalesearch.core.passwords import plain_without_passwords
from scalesearch.core.resolution import RULE, Resolution
from scalesearch.errors import DataError
from scalesearch.files.json_files import read_json

PARTS = ("train", "validation")
ARRAY, STREAM = "array", "stream"
DESCRIPTION = "data.json"
SKIPPED = "skipped.json"  # what was left out and why, where anything was


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `data.json` in the folder `path` says.

    `form` is "array" (decoded images on disk) or "stream" (only the split, images stay where they
    are); `size` that of stored images; `train` and `validation` image counts; `fingerprint` a
    sha256 over decoded images and labels, whatever the form and wherever their files lie; `spec`
    the DataSpec as plain values, its paths absolute.
    """

    path: Path
    form: str
    classes: int
    channels: int
    size: Resolution
    train: int
    validation: int
    fingerprint: str
    spec: dict[str, object]

    def labels(self, part: str) -> np.ndarray:
        """Labels int32 (n,) of part "train" or "validation". Raises DataError."""
        labels = self._array(f"{part}_labels.npy", np.int32, 1)
        if len(labels) and not 0 <= labels.min() <= labels.max() < self.classes:
            raise DataError(
                f"{self.path / part}_labels.npy must hold labels from 0 to {self.classes - 1}. "
                f"Got {labels.min()} to {labels.max()}. {_REMEDY}"
            )
        return labels

    def images(self, part: str) -> np.ndarray:
        """Images uint8 (n, height, width, channels), mapped from disk; array form only."""
        return self._array(f"{part}_images.npy", np.uint8, 4, "r")

    def index(self, part: str) -> np.ndarray:
        """Positions int64 (n,) of the part's images in their source; stream form only."""
        return self._array(f"{part}_index.npy", np.int64, 1)

    def _array(
        self, name: str, kind: type, dimensions: int, mapped: Literal["r"] | None = None
    ) -> np.ndarray:
        """An array of the folder; nothing in its file is ever run."""
        path = self.path / name
        try:
            values: Any = np.load(path, mmap_mode=mapped, allow_pickle=False)
            if values.dtype != kind or values.ndim != dimensions:
                raise ValueError(f"{values.ndim} dimensions of {values.dtype}")
        except (OSError, ValueError, EOFError, AttributeError, MemoryError) as error:
            raise DataError(
                f"{path} is no array of {dimensions} dimensions of {kind.__name__} ({error}). "
                f"{_REMEDY}"
            ) from error
        return np.asarray(values) if mapped is None else values

    def write(self) -> None:
        """Write `data.json` into `path`."""
        values = {name: value for name, value in asdict(self).items() if name != "path"}
        values["size"] = self.size.to_json()
        text = json.dumps(plain_without_passwords(values), indent=2) + "\n"
        (self.path / DESCRIPTION).write_text(text, encoding="utf-8")


def opened(path: Path) -> Prepared:
    """The prepared dataset in `path`. Raises DataError where there is none."""
    try:
        values = read_json(path / DESCRIPTION, DataError, _REMEDY)
    except FileNotFoundError:
        raise DataError(f"{path} holds no prepared images. {_REMEDY}") from None
    broken = _broken(values)
    if broken:
        raise DataError(f"{path / DESCRIPTION}: {broken}. {_REMEDY}")
    return Prepared(path=path, **{**values, "size": Resolution.of(values["size"])})


_REMEDY = (
    "Remove that folder and run the command that trained on them again, which prepares them anew."
)


def _broken(values: Any) -> str:
    """What is wrong with the content of a description; empty where nothing is."""
    named = [field.name for field in fields(Prepared) if field.name != "path"]
    if not isinstance(values, dict) or sorted(values) != sorted(named):
        return f"it must have the fields {', '.join(named)}"
    if values["form"] not in (ARRAY, STREAM):
        return f"`form` must be {ARRAY} or {STREAM}. Got {values['form']!r:.60}"
    try:
        Resolution.of(values["size"])
    except ValueError:
        return f"`size` must be {RULE}. Got {values['size']!r:.60}"
    for name in ("classes", "channels", "train", "validation"):
        if type(values[name]) is not int or values[name] < 1:
            return f"`{name}` must be a whole number of at least 1. Got {values[name]!r:.60}"
    if not isinstance(values["fingerprint"], str) or not isinstance(values["spec"], dict):
        return "`fingerprint` must be text and `spec` an object"
    return ""
