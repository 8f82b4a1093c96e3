"""Surfaces whose best point is known, as real trainings suggest them, and trainings of them."""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scalesearch.search.mixtures import Domain, lattice
from scalesearch.search.observations import Observations
from scalesearch.search.priors import blends

TABLES = Path("results/benchmarks")
CORNERS = {"depth alone": (4, 0, 0), "width alone": (0, 4, 0), "resolution alone": (0, 0, 4)}
CANDIDATES = lattice(4)
"""The simplex of a search, in quarters, (15, 3)."""
NOISE = 1.45
"""Standard deviation of a seed in points, pooled over the measured trainings."""
OWN = 0.3
"""Standard deviation in points of what is one network's own."""
LIKELY = 3.0
"""Standard deviation in points of terms before they are measured."""
BASELINE = -3.5
"""Points of the baseline over the worst candidate's, as measured."""
_FINE = lattice(96)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One planted surface, in points of top-1."""

    surface: Callable[[np.ndarray, np.ndarray], np.ndarray]
    """Of mixtures (points, 3) and log2 cost ratios (points,)."""
    own: np.ndarray
    """(networks,): what each candidate's own value lies over the surface."""
    log_ratios: np.ndarray
    """(networks,)."""
    noise: float

    def at(self, mixture: np.ndarray, log_ratio: float = 0.0) -> float:
        return float(self.surface(mixture[None], np.array([log_ratio]))[0])

    def best(self, domain: Domain) -> tuple[np.ndarray, float]:
        """The best mixture of the domain, and the value there."""
        points, ratios = domain.mixtures, domain.log_ratios
        if domain.continuous:
            points = _FINE[domain.holds(_FINE)]
            ratios = np.zeros(len(points))
        values = self.surface(points, ratios)
        return points[np.argmax(values)], float(values.max())

    @property
    def baseline(self) -> float:
        return float(self.surface(CANDIDATES, self.log_ratios).min()) + BASELINE

    def trained(self, counts: Sequence[int], baseline: int, noise: np.ndarray) -> Observations:
        """Trainings of every candidate, and of the baseline, with that many seeds from 0.

        `noise` (seeds, networks + 1) is standard normal: of each seed of each network, and of the
        baseline last, so that more seeds leave those as they are that were trained before.
        """
        values = self.surface(CANDIDATES, self.log_ratios) + self.own
        places = [(i, s) for i, count in enumerate(counts) for s in range(count)]
        places = [(-1, s) for s in range(baseline)] + places
        network, block = np.array(places).T
        exact = np.append(values, self.baseline)[network]
        return Observations(
            cells=tuple(f"{i:02d}" for i in range(len(values))),
            mixtures=CANDIDATES,
            log_ratios=self.log_ratios - self.log_ratios.mean(),
            network=network,
            block=block,
            top1=exact + self.noise * noise[block, network],
        )


@dataclass(frozen=True, slots=True)
class Regime:
    """A kind of surfaces; `draw` makes one."""

    name: str
    draw: Callable[[np.random.Generator], Truth]


def regimes(folder: Path = TABLES) -> tuple[Regime, ...]:
    """Those of the table, by the trainings of `cifar10` that lie in `folder`."""
    beta, spread = measured(folder)

    def quadratic(rng: np.random.Generator, share: float = 1.0) -> np.ndarray:
        drawn = rng.multivariate_normal(beta, spread)
        middle = (design(CANDIDATES) @ drawn).mean()
        return share * (drawn - middle * np.array([1, 1, 1, 0, 0, 0])) + middle * np.array(
            [1, 1, 1, 0, 0, 0]
        )

    def as_measured(rng: np.random.Generator) -> Truth:
        return _truth(quadratic(rng), OWN * rng.normal(size=15))

    def half_noise(rng: np.random.Generator) -> Truth:
        return _truth(quadratic(rng), OWN * rng.normal(size=15), noise=NOISE / 2)

    def flat(rng: np.random.Generator) -> Truth:
        return _truth(quadratic(rng, 0.25), OWN * rng.normal(size=15))

    def process(rng: np.random.Generator) -> Truth:
        plane = np.concatenate([quadratic(rng)[:3], np.zeros(3)])
        return _truth(plane, OWN * rng.normal(size=15), departure=_departure(rng))

    def parity(rng: np.random.Generator) -> Truth:
        return _truth(quadratic(rng), rng.choice([-0.5, 0.5], 15))

    def unequal(rng: np.random.Generator) -> Truth:
        return _truth(quadratic(rng), OWN * rng.normal(size=15), ratios=rng.uniform(-0.3, 0.3, 15))

    return (
        Regime("quadratic as measured", as_measured),
        Regime("flat", flat),
        Regime("Gaussian process", process),
        Regime("half the noise", half_noise),
        Regime("parity effect", parity),
        Regime("unequal costs", unequal),
    )


def measured(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Scheffe's quadratic of the two sets of `cifar10` trainings: beta (6,), its covariance.

    By ridge regression towards the mean, since a surface drawn about plain least squares would
    hold the noise of the means twice. Their spread about the surface, which holds noise and what
    is a network's own, is the error.
    """
    with open(folder / "cuts_cifar10_reached.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if float(row["share"]) == 1]
    with open(folder / "stability_cifar10_candidates.csv", encoding="utf-8") as file:
        others = {row["name"]: float(row["top1_mean_percent"]) for row in csv.DictReader(file)}
    names = sorted({row["names"] for row in rows})
    first = [np.mean([100 * float(r["top1"]) for r in rows if r["names"] == n]) for n in names]
    means = (np.array(first) + [others[name] for name in names]) / 2
    terms = design(np.array([_mixture(name) for name in names]))
    squares = np.linalg.lstsq(terms, means, rcond=None)[1]
    error = float(squares[0]) / (len(names) - terms.shape[1])
    level = means.mean() * np.array([1, 1, 1, 0, 0, 0])
    spread = np.linalg.inv(terms.T @ terms / error + np.eye(6) / LIKELY**2)
    return level + spread @ terms.T @ (means - terms @ level) / error, spread


def design(mixtures: np.ndarray) -> np.ndarray:
    """Scheffe's six terms, (points, 6)."""
    return np.hstack([mixtures, blends(mixtures)])


def _mixture(name: str) -> np.ndarray:
    """Of a candidate's names, such as "d1 w1 r2 /4; paper"."""
    for corner, parts in CORNERS.items():
        if corner in name:
            return np.array(parts) / 4
    found = re.search(r"d(\d) w(\d) r(\d) /4", name)
    assert found is not None, name
    return np.array([int(part) for part in found.groups()]) / 4


def _truth(
    beta: np.ndarray,
    own: np.ndarray,
    noise: float = NOISE,
    ratios: np.ndarray | None = None,
    departure: Callable[[np.ndarray], np.ndarray] = lambda mixtures: np.zeros(len(mixtures)),
) -> Truth:
    def surface(mixtures: np.ndarray, log_ratios: np.ndarray) -> np.ndarray:
        return design(mixtures) @ beta + departure(mixtures) + POINTS_A_DOUBLING * log_ratios

    return Truth(surface, own, np.zeros(15) if ratios is None else ratios - ratios.mean(), noise)


POINTS_A_DOUBLING = 4.0


def _departure(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """A draw of a Gaussian process of 1 point, whose squared exponential fades over 0.5."""
    frequencies, phases = rng.normal(0, 1 / 0.5, (3, 400)), rng.uniform(0, 2 * np.pi, 400)
    weights = rng.normal(0, 1, 400)
    return lambda mixtures: np.cos(mixtures @ frequencies + phases) @ weights * np.sqrt(2 / 400)
