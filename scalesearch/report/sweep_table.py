"""A sweep's result as plain values, and its table sweep.csv."""

from dataclasses import dataclass
from pathlib import Path

from scalesearch.report.comparison_table import write_rows

FILE = "sweep.csv"


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One row of sweep.csv. Accuracies are fractions of the validation images."""

    line: str
    dimension: str
    factor: float
    """Of that dimension, as asked."""
    depth: float
    """Multipliers as realised by the proxy, which is what was trained."""
    width: float
    resolution: float
    proxy_blocks: int | None
    """None where a function builds the network: only it knows its blocks."""
    proxy_pixels: int | str
    """Of a square's side, or such as "258x184"."""
    proxy_macs: int
    proxy_params: int
    proxy_counted_ratio: float
    """Counted MACs of the proxy over the baseline's proxy."""
    macs: int
    """Of the full-size network."""
    params: int
    acts: int
    counted_ratio: float
    seeds: int
    failed: int
    top1_mean: float | None
    top1_std: float | None
    """Sample standard deviation over seeds; None for fewer than two."""
    top1: tuple[float, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class SweepInfo:
    """Everything that the picture shows."""

    title: str
    seeds: int
    by_pairs: bool
    rows: tuple[SweepRow, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.line for row in self.rows))

    def line(self, name: str) -> tuple[SweepRow, ...]:
        """The trained points of a line, the cheapest first."""
        trained = (row for row in self.rows if row.line == name and row.top1_mean is not None)
        return tuple(sorted(trained, key=lambda row: (row.proxy_macs, row.factor)))


def write(path: Path, rows: tuple[SweepRow, ...]) -> None:
    """Write sweep.csv whole: one row a point. Raises StudyError for the disk."""
    write_rows(path, SweepRow, rows)
