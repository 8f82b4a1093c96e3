"""Published networks to lay beside a study: their sizes and ImageNet accuracies, as plain values.

Proxies are scored on other data, after short trainings, at other sizes: their accuracies and these
do not share an axis in any picture.
"""

from dataclasses import dataclass
from importlib.resources import files

from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError, parameter
from scalesearch.files import csv_files
from scalesearch.files.csv_files import Row

_FILES = {"imagenet": "table2_imagenet.csv"}
_FAMILY = "EfficientNet"
_COLUMNS = (
    "model", "published", "group", "top1_percent", "top5_percent", "params_millions",
    "macs_billions",
)  # fmt: skip
_SIZES = (1e-6, 1e9)
_REMEDY = "It comes with scalesearch: install that again."

SOURCE = "Tan and Le 2019, EfficientNet (arXiv 1905.11946), table 2"
"""Where table2_imagenet.csv is from: single-crop, single-model results on ImageNet's validation."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One published network, with its sizes over those of the EfficientNet it is set against."""

    name: str
    published: str
    top1: float
    """Top-1 accuracy on ImageNet in %."""
    top5: float
    params_millions: float
    """Parameters, as printed."""
    macs_billions: float | None
    """Multiply-accumulates of one image, as printed; None where none are."""
    group: str
    """Networks of like accuracy: b0 to b7."""
    params_ratio: float
    macs_ratio: float | None

    @property
    def leads(self) -> bool:
        """Whether this is the EfficientNet of its group, whose ratios are 1."""
        return self.name.startswith(_FAMILY)

    @property
    def label(self) -> str:
        """The name in a picture: B3 for EfficientNet-B3."""
        return self.name.removeprefix(f"{_FAMILY}-")


@dataclass(frozen=True, slots=True)
class ReferencesInfo:
    """All networks of a table, group by group, each group's EfficientNet first."""

    name: str
    source: str
    models: tuple[Reference, ...]

    @property
    def family(self) -> tuple[Reference, ...]:
        """The EfficientNets, from small to large."""
        return tuple(model for model in self.models if model.leads)

    @property
    def others(self) -> tuple[Reference, ...]:
        return tuple(model for model in self.models if not model.leads)


def check_references(name: str) -> str:
    """`name` where there is such a table. Raises ConfigError with the known and nearest names."""
    if name not in _FILES:
        raise ConfigError(
            f"{parameter('references')} must be {' or '.join(_FILES)}. "
            f"Got {name!r}{suggestion(name, _FILES)}."
        )
    return name


def references_info(name: str) -> ReferencesInfo:
    """The table of that name, with each network's ratios. Raises ConfigError for other names.

    Ratios are of the printed, rounded figures: the paper's own differ by a few %.
    """
    file = _FILES[check_references(name)]
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    return ReferencesInfo(name, SOURCE, models_of(text, file))


def models_of(text: str, file: str) -> tuple[Reference, ...]:
    """The networks of a table's text; `file` names it in errors. Raises ConfigError."""
    rows = csv_files.rows_of(text, file, _COLUMNS, ConfigError, _REMEDY)
    leaders = {row.text("group"): row for row in rows if row.text("model").startswith(_FAMILY)}
    for row in rows:
        if row.text("group") not in leaders:
            row.broken("group", f"a group that has an {_FAMILY}")
    return tuple(_reference(row, leaders[row.text("group")]) for row in rows)


def _reference(row: Row, leader: Row) -> Reference:
    params = row.number("params_millions", *_SIZES)
    macs = row.number("macs_billions", *_SIZES) if row.cells["macs_billions"] else None
    return Reference(
        name=row.text("model"),
        published=row.text("published"),
        top1=row.number("top1_percent", 0, 100),
        top5=row.number("top5_percent", 0, 100),
        params_millions=params,
        macs_billions=macs,
        group=row.text("group"),
        params_ratio=params / leader.number("params_millions", *_SIZES),
        macs_ratio=None if macs is None else macs / leader.number("macs_billions", *_SIZES),
    )
