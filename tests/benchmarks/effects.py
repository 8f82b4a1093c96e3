"""Effects in tables of measurements: least squares, spreads, their intervals: pure functions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95
"""The confidence level of every interval here."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One coefficient of a least-squares fit, with its interval by Student's t."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A least-squares fit."""

    effects: Mapping[str, Effect]
    residual: float
    """Standard deviation of the residuals, by the degrees of freedom that the fit leaves."""
    freedom: float
    covariance: np.ndarray
    """Covariance of the coefficients, in the order of `effects`."""

    @property
    def values(self) -> np.ndarray:
        return np.array([effect.value for effect in self.effects.values()])


def least_squares(
    columns: Mapping[str, Sequence[float]],
    values: Sequence[float],
    prior: Mapping[str, float] | None = None,
) -> Fit:
    """`values` (n,) as a sum of columns (n,) times coefficients.

    `prior` has the standard deviations about 0 that some coefficients are believed to have; others
    are free (a generalised ridge regression, whose noise and degrees of freedom are worked out
    together by iteration). Raises ValueError where columns are linearly dependent or values too
    few.
    """
    design = np.column_stack([np.asarray(column, float) for column in columns.values()])
    count, width = design.shape
    believed = [(prior or {}).get(name) for name in columns]
    held = np.diag([0.0 if sd is None else sd**-2 for sd in believed])
    free = [at for at, sd in enumerate(believed) if sd is None]
    if count <= len(free) or np.linalg.matrix_rank(design[:, free]) < len(free):
        raise ValueError(f"{count} values do not tell {width} effects apart")
    if prior is None and np.linalg.matrix_rank(design) < width:
        raise ValueError(f"{count} values do not tell {width} effects apart")
    answers = np.asarray(values, float)
    variance, freedom = float(np.var(answers, ddof=1)), float(count - width)
    for _ in range(200 if prior else 1):
        inverse = np.linalg.inv(design.T @ design + variance * held)
        found = inverse @ design.T @ answers
        left = answers - design @ found
        freedom = count - float(np.trace(inverse @ design.T @ design))
        before, variance = variance, max(float(left @ left) / freedom, 1e-12)
        if abs(variance - before) < 1e-9 * before:
            break
    covariance = variance * inverse
    reach = stats.t.ppf((1 + LEVEL) / 2, freedom) * np.sqrt(np.diag(covariance))
    effects = {
        name: Effect(float(value), float(value - wide), float(value + wide))
        for name, value, wide in zip(columns, found, reach, strict=True)
    }
    return Fit(effects, math.sqrt(variance), freedom, covariance)


def mean_of(values: Sequence[float]) -> Effect:
    """A mean with its interval by Student's t; of one value it is infinitely wide."""
    count, mean = len(values), float(np.mean(values))
    if count < 2:
        return Effect(mean, -math.inf, math.inf)
    reach = stats.t.ppf((1 + LEVEL) / 2, count - 1) * float(np.std(values, ddof=1)) / count**0.5
    return Effect(mean, mean - reach, mean + reach)


def spread_of(squares: float, freedom: int) -> Effect:
    """A standard deviation from a sum of squares, with its interval by chi-squared."""
    if freedom < 1:
        return Effect(math.nan, 0.0, math.inf)
    low, high = (stats.chi2.ppf((1 + side * LEVEL) / 2, freedom) for side in (1, -1))
    return Effect(*(math.sqrt(squares / by) for by in (freedom, low, high)))


def within(groups: Sequence[Sequence[float]]) -> tuple[float, int]:
    """Sum of squares of values about the mean of their own group, and its degrees of freedom."""
    parts = [np.asarray(group, float) for group in groups]
    squares = sum(float(np.square(part - part.mean()).sum()) for part in parts)
    return squares, sum(len(part) - 1 for part in parts)


def beside_blocks(table: np.ndarray) -> tuple[float, int]:
    """Sum of squares of (groups, blocks) beside the means of rows and of columns, and its freedom.

    What is left of a seed's influence where it moves all networks alike.
    """
    left = table - table.mean(1, keepdims=True) - table.mean(0, keepdims=True) + table.mean()
    return float(np.square(left).sum()), (table.shape[0] - 1) * (table.shape[1] - 1)


def between(groups: Sequence[Sequence[float]], noise: float) -> float:
    """Standard deviation of groups beyond what the noise of their values makes of their means.

    One-way random effects by moments; 0 where noise is more than all of it, not a number where the
    noise is not known.
    """
    means = np.array([np.mean(group) for group in groups])
    if not math.isfinite(noise) or len(means) < 2:
        return math.nan
    own = float(np.mean([1 / len(group) for group in groups])) * noise**2
    return math.sqrt(max(0.0, float(np.var(means, ddof=1)) - own))


def jackknife(parts: Sequence[float], whole: float) -> Effect:
    """A value found of all groups, its interval from the `parts` found without one group each."""
    count = len(parts)
    own = count * whole - (count - 1) * np.asarray(parts, float)
    reach = stats.t.ppf((1 + LEVEL) / 2, count - 1) * float(np.std(own, ddof=1)) / count**0.5
    return Effect(whole, whole - reach, whole + reach)


def told(value: float, digits: int = 2) -> float | None:
    """The value rounded for a table; None where it is no finite number, so that nothing is told."""
    return round(value, digits) if math.isfinite(value) else None
