"""Differences between networks trained at one length: one linear model of all their trainings.

    y = mean of its network + effect of its seed + noise

The noise is pooled over all networks. Seeds have effects (they are blocks) only where an F test of
all trainings finds such effects at 5 %. The same seed starts other weights in another network, so
that trainings of one seed have little in common but the order of the images, and blocks without
effects would only cost degrees of freedom. Where seeds are not blocks nothing is paired.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, stdtrit

from scalesearch.search.power import CONFIDENCE, seeds_to_prove

SIGNIFICANT = 0.05
METHOD = (
    "two-sided 95 % t intervals of a linear model of all trainings of one length: noise pooled "
    "over the arms, seeds as blocks where an F test finds them at 5 %; not corrected for the "
    "number of arms"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A weighted sum of means, as a fraction of top-1, with its 95 % interval.

    `low`, `high` and `degrees` are None where no noise is known.
    """

    mean: float
    low: float | None
    high: float | None
    degrees: float | None


@dataclass(frozen=True, slots=True)
class Seeds:
    """What the seeds of one length do.

    Attributes:
        are_blocks: whether they have effects in the model.
        p: of the F test; None where there is nothing to test.
        spread: standard deviation of their effects, estimated by moments and at least 0.
    """

    are_blocks: bool
    p: float | None
    spread: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """The model of all trainings of one length. Accuracies are fractions.

    Attributes:
        trainings: how many it is fitted to.
        means: of each network (networks,); nan where it was never trained to the end.
        spread: (networks, networks), covariance of the means in units of the noise's variance.
        noise: standard deviation of one training; None where no seeds differ.
        degrees: of freedom of the noise.
        seeds: what the seeds do.
    """

    trainings: int
    means: np.ndarray
    spread: np.ndarray
    noise: float | None
    degrees: int
    seeds: Seeds

    def difference(self, weights: Mapping[int, float]) -> Difference | None:
        """The sum of weights times means, weights by network; None where a mean is missing."""
        return combined([(self, weights)])

    def seeds_to_prove(self, difference: float) -> int | None:
        """Seeds of every network that would prove a difference between two of them."""
        trained = int(np.isfinite(self.means).sum())
        if self.noise is None:
            return None
        return seeds_to_prove(difference, self.noise, trained, self.seeds.are_blocks)


def fit(top1: Sequence[Mapping[int, float]]) -> Fit:
    """The model of what each network reached with each seed.

    A network whose seeds agree to the last digit, as at chance level, says nothing of the noise.
    """
    y = np.array([value for each in top1 for value in each.values()])
    of = np.array([number for number, each in enumerate(top1) for _ in each], int)
    seeds = sorted({seed for each in top1 for seed in each})
    seed = np.array([seeds.index(each) for values in top1 for each in values], int)
    varies = np.array([len(set(top1[number].values())) > 1 for number in of], bool)
    of_noise = [
        _least_squares(_design(of[varies], seed[varies], blocks), y[varies])
        for blocks in (False, True)
    ]
    found = _seeds(of[varies], seed[varies], *of_noise)
    noise = of_noise[found.are_blocks]
    design = _design(of, seed, found.are_blocks)
    used = _least_squares(design, y)
    there = np.unique(of)
    average = np.zeros((len(there), design.shape[1]))  # a network's mean over the seeds
    average[:, : len(there)] = np.eye(len(there))
    if found.are_blocks:
        average[:, len(there) :] = 1 / len(seeds)
    means = np.full(len(top1), np.nan)
    spread = np.full((len(top1), len(top1)), np.nan)
    means[there] = average @ used.coefficients
    spread[np.ix_(there, there)] = average @ used.inverse @ average.T
    known = noise.degrees > 0 and noise.squares > 0
    deviation = math.sqrt(noise.squares / noise.degrees) if known else None
    return Fit(len(y), means, spread, deviation, noise.degrees if known else 0, found)


def _design(of: np.ndarray, seed: np.ndarray, blocks: bool) -> np.ndarray:
    """One column a network, and of blocks one a seed but the first."""
    columns = [of[:, None] == np.unique(of)]
    if blocks:
        columns.append(seed[:, None] == np.arange(1, seed.max(initial=0) + 1))
    return np.hstack(columns).astype(float)


@dataclass(frozen=True, slots=True)
class _Solved:
    coefficients: np.ndarray
    inverse: np.ndarray
    squares: float
    degrees: int


def _least_squares(design: np.ndarray, y: np.ndarray) -> _Solved:
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ y
    squares = float(np.sum((y - design @ coefficients) ** 2))
    degrees = len(y) - int(np.linalg.matrix_rank(design))
    # What is left of equal numbers is rounding, and says nothing of the noise.
    return _Solved(coefficients, inverse, squares if squares > 1e-20 * len(y) else 0.0, degrees)


def _seeds(of: np.ndarray, seed: np.ndarray, plain: _Solved, both: _Solved) -> Seeds:
    """Whether seeds are blocks: the F test of the model with them against the one without."""
    added = plain.degrees - both.degrees
    if added < 1 or both.degrees < 1 or both.squares == 0:
        return Seeds(False, None, None)
    noise = both.squares / both.degrees
    more = max(0.0, plain.squares - both.squares)
    p = float(fdtrc(added, both.degrees, more / added / noise))
    networks = _design(of, seed, blocks=False)
    every = (seed[:, None] == np.unique(seed)).astype(float)
    left = every - networks @ np.linalg.lstsq(networks, every, rcond=None)[0]
    variance = max(0.0, (more - added * noise) / float(np.sum(left**2)))
    return Seeds(p < SIGNIFICANT, p, math.sqrt(variance))


def combined(parts: Sequence[tuple[Fit, Mapping[int, float]]]) -> Difference | None:
    """A weighted sum of means of one or more lengths, with its interval.

    Lengths have noise of their own; degrees of freedom are by Welch and Satterthwaite. Blocks drop
    out where the weights of each length sum to 0. None where a mean is missing.
    """
    mean = 0.0
    variances = []
    for model, weights in parts:
        vector = np.zeros(len(model.means))
        for number, weight in weights.items():
            if not math.isfinite(model.means[number]):
                return None
            vector[number] += weight
        used = np.flatnonzero(vector)
        vector = vector[used]
        mean += float(vector @ model.means[used])
        per_noise = float(vector @ model.spread[np.ix_(used, used)] @ vector)
        variances.append((per_noise, model.noise, model.degrees))
    counted = [each for each in variances if each[0] > 0]
    if not counted or any(noise is None for _, noise, _ in counted):
        return Difference(mean, None, None, None)
    squares = [(of * (noise or 0.0) ** 2, degrees) for of, noise, degrees in counted]
    total = sum(square for square, _ in squares)
    degrees = total**2 / sum(square**2 / each for square, each in squares)
    reach = float(stdtrit(degrees, (1 + CONFIDENCE) / 2)) * math.sqrt(total)
    return Difference(mean, mean - reach, mean + reach, degrees)
