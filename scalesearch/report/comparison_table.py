"""A comparison's result as plain values, and its table compare.csv."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from scalesearch.errors import StudyError
from scalesearch.files import csv_files
from scalesearch.report.comparison_findings import NONE, Findings

FILE = "compare.csv"


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One row of compare.csv. Accuracies are fractions of the validation images."""

    arm: str
    method: str
    """baseline, depth, width, resolution or compound."""
    cost: float
    """MACs asked for, as a multiple of the baseline's."""
    epochs: int
    """Epochs of each of its trainings."""
    rate: float
    """Its learning rate, as a multiple of the recipe's; other than 1 for a control."""
    informed: int | str | None
    """Pixels that images were shrunk to before they were enlarged; None but for a control."""
    depth: float
    """Blocks, channels and pixels of the full-size network over the baseline's.

    Of a function's network depth and width are the multipliers it was called with, likewise.
    """
    width: float
    resolution: float
    blocks: int | None
    """None where a function builds the network: only it knows its blocks."""
    pixels: int | str
    """The side of a square input, or a size such as "258x184"."""
    macs: int
    params: int
    acts: int
    counted_ratio: float
    """Counted MACs of the full-size network over the baseline's."""
    proxy_blocks: int | None
    proxy_depth: float
    """Over the baseline's proxy, in the way of `depth`."""
    proxy_width: float
    proxy_pixels: int | str
    proxy_macs: int
    proxy_params: int
    proxy_counted_ratio: float
    """Counted MACs of the proxy, which is what was trained, over the baseline's proxy."""
    seeds: int
    """How many trainings ended with a result."""
    failed: int
    top1_mean: float | None
    top1_std: float | None
    """Sample standard deviation over seeds; None for fewer than two."""
    top1: tuple[float, ...]
    """Top-1 of each seed."""
    compound_less_arm: float | None
    """Compound's mean at this cost, length and rate less this arm's; None for compound itself."""
    low: float | None
    """Ends of its 95 % interval; None where nothing was trained on two seeds."""
    high: float | None
    degrees: float | None
    seeds_to_prove: int | None
    """Seeds of every arm that would prove a difference of this size in 80 % of comparisons."""
    reason: str
    """Why a training failed; empty where none has."""

    @property
    def is_control(self) -> bool:
        return self.rate != 1 or self.informed is not None

    @property
    def size(self) -> str:
        """The method and the cost, such as "depth x2"."""
        return self.method if self.method == "baseline" else f"{self.method} x{self.cost:.4g}"


@dataclass(frozen=True, slots=True)
class ComparisonInfo:
    """Everything that the picture and the page show."""

    title: str
    seeds: int
    arms: tuple[ArmResult, ...]
    findings: Findings = NONE

    @property
    def lengths(self) -> tuple[int, ...]:
        """Epochs of what was trained to its end, the shortest first."""
        return tuple(dict.fromkeys(arm.epochs for arm in self.arms if arm.top1_mean is not None))

    def at(self, epochs: int) -> "ComparisonInfo":
        """The same of one length alone, without controls."""
        of_it = (arm for arm in self.arms if arm.epochs == epochs and not arm.is_control)
        return replace(self, arms=tuple(of_it))

    @property
    def baseline(self) -> ArmResult:
        return self.arms[0]

    @property
    def costs(self) -> tuple[float, ...]:
        return tuple(dict.fromkeys(arm.cost for arm in self.arms[1:]))

    def line(self, method: str) -> tuple[ArmResult, ...]:
        """The baseline, then that method at each cost; what was never trained to the end is out."""
        line = (self.baseline, *(arm for arm in self.arms if arm.method == method))
        return tuple(arm for arm in line if arm.top1_mean is not None)

    @property
    def accuracy_range(self) -> tuple[float, float]:
        """What the bars cover, and some room, as fractions."""
        ends = [
            arm.top1_mean + sign * (arm.top1_std or 0.0)
            for arm in self.arms
            if arm.top1_mean is not None
            for sign in (-1, 1)
        ]
        room = 0.06 * (max(ends) - min(ends)) + 0.002
        return min(ends) - room, max(ends) + room

    @property
    def differences(self) -> tuple[ArmResult, ...]:
        """The arms that compound is set against, by length and cost; controls are apart."""
        return tuple(
            arm
            for arm in self.arms
            if arm.method != "baseline" and not arm.is_control and arm.compound_less_arm is not None
        )


def write(path: Path, arms: Sequence[ArmResult]) -> None:
    """Write compare.csv whole: one row an arm. Raises StudyError for the disk."""
    write_rows(path, ArmResult, arms)


def write_rows(path: Path, kind: type, rows: Sequence[Any]) -> None:
    """Write dataclasses of one kind as a CSV, whole; what is a tuple as a list in brackets.

    Raises StudyError for the disk.
    """
    names = [field.name for field in fields(kind)]
    cells = [[_cell(getattr(row, name)) for name in names] for row in rows]
    csv_files.write_rows(path, names, cells, StudyError)


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return f"[{', '.join(f'{each:.6f}' for each in value)}]"
    if isinstance(value, float):
        assert math.isfinite(value)
        return csv_files.number(value, ".6g")
    return value
