"""Which images a search trains on, as a value, and the checks that need no TensorFlow."""

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

from scalesearch.core.plain_text import short
from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data import cluttered_digits, digits, image_folder, splits, tfds_source
from scalesearch.data.facts import DataFacts
from scalesearch.data.tfds_choice import Wanted
from scalesearch.errors import DataError

EMBEDDED = ("digits", "cluttered-digits")
FOLDER_PREFIX = "folder:"
CACHE_LIMIT_BYTES = 4 * 2**30


@dataclass(frozen=True, slots=True)
class DataSpec:
    """A dataset and the split cut from its training images; plain values only, fit for JSON.

    `dataset` is "digits", "cluttered-digits", "folder:PATH" or a tensorflow-datasets name such as
    "cifar10", "cifar10:3.0.2" or "name/config:1.0.0". `train` and `validation` are image counts,
    None for all that is left. `seed` decides the split and what is generated, and is independent
    of the search seed. `shape` is what images are cropped to, the largest such part in the middle
    of each, and `canvas` the largest side in pixels that they are stored at. A set that is larger
    than `cache_limit_bytes` when decoded is streamed. `left_out` are images of a folder
    ("class/file") that are not taken. `stamp` is what the files were like when they were looked at:
    others are refused then; "" takes them as they are. `split` and `label` are of
    tensorflow-datasets: the split to train on, None for "train", and the feature to tell apart,
    None for the one that there is. With `follow_links` the links of a folder may lead out of it.
    """

    dataset: str
    data_dir: str | None = None
    train: int | None = None
    validation: int | None = None
    seed: int = 0
    download: bool = False
    canvas: int = 64
    cache_limit_bytes: int = CACHE_LIMIT_BYTES
    left_out: tuple[str, ...] = ()
    stamp: str = ""
    split: str | None = None
    label: str | None = None
    follow_links: bool = False
    shape: Resolution = SQUARE

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", _lowest(Resolution.of(self.shape)))  # text, in JSON
        object.__setattr__(self, "left_out", tuple(self.left_out))  # a list where read from JSON

    def to_json(self) -> dict[str, object]:
        """Plain values; `DataSpec(**values)` makes the same spec of them.

        A square shape is left out, as in sets that were prepared before there were others.
        """
        values = {**dataclasses.asdict(self), "left_out": list(self.left_out)}
        del values["shape"]
        return values | self.shape_json

    @property
    def shape_json(self) -> dict[str, object]:
        """The shape as a field of a file or a key; none where it is square, as all once were."""
        return {} if self.shape.is_square else {"shape": self.shape.to_json()}

    @property
    def folder(self) -> Path | None:
        """The folder of "folder:PATH", else None."""
        if not self.dataset.startswith(FOLDER_PREFIX):
            return None
        return Path(self.dataset.removeprefix(FOLDER_PREFIX)).expanduser()


def _lowest(shape: Resolution) -> Resolution:
    """The same shape in the smallest numbers: 224x160 is 7x5."""
    common = math.gcd(shape.height, shape.width)
    return Resolution(shape.height // common, shape.width // common)


def check(spec: DataSpec) -> DataFacts:
    """Look at everything that can be seen without reading the images in full.

    Imports TensorFlow only where `download` is set and the dataset is not on disk yet.
    Raises DataError naming the field, the value and what to do.
    """
    _check_values(spec)
    try:
        return _checked(spec)
    # RuntimeError: ~ of a user who is not there; ValueError: a NUL character in a path.
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"`dataset` {short(spec.dataset)} cannot be read: {short(str(error), 300)}."
        ) from error


def classes_and_channels(spec: DataSpec) -> tuple[int, int]:
    """Number of classes and of image channels (1 grey, 3 colour). Raises DataError as `check`."""
    facts = check(spec)
    return facts.classes, facts.channels


def _checked(spec: DataSpec) -> DataFacts:
    if spec.dataset == "digits":
        known = DataFacts(
            digits.CLASSES,
            digits.CHANNELS,
            spec.shape.crop_of(Resolution.square(digits.SIZE)),
            digits.COUNT,
            None,
            None,
            identity=(("dataset", spec.dataset),),
        )
    elif spec.dataset == "cluttered-digits":
        return _check_cluttered(spec)
    elif spec.folder is not None:
        known = image_folder.look(
            spec.folder, spec.canvas, spec.left_out, spec.stamp, spec.follow_links, spec.shape
        )
    else:
        wanted = Wanted(spec.split, spec.label)
        known = tfds_source.look(
            spec.dataset, spec.data_dir, spec.download, spec.canvas, EMBEDDED, wanted, spec.shape
        )
    if known.train_available is None:
        return dataclasses.replace(known, train=spec.train, validation=spec.validation)
    train, validation = splits.counts(
        known.train_available, known.classes, spec.train, spec.validation, spec.dataset
    )
    return dataclasses.replace(known, train=train, validation=validation)


def _check_values(spec: DataSpec) -> None:
    if spec.dataset == FOLDER_PREFIX:
        raise DataError("`dataset` folder:PATH must name a folder. Got no path.")
    for field, what in (("split", "splits"), ("label", "features")):
        value = getattr(spec, field)
        if value is not None and (spec.dataset in EMBEDDED or spec.folder is not None):
            raise DataError(
                f"`{field}` names one of the {what} of a tensorflow-datasets set, and "
                f"{short(spec.dataset)} has none. Got {value!r}. Leave it out."
            )
    for field, least in (
        ("train", 1),
        ("validation", 1),
        ("seed", 0),
        ("canvas", 1),
        ("cache_limit_bytes", 1),
    ):
        value = getattr(spec, field)
        if value is None and field in ("train", "validation"):
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise DataError(f"`{field}` must be a whole number of at least {least}. Got {value!r}.")


def _check_cluttered(spec: DataSpec) -> DataFacts:
    train = cluttered_digits.TRAIN_CANVASES if spec.train is None else spec.train
    validation = (
        cluttered_digits.VALIDATION_CANVASES if spec.validation is None else spec.validation
    )
    for field, value in (("train", train), ("validation", validation)):
        if value < cluttered_digits.CLASSES:
            raise DataError(
                f"`{field}` must be at least the number of classes, {cluttered_digits.CLASSES}. "
                f"Got {value} ({spec.dataset})."
            )
    size = (train + validation) * cluttered_digits.SIZE**2
    if size > spec.cache_limit_bytes:
        raise DataError(
            f"`train` {train} and `validation` {validation} canvases of {spec.dataset} take "
            f"{size} bytes, more than `cache_limit_bytes` {spec.cache_limit_bytes}, and made "
            "images are not streamed. Ask for fewer."
        )
    return DataFacts(
        cluttered_digits.CLASSES,
        cluttered_digits.CHANNELS,
        spec.shape.crop_of(Resolution.square(cluttered_digits.SIZE)),
        None,
        train,
        validation,
        cluttered_digits.fingerprint(),
        (("dataset", spec.dataset),),
    )
