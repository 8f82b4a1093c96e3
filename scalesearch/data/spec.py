"""Which images a study trains on, as a value."""

import dataclasses
import math
from dataclasses import dataclass

from scalesearch.core.plain_text import short
from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.errors import DataError

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


def _lowest(shape: Resolution) -> Resolution:
    """The same shape in the smallest numbers: 224x160 is 7x5."""
    common = math.gcd(shape.height, shape.width)
    return Resolution(shape.height // common, shape.width // common)


def refuse_choice(spec: DataSpec) -> None:
    """Raise DataError where a dataset that has neither splits nor features is asked for one."""
    for field, what in (("split", "splits"), ("label", "features")):
        value = getattr(spec, field)
        if value is not None:
            raise DataError(
                f"`{field}` names one of the {what} of a tensorflow-datasets set, and "
                f"{short(spec.dataset)} has none. Got {value!r}. Leave it out."
            )


def check_numbers(spec: DataSpec) -> None:
    """Raise DataError for a count or a size that is no whole number or too small."""
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
