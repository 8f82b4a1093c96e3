"""Successive halving: which share of a training a candidate gets before the next cut.

Jamieson & Talwalkar 2016 (arXiv 1502.07943): all candidates train for a while, the better part of
them goes on, and so forth. Synchronous: each cut waits for all, so it depends on no one's speed.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Halving:
    """When candidates are cut, and how many go on.

    Raises ValueError where `factor` is not above 1, or `first` does not lie between 0 and 1.
    """

    factor: float
    """Of so many candidates one goes on; the next cut comes after so many times the steps."""
    first: float
    """Share of a training's steps before the first cut."""

    def __post_init__(self) -> None:
        if not self.factor > 1:
            raise ValueError(f"factor must be above 1. Got {self.factor}.")
        if not 0 < self.first < 1:
            raise ValueError(f"first must lie between 0 and 1. Got {self.first}.")

    @property
    def rungs(self) -> tuple[float, ...]:
        """Shares of a training after which candidates are cut, ascending, all below 1."""
        count = math.ceil(-math.log(self.first) / math.log(self.factor) - 1e-9)
        return tuple(self.first * self.factor**power for power in range(count))

    def going_on(self, candidates: int, least: int) -> int:
        """How many of so many candidates go on; never fewer than `least`, if there are as many."""
        return min(candidates, max(least, math.ceil(candidates / self.factor)))

    def legs(
        self, candidates: int, least: int, since: float = 0.0
    ) -> Iterator[tuple[int, float, float]]:
        """(candidates, since, until): how many train from one cut to the next, as shares.

        They begin at the share `since`. Cuts at which all would go on are left out.
        """
        for rung in self.rungs:
            if rung <= since:
                continue
            going_on = self.going_on(candidates, least)
            if going_on == candidates:
                break
            yield candidates, since, rung
            candidates, since = going_on, rung
        yield candidates, since, 1.0

    def trainings(self, candidates: int, least: int) -> float:
        """The work of so many candidates, in whole trainings."""
        return sum(count * (until - since) for count, since, until in self.legs(candidates, least))

    def to_json(self) -> dict[str, Any]:
        """Plain values; `Halving(**values)` makes the same of them."""
        return asdict(self)
