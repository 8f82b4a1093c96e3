"""What searches told, beside what the trainings of all other searches say: pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scalesearch.search.mixtures import Domain, domain
from scalesearch.search.observations import observations
from scalesearch.search.optimum import Optimum, optimum
from scalesearch.search.surface import Surface, fit

from .agreement import kendall_tau

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The surface of some trainings, and the points that may be named on it."""

    surface: Surface
    points: Domain
    best: float
    """The value of the surface at its best point, in points of top-1."""
    heights: Mapping[str, float]
    """The value of the surface at each network, by cell."""

    @classmethod
    def of(cls, rows: Rows) -> "Fitted":
        surface = fit(observations(rows))
        seen = surface.observations
        points = domain(seen.mixtures, seen.log_ratios, seen.one_cost)
        heights = dict(zip(seen.cells, surface.mean(seen.mixtures).tolist(), strict=True))
        return cls(surface, points, float(surface.mean(points.mixtures).max()), heights)

    @property
    def optimum(self) -> Optimum:
        return optimum(self.surface, self.points)

    def at(self, mixture: np.ndarray) -> float:
        """The value of the surface at a point."""
        return float(self.surface.mean(mixture[None])[0])

    def regret(self, mixture: np.ndarray) -> float:
        """Points by which the surface lies lower there than at its best."""
        return max(self.best - self.at(mixture), 0.0)

    def tau(self, ranking: Mapping[str, float]) -> float:
        """Kendall's tau between a ranking of networks and the surface, at those that both have."""
        cells = [cell for cell in self.heights if cell in ranking]
        return kendall_tau([ranking[c] for c in cells], [self.heights[c] for c in cells])


@dataclass(frozen=True, slots=True)
class Judged:
    """One search held against the others. In points of top-1."""

    told: Optimum
    trainings: int
    regret: float
    """How far its named point lies below the best one, on the surface of the others."""
    value: float
    """The value of that surface at its named point."""
    tau: float
    """Kendall's tau between its ranking and theirs."""

    @property
    def bias(self) -> float:
        """What it told of its named point less what the others say of it."""
        return float(self.told.value.mean[0]) - self.value


def judged(searches: Sequence[Rows]) -> Iterator[Judged]:
    """Each search in turn; no training of it has a part in what it is held against."""
    for place, rows in enumerate(searches):
        others = [row for other, of in enumerate(searches) if other != place for row in of]
        own, truth = Fitted.of(rows), Fitted.of(others)
        told = own.optimum
        yield Judged(
            told,
            len(rows),
            truth.regret(told.mixture),
            truth.at(told.mixture),
            truth.tau(own.heights),
        )
