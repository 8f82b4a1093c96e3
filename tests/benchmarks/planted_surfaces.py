"""Surfaces whose best point is known, as real trainings suggest them, and trainings of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scalesearch.search.mixtures import Domain, lattice
from scalesearch.search.observations import Observations
from scalesearch.search.priors import blends

CANDIDATES = lattice(4)
"""The simplex of a search, in quarters, (15, 3)."""
MEASURED = (
    49.243, 52.262, 51.96, 51.025, 51.523, 52.536, 51.504, 52.315, 54.434, 53.057, 51.552, 51.962,
    53.998, 52.711, 53.891,
)  # fmt: skip
"""Top-1 in percent of those candidates of the profile `cifar10` as it was at first: means of six
trainings of 3 epochs, three of `stability_cifar10.csv` and three with other seeds."""
NOISE = 1.45
"""Standard deviation of a seed in points, pooled over the measured trainings."""
OWN = 0.3
"""Standard deviation in points of what is one network's own."""
LIKELY = 3.0
"""Standard deviation in points of the terms of a surface before they are measured."""
BASELINE = -3.5
"""Points that the baseline lies over the worst candidate; below 0, under it."""
DOUBLING = 4.0
"""Points that a doubling of the cost brings, where costs differ."""
_FINE = lattice(96)


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One planted surface, in points of top-1."""

    surface: Callable[[np.ndarray, np.ndarray], np.ndarray]
    """The surface as a function of mixtures (points, 3) and log2 cost ratios (points,)."""
    own: np.ndarray
    """(networks,): how far each candidate's own value lies over the surface."""
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
    """A kind of surfaces. `draw` makes one of them."""

    name: str
    draw: Callable[[np.random.Generator], Truth]


def regimes() -> tuple[Regime, ...]:
    """The kinds of the table."""
    beta, spread = measured()

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


def measured() -> tuple[np.ndarray, np.ndarray]:
    """Scheffe's quadratic of `MEASURED`: beta (6,) and its covariance.

    By ridge regression towards the mean, since a surface drawn about plain least squares would
    hold the noise of the means twice. Their spread about the surface, which holds noise and what
    is a network's own, is the error.
    """
    means, terms = np.array(MEASURED), design(CANDIDATES)
    squares = np.linalg.lstsq(terms, means, rcond=None)[1]
    error = float(squares[0]) / (len(means) - terms.shape[1])
    level = means.mean() * np.array([1, 1, 1, 0, 0, 0])
    spread = np.linalg.inv(terms.T @ terms / error + np.eye(6) / LIKELY**2)
    return level + spread @ terms.T @ (means - terms @ level) / error, spread


def design(mixtures: np.ndarray) -> np.ndarray:
    """Scheffe's six terms, (points, 6)."""
    return np.hstack([mixtures, blends(mixtures)])


def _truth(
    beta: np.ndarray,
    own: np.ndarray,
    noise: float = NOISE,
    ratios: np.ndarray | None = None,
    departure: Callable[[np.ndarray], np.ndarray] = lambda mixtures: np.zeros(len(mixtures)),
) -> Truth:
    def surface(mixtures: np.ndarray, log_ratios: np.ndarray) -> np.ndarray:
        return design(mixtures) @ beta + departure(mixtures) + DOUBLING * log_ratios

    return Truth(surface, own, np.zeros(15) if ratios is None else ratios - ratios.mean(), noise)


def _departure(rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """A draw of a Gaussian process of 1 point, whose squared exponential fades over 0.5."""
    frequencies, phases = rng.normal(0, 1 / 0.5, (3, 400)), rng.uniform(0, 2 * np.pi, 400)
    weights = rng.normal(0, 1, 400)
    return lambda mixtures: np.cos(mixtures @ frequencies + phases) @ weights * np.sqrt(2 / 400)
