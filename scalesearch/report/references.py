"""Published networks to lay beside a study: their sizes and ImageNet accuracies, as plain values.

Proxies are scored on other data, after short trainings, at other sizes: their accuracies and these
do not share an axis in any picture.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError

_FILES = {"imagenet": "table2_imagenet.csv"}
_FAMILY = "EfficientNet"

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
            f"Option --references must be {' or '.join(_FILES)}. "
            f"Got {name!r}{suggestion(name, _FILES)}."
        )
    return name


def references_info(name: str) -> ReferencesInfo:
    """The table of that name, with each network's ratios. Raises ConfigError for other names.

    Ratios are of the printed, rounded figures: the paper's own differ by a few %.
    """
    text = files(__package__).joinpath(_FILES[check_references(name)]).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    leaders = {row["group"]: row for row in rows if row["model"].startswith(_FAMILY)}
    models = tuple(_reference(row, leaders[row["group"]]) for row in rows)
    return ReferencesInfo(name, SOURCE, models)


def _reference(row: dict[str, str], leader: dict[str, str]) -> Reference:
    params = float(row["params_millions"])
    macs = float(row["macs_billions"]) if row["macs_billions"] else None
    return Reference(
        name=row["model"],
        published=row["published"],
        top1=float(row["top1_percent"]),
        top5=float(row["top5_percent"]),
        params_millions=params,
        macs_billions=macs,
        group=row["group"],
        params_ratio=params / float(leader["params_millions"]),
        macs_ratio=None if macs is None else macs / float(leader["macs_billions"]),
    )
