"""What each part of `loop`'s gain is worth: pure functions over what was measured."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas

from .loop_rows import Point

Part = tuple[str, str, float, float]
"""A part, how it is measured, the loop's figure and ours; the greater, the slower."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Trainings of one search, medians: how fast, and what goes by beside the steps."""

    images_a_second: float
    """Of one worker, while the others train."""
    apart_seconds: float
    """Of a training: until its first step, and for scoring."""


def ours_of(trials: pandas.DataFrame, epoch_images: int) -> Ours:
    """From a trials.csv."""
    done = trials[(trials["state"] == "complete") & (trials["images_per_second"] > 0)]
    steps = done["epochs"] * epoch_images / done["images_per_second"]
    return Ours(
        float(done["images_per_second"].median()), float((done["seconds"] - steps).median())
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """What was measured of each part of the gain."""

    nominal: int
    distinct: int
    points: Sequence[Point]
    wall: float
    """Seconds of our search."""
    ours: Ours
    one: Ours | None
    one_wall: float | None
    """As `wall`, with one worker; None where that was not run."""
    workers: int
    trainings: int

    def rows(self) -> list[dict[str, Any]]:
        """A line for each part: the loop's figure, ours, and their ratio as a gain."""
        return [
            {
                "part": part,
                "measured_as": how,
                "theirs": round(theirs, 2),
                "ours": round(ours, 2),
                "gain": round(theirs / ours, 2),
            }
            for part, how, theirs, ours in (*self._loops(), *self._steps(), *self._search())
        ]

    def _loops(self) -> Iterator[Part]:
        both = [(p.plain["wall_seconds"], p.decent["seconds"]) for p in self.points if p.decent]
        yield "each distinct network once", "trainings", self.nominal, self.distinct
        walls, seconds = (statistics.fmean(times) for times in zip(*both, strict=True))
        yield "one process for all", "seconds a training, plain and decent loop", walls, seconds

    def _steps(self) -> Iterator[Part]:
        decent = [point.decent for point in self.points if point.decent]
        speed = statistics.median(told["images_per_second"] for told in decent)
        apart = statistics.median(
            told["seconds"] - told["images"] / told["images_per_second"] for told in decent
        )
        what = "seconds a training, decent loop and ours"
        yield "a training apart from its steps", what, apart, self.ours.apart_seconds
        if self.one is None or self.one_wall is None:
            machine = self.workers * self.ours.images_a_second
            what = "seconds a 1000 training images of the machine"
            yield f"steps, {self.workers} workers", what, 1000 / speed, 1000 / machine
            return
        what = "seconds a 1000 training images, Keras on all cores and one worker of ours"
        yield "steps", what, 1000 / speed, 1000 / self.one.images_a_second
        what = "wall seconds, one and all"
        yield f"{self.workers} workers", what, self.one_wall, self.wall

    def _search(self) -> Iterator[Part]:
        what = "trainings, the decent loop's and ours"
        yield "a baseline, further seeds", what, self.distinct, self.trainings
