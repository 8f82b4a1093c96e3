"""The tables of `loop`, from what was measured: pure functions."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .estimate import Line, fitted

PLAIN_AIM, DECENT_AIM = 10.0, 4.0
BLOCKS, MACS = "blocks", "million MACs"
"""Sizes by which a point's seconds can be told."""


@dataclass(frozen=True, slots=True)
class Point:
    """A nominal point that a loop has trained, and what `keras_loop` told of it."""

    name: str
    network: str
    """Names of all points that are this network, joined as in trials.csv."""
    blocks: int
    resolution: int
    macs: int
    plain: Mapping[str, float]
    """In a process of its own, with `wall_seconds`."""
    decent: Mapping[str, float] | None
    """In the one process; None where that had trained this network already."""

    def size(self, by: str) -> float:
        """The network's size by BLOCKS or MACS."""
        return self.blocks if by == BLOCKS else self.macs / 1e6

    def row(self) -> dict[str, Any]:
        """A line of the table of points."""
        decent = self.decent or {}
        return {
            "point": self.name,
            "blocks": self.blocks,
            "resolution": self.resolution,
            "macs": self.macs,
            "plain_seconds": round(self.plain["wall_seconds"], 1),
            "plain_images_a_second": round(self.plain["images_per_second"], 1),
            "plain_top1_percent": round(100 * self.plain["top1"], 2),
            "decent_seconds": _rounded(decent.get("seconds")),
            "decent_images_a_second": _rounded(decent.get("images_per_second")),
            "decent_top1_percent": _rounded(decent.get("top1"), 100),
        }


def _rounded(value: float | None, times: float = 1) -> float | None:
    return None if value is None else round(times * value, 2)


@dataclass(frozen=True, slots=True)
class Total:
    """Seconds of a whole loop: added up, or by a line through the points that were measured."""

    seconds: float
    points: int
    measured: int
    by: str
    """The size that the line is over."""
    line: Line | None
    """None where every point was measured."""
    error: float | None
    """Standard error in seconds of what was not measured; None where that cannot be told."""

    @property
    def how(self) -> str:
        """Where the seconds are from, in words."""
        if self.line is None:
            return f"all {self.points} measured"
        rest = self.line.residual
        around = "" if rest is None else f", {rest:.2g} s around it"
        return (
            f"{self.measured} of {self.points} measured: {self.line.start:.4g} s "
            f"{self.line.rate:+.3g} s x {self.by}{around}"
        )


def total(
    sizes: Sequence[float],
    measured: Sequence[Point],
    seconds: Sequence[float],
    by: str,
    start: float = 0.0,
) -> Total:
    """The whole loop over points of these `sizes` (by `by`), of which some were `measured`.

    `start` are seconds that the loop takes once.
    """
    if len(measured) == len(sizes):
        return Total(start + sum(seconds), len(sizes), len(sizes), by, None, None)
    line = fitted([point.size(by) for point in measured], seconds)
    in_all = start + line.total(sizes)
    return Total(in_all, len(sizes), len(measured), by, line, line.error(sizes))


def headline(
    walls: Sequence[float], trainings: int, plain: Total, decent: Total
) -> list[dict[str, Any]]:
    """The table that counts: wall times, and how many times ours the loops take."""
    ours = statistics.median(walls)
    runs = f"median of {len(walls)}, {min(walls):.0f} to {max(walls):.0f}"
    return [
        {
            "what": what,
            "wall_seconds": round(seconds, 1),
            "how": how,
            "error_seconds": _rounded(error),
            "trainings": count,
            "times_ours": round(seconds / ours, 2),
            "aim": aim,
        }
        for what, seconds, how, error, count, aim in (
            ("scalesearch grid", ours, runs, None, trainings, None),
            ("plain loop", plain.seconds, plain.how, plain.error, plain.points, PLAIN_AIM),
            ("decent loop", decent.seconds, decent.how, decent.error, decent.points, DECENT_AIM),
        )
    ]
