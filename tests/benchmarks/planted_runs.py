"""A whole search of a planted surface: round by round, as a study does it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scalesearch.search.allocation import knowledge_gradient, more
from scalesearch.search.mixtures import domain
from scalesearch.search.optimum import NEAR, Optimum, optimum
from scalesearch.search.surface import Surface, fit

from .planted_surfaces import CANDIDATES, Regime, Truth

REGRET = 0.15
BASELINE_SEEDS = 5
LENGTHS = (45, 90)
FURTHER = 45


@dataclass(frozen=True, slots=True)
class Reached:
    """What a search said after some trainings, and what was true. In points of top-1."""

    trainings: int
    regret: float
    told_regret: float
    told_near: float
    bias: float
    """The told value of the named point less the true one."""
    value_covered: bool
    gain_covered: bool
    region_covered: bool
    region_share: float
    promised: float | None
    """Expected regret told for `FURTHER` more trainings."""

    @property
    def near(self) -> bool:
        return self.regret <= NEAR


@dataclass(frozen=True, slots=True)
class Run:
    """One search: what it had reached at each of `LENGTHS`, and where it would have stopped."""

    lengths: tuple[Reached, ...]
    stopped: Reached


def search(regime: Regime, seed: int) -> Run:
    """Search one surface of the regime to the last of `LENGTHS`, whatever its regret."""
    rng = np.random.default_rng(seed)
    truth = regime.draw(rng)
    noise = rng.normal(size=(LENGTHS[-1], len(CANDIDATES) + 1))
    reached, stopped = [], None
    for surface, found in _states(truth, noise):
        trainings = len(surface.observations.top1)
        if trainings in LENGTHS or (stopped is None and found.expected_regret <= REGRET):
            now = _reached(truth, surface, found, trainings == LENGTHS[0])
            stopped = stopped or (now if found.expected_regret <= REGRET else None)
            if trainings in LENGTHS:
                reached.append(now)
    return Run(tuple(reached), stopped or reached[-1])


def _states(truth: Truth, noise: np.ndarray) -> Iterator[tuple[Surface, Optimum]]:
    """The surface after each round."""
    counts, baseline = [1] * len(CANDIDATES), 1
    costs = tuple(np.exp2(truth.log_ratios)) if truth.log_ratios.any() else ()
    while True:
        surface = fit(truth.trained(counts, baseline, noise))
        seen = surface.observations
        points = domain(seen.mixtures, seen.log_ratios, seen.one_cost)
        yield surface, optimum(surface, points, REGRET, costs)
        done = sum(counts) + baseline
        if done >= LENGTHS[-1]:
            return
        size = min(5, next(length for length in LENGTHS if length > done) - done)
        if baseline < BASELINE_SEEDS:
            baseline, size = baseline + 1, size - 1
        for index in knowledge_gradient(surface, points, size):
            counts[index] += 1


def _reached(truth: Truth, surface: Surface, found: Optimum, ahead: bool) -> Reached:
    seen = surface.observations
    points = domain(seen.mixtures, seen.log_ratios, seen.one_cost)
    ratio = 0.0 if found.network is None else float(truth.log_ratios[found.network])
    value = truth.at(found.mixture, ratio)
    best, height = truth.best(points)
    gain = value - truth.baseline
    assert found.gain is not None
    nearest = int(np.argmin(np.abs(points.mixtures - best).max(1)))
    return Reached(
        trainings=len(seen.top1),
        regret=max(height - value, 0.0),
        told_regret=found.expected_regret,
        told_near=found.near,
        bias=float(found.value.mean[0]) - value,
        value_covered=bool(found.value.low[0] <= value <= found.value.high[0]),
        gain_covered=bool(found.gain.low[0] <= gain <= found.gain.high[0]),
        region_covered=bool(found.region[nearest]),
        region_share=float(found.region.mean()),
        promised=more(surface, points, FURTHER) if ahead else None,
    )
