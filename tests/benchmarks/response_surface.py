"""Accuracy of proxies as a quadratic surface over blocks, width and pixels: pure functions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .effects import Effect, Fit, least_squares
from .training_outcomes import Outcome

TERM_NAMES = ("1", "d", "w", "r", "d d", "w w", "r r", "d w", "d r", "w r")
TERMS = len(TERM_NAMES)
BEND = 3.0
"""Standard deviation in points, about 0, that is assumed of the quadratic terms."""
DRAWS = 4000
STEP = 24
"""The triangle is looked at in steps of 1/STEP of a share."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Accuracy in points as a quadratic in log2 blocks, 2 log2 width and 2 log2 pixels.

    In each a step of 1 doubles the cost, as the formula has it. Where networks were trained with
    several learning rates, those have a quadratic of their own, in log2. Quadratic terms are held
    near 0 by a prior, since a few dozen trainings hardly tell them apart.
    """

    middle: np.ndarray
    """The point, (3,), about which the quadratic is written."""
    fit: Fit

    @property
    def values(self) -> np.ndarray:
        """The ten coefficients of the quadratic."""
        return self.fit.values[:TERMS]

    @property
    def covariance(self) -> np.ndarray:
        """The covariance of the coefficients, (10, 10)."""
        return self.fit.covariance[:TERMS, :TERMS]

    def gradients(self, at: np.ndarray) -> list[Effect]:
        """Points for each doubling of cost in depth, width and resolution there, with intervals."""
        reach = float(stats.t.ppf(0.975, self.fit.freedom))
        found = []
        for row in self._slopes(at):
            value = float(row @ self.values)
            wide = reach * math.sqrt(float(row @ self.covariance @ row))
            found.append(Effect(value, value - wide, value + wide))
        return found

    def doubled(self, at: np.ndarray, shares: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Gain in points of a doubled budget split by `shares` (n, 3), by draws (draws, n)."""
        step = terms(at[None] + shares - self.middle) - terms(at[None] - self.middle)
        return np.asarray(draws @ step.T)

    def draws(self) -> np.ndarray:
        """Coefficients (draws, terms), the same at every call, from their multivariate t."""
        rng = np.random.default_rng(0)
        root = np.linalg.cholesky(self.covariance)
        normal = rng.standard_normal((DRAWS, len(root)))
        scale = np.sqrt(self.fit.freedom / rng.chisquare(self.fit.freedom, DRAWS))
        return np.asarray(self.values + scale[:, None] * (normal @ root.T))

    def _slopes(self, at: np.ndarray) -> np.ndarray:
        """Derivatives of the terms, (3, terms)."""
        tiny = 1e-4
        steps = tiny * np.eye(3)
        return np.asarray(
            (terms(at + steps - self.middle) - terms(at - steps - self.middle)) / (2 * tiny)
        )


def terms(v: np.ndarray) -> np.ndarray:
    """1, the three, their squares and their products: (n, 3) to (n, 10)."""
    d, w, r = v.T
    return np.stack([np.ones_like(d), d, w, r, d * d, w * w, r * r, d * w, d * r, w * r], axis=1)


def place(outcome: Outcome) -> np.ndarray:
    """log2 blocks, 2 log2 width (of the full-size network's channels) and 2 log2 pixels."""
    job = outcome.job
    return np.array(
        [
            math.log2(outcome.blocks),
            2 * math.log2(job.width * job.proxy.width),
            2 * math.log2(job.resolution),
        ]
    )


def surface_of(outcomes: Sequence[Outcome]) -> Surface:
    """The least-squares surface. Raises ValueError where trainings are too few or too alike."""
    places = np.array([place(each) for each in outcomes])
    middle = places.mean(0)
    values = [each.top1() for each in outcomes]
    columns = dict(zip(TERM_NAMES, terms(places - middle).T, strict=True))
    rates = np.array([math.log2(each.job.recipe.learning_rate) for each in outcomes])
    if len(set(rates)) > 1:
        away = rates - np.median(rates)
        columns["rate"] = away
        if len(set(rates)) > 2:
            columns["rate rate"] = away**2
    bends = {name: BEND for name in columns if " " in name}
    return Surface(middle, least_squares(columns, values, bends))


def triangle() -> np.ndarray:
    """Shares over the triangle, (n, 3), the corners of depth, width and resolution first."""
    inner = [
        (d / STEP, w / STEP, (STEP - d - w) / STEP)
        for d in range(STEP + 1)
        for w in range(STEP + 1 - d)
        if max(d, w, STEP - d - w) < STEP
    ]
    return np.concatenate([np.eye(3), np.array(inner)])
