"""Times of all points of a loop from those of a few: pure functions."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def spread(sizes: Sequence[Sequence[float]], count: int) -> list[int]:
    """Positions of `count` points, ascending: the extremes by size, and others evenly spread.

    `sizes` has a sequence for each way to measure the points. The least and the most by the first
    of them are taken, then those by the next, while there is room. All points where there are no
    more. Raises ValueError for fewer than two.
    """
    if count < 2:
        raise ValueError(f"points must be at least 2. Got {count}.")
    every = range(len(sizes[0]))
    if count >= len(every):
        return list(every)
    chosen: list[int] = []
    for values in sizes:
        for extreme in (min(every, key=values.__getitem__), max(every, key=values.__getitem__)):
            there = any(values[place] == values[extreme] for place in chosen)
            if not there and len(chosen) < count:
                chosen.append(extreme)
    further = count - len(chosen)
    for index in range(further):
        wanted = (index + 0.5) * len(every) / further - 0.5
        left = [place for place in every if place not in chosen]
        chosen.append(min(left, key=lambda place: abs(place - wanted)))
    return sorted(chosen)


def before(points: int, runs: int) -> list[int]:
    """How many of so many points come before each of so many runs that are spread among them."""
    return [round(points * (run + 0.5) / runs) for run in range(runs)]


@dataclass(frozen=True, slots=True)
class Line:
    """seconds = start + rate * size, by least squares.

    `residual` is the standard deviation around the line in seconds, None where nothing is left to
    tell it by.
    """

    start: float
    rate: float
    residual: float | None
    points: int
    size: float
    """Mean size of those points."""
    squares: float
    """Sum of the squares of their sizes' distances from it."""

    def total(self, sizes: Sequence[float]) -> float:
        """Seconds of points of these sizes, one after another."""
        return sum(self.start + self.rate * size for size in sizes)

    def error(self, sizes: Sequence[float]) -> float | None:
        """Standard error in seconds of the total of points of these sizes, the measured among them.

        The others scatter around the line as the measured ones do, and the line itself is known as
        well as those tell its height and slope (the variance of a sum of predictions).
        """
        if self.residual is None:
            return None
        others = len(sizes) - self.points
        lean = sum(size - self.size for size in sizes)
        slope = lean**2 / self.squares if self.squares else 0.0
        return self.residual * math.sqrt(others + others**2 / self.points + slope)


def fitted(sizes: Sequence[float], seconds: Sequence[float]) -> Line:
    """The line through what was measured; a level one where all sizes are the same."""
    size, level = statistics.fmean(sizes), statistics.fmean(seconds)
    squares = sum((each - size) ** 2 for each in sizes)
    products = sum((x - size) * (y - level) for x, y in zip(sizes, seconds, strict=True))
    rate = products / squares if squares else 0.0
    start = level - rate * size
    free = len(sizes) - (2 if squares else 1)
    rest = sum((y - start - rate * x) ** 2 for x, y in zip(sizes, seconds, strict=True))
    residual = math.sqrt(rest / free) if free else None
    return Line(start, rate, residual, len(sizes), size, squares)
