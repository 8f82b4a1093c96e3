"""The paper's own comparisons of scaling methods: printed figures, and what our count says.

The printed multipliers of single dimensions are rounded, so a recount differs by up to 20 %: both
figures are given, and neither is corrected.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from pathlib import Path

from scalesearch.core.cost import cost
from scalesearch.core.multipliers import Multipliers, scale
from scalesearch.core.network_table import TableNetwork
from scalesearch.errors import ConfigError, StudyError, parameter
from scalesearch.files import csv_files
from scalesearch.files.csv_files import Row

SOURCE = "Tan and Le 2019, EfficientNet (arXiv 1905.11946), tables 3 and 7: top-1 on ImageNet"
"""Where table3_scaling.csv and table7_cam_models.csv are from."""
FILE = "published.csv"
_TABLES = {3: "table3_scaling.csv", 7: "table7_cam_models.csv"}
_DIMENSIONS = ("depth", "width", "resolution")
_COLUMNS = ("baseline", "arm", *_DIMENSIONS, "macs_billions", "top1_percent")
_MULTIPLIERS = (0.01, 100.0)
_REMEDY = "It comes with scalesearch: install that again."


@dataclass(frozen=True, slots=True)
class Published:
    """One printed row, with our exact count of the network that its multipliers give."""

    baseline: str
    table: int
    arm: str
    """baseline, depth, width, resolution or compound."""
    depth: float | None
    """Multipliers as printed; None where the paper prints none."""
    width: float | None
    resolution: float | None
    printed_macs: float
    """Multiply-accumulates of one image, as printed (in billions, one decimal)."""
    counted_macs: int | None
    """Of the formula's network with its rounding; None where there are no multipliers."""
    top1_percent: float
    """On ImageNet, after a full training."""

    @property
    def difference(self) -> float | None:
        """Counted over printed, less 1."""
        return None if self.counted_macs is None else self.counted_macs / self.printed_macs - 1


def published_rows(baseline: TableNetwork) -> tuple[Published, ...]:
    """The paper's rows for that baseline, which is known by its name.

    Raises ConfigError where the paper has none, naming those that it has.
    """
    rows = [(number, row) for number, row in _rows() if row.text("baseline") == baseline.name]
    if not rows:
        known = ", ".join(dict.fromkeys(row.text("baseline") for _, row in _rows()))
        raise ConfigError(
            f"{parameter('published')} has the paper's rows for {known}. Got the baseline "
            f"{baseline.name!r}: leave {parameter('published')} out."
        )
    return tuple(_published(baseline, number, row) for number, row in rows)


def write(path: Path, rows: tuple[Published, ...]) -> None:
    """Write published.csv whole. Raises StudyError for the disk."""
    names = [*(field.name for field in fields(Published)), "counted_over_printed_less_1"]
    cells = [[*asdict(row).values(), row.difference] for row in rows]
    csv_files.write_rows(path, names, cells, StudyError)


def _rows() -> Iterator[tuple[int, Row]]:
    for number, name in _TABLES.items():
        text = files(__package__).joinpath(name).read_text(encoding="utf-8")
        for row in csv_files.rows_of(text, name, _COLUMNS, ConfigError, _REMEDY):
            yield number, row


def _published(baseline: TableNetwork, number: int, row: Row) -> Published:
    depth, width, resolution = (
        row.number(name, *_MULTIPLIERS) if row.cells[name] else None for name in _DIMENSIONS
    )
    counted = None
    if depth is not None and width is not None and resolution is not None:
        counted = cost(scale(baseline, Multipliers(depth, width, resolution))).macs
    return Published(
        baseline=baseline.name,
        table=number,
        arm=row.text("arm"),
        depth=depth,
        width=width,
        resolution=resolution,
        printed_macs=row.number("macs_billions", 1e-6, 1e6) * 1e9,
        counted_macs=counted,
        top1_percent=row.number("top1_percent", 0, 100),
    )
