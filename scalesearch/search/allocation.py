"""Which networks to train on further seeds, and what that would bring: the knowledge gradient.

A training is worth what it is expected to add to the highest posterior mean of the surface
(Frazier, Powell & Dayanik 2009, "The knowledge-gradient policy for correlated normal beliefs").
How sure the surface will be after a training does not depend on its result, so a whole round is
chosen before any of it begins.
"""

from collections.abc import Collection, Sequence

import numpy as np
from scipy.special import ndtr

from scalesearch.search.mixtures import Domain
from scalesearch.search.posterior import Posterior
from scalesearch.search.priors import blends
from scalesearch.search.surface import Surface
from scalesearch.search.threads import on_one_thread

_MOST_TRAININGS = 10**6
"""More than that prove nothing to anybody."""
_DIGITS = 9
"""Gains that agree to so many decimals count as equal, so that rounding never decides."""
_DRAWS = 2048
_FALSE_ALARM, _POWER = 1.96, 0.84
"""Normal quantiles of a two-sided test at 5 %, and of a power of 80 %."""
_LOOKS = np.linspace(-6, 6, 49)
"""Results of a training, in standard deviations, at which the best point is looked for."""


def expected_regret(posterior: Posterior, index: int) -> float:
    """Points by which the value `index` is expected to lie below the best of all, at least 0."""
    best = posterior.draws.max(1)
    return float(np.mean(best - posterior.draws[:, index]).round(_DIGITS))


def knowledge_gradient(
    surface: Surface, domain: Domain, size: int, out: Collection[int] = ()
) -> tuple[int, ...]:
    """The networks to train next, one new seed each, in the order in which they were chosen.

    Indices of `surface.observations.cells`, `size` of them, possibly some more than once, none of
    those `out`. The first of a round are the same whatever its size. There are none where all
    networks are out.
    """
    return tuple(index for index, _ in _choices(surface, domain, size, out))


def more(surface: Surface, domain: Domain, trainings: int) -> float:
    """Expected regret in points after so many more trainings, as `prospects` has it."""
    return prospects(surface, domain, (trainings,))[0]


@on_one_thread
def prospects(
    surface: Surface, domain: Domain, trainings: Sequence[int], now: float | None = None
) -> tuple[float, ...]:
    """Expected regret in points after so many more trainings, for each of `trainings`.

    `now` is that of the present, where it has been told; else it is found here.

    They are chosen by the knowledge gradient. The regret that is left is that of now less what
    they are expected to add to the highest posterior mean: E max(m + D) - max m, where D is normal
    with the part of the present covariance that they take away.
    """
    at = surface.at(domain.mixtures, domain.log_ratios)
    if now is None:
        now = expected_regret(at, int(np.argmax(at.mean.round(_DIGITS))))
    choices = _choices(surface, domain, max(trainings, default=0))
    taken = np.array([known[: len(at.mean)] for _, known in choices]).reshape(-1, len(at.mean))
    normal = np.random.RandomState(9).standard_normal((_DRAWS // 2, len(taken)))  # frozen stream
    best = at.mean.max()
    left = []
    for count in trainings:
        moved = normal[:, :count] @ taken[:count]
        gained = np.mean([(at.mean + sign * moved).max(1).mean() - best for sign in (1, -1)])
        left.append(float(round(max(now - gained, 0.0), _DIGITS)))
    return tuple(left)


def _choices(
    surface: Surface, domain: Domain, size: int, out: Collection[int] = ()
) -> list[tuple[int, np.ndarray]]:
    """Networks in order, each with the root of the covariance that it takes away, (values,)."""
    joint = surface.joint(domain.mixtures, domain.log_ratios, draws=0)
    points, networks = len(domain.mixtures), len(surface.observations.cells)
    covariance = joint.covariance[:, : points + networks]
    covariance = covariance[: points + networks].copy()
    mean = joint.mean[:points]
    noise = surface.noise**2 + surface.blocks**2
    trainings = [surface.observations.trainings(index) for index in range(networks)]
    allowed = [index for index in range(networks) if index not in out]
    places = [points + index for index in allowed]
    found: list[tuple[int, np.ndarray]] = []
    for _ in range(size if allowed else 0):
        scale = np.sqrt(np.maximum(covariance[places, places], 0) + noise)
        gains = _gains(mean, covariance[:points, places] / scale).round(_DIGITS)
        best = min(
            range(len(allowed)), key=lambda i: (-gains[i], trainings[allowed[i]], allowed[i])
        )
        known = covariance[:, places[best]] / scale[best]
        covariance -= np.outer(known, known)
        trainings[allowed[best]] += 1
        found.append((allowed[best], known))
    return found


def _gains(mean: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """E max(mean + slope Z) - max mean for a standard normal Z and each slope, (trainings,).

    `mean` (points,), `slopes` (points, trainings). The highest of the lines is found at many Z;
    between those that are highest somewhere the expectation is exact (Frazier et al., equation 14).
    """
    lines = mean[:, None, None] + slopes[:, :, None] * _LOOKS
    highest = np.argmax(lines, axis=0)
    level, slope = mean[highest], np.take_along_axis(slopes.T, highest, 1)
    steeper = np.maximum(np.diff(slope, axis=1), 0)
    turn = -np.abs(np.diff(level, axis=1)) / np.where(steeper > 0, steeper, 1)
    density = np.exp(-(turn**2) / 2) / np.sqrt(2 * np.pi)
    return (steeper * (density + turn * ndtr(turn))).sum(1)


def proof(
    mixtures: np.ndarray, first: np.ndarray, second: np.ndarray, noise: float, difference: float
) -> int | None:
    """Trainings in all, spread evenly over `mixtures` (networks, 3), that prove a difference.

    N = c noise^2 (1.96 + 0.84)^2 / difference^2, for a test at 5 % with a power of 80 %, where
    c noise^2 / N is the variance of the difference of Scheffe's quadratic, fitted by least squares,
    at `first` (3,) and `second` (3,). None where the networks cannot tell such points apart, and
    where there is no difference, or one that would take more than a million trainings.
    """
    design = np.hstack([mixtures, blends(mixtures)])
    a, b = (np.hstack([each, blends(each[None])[0]]) for each in (first, second))
    spread = np.linalg.pinv(design.T @ design, rcond=1e-10, hermitian=True)
    contrast = a - b
    seen = contrast @ spread @ (design.T @ design)
    if difference == 0 or np.abs(seen - contrast).max() > 1e-6:
        return None
    factor = len(mixtures) * contrast @ spread @ contrast
    count = np.ceil(factor * noise**2 * (_FALSE_ALARM + _POWER) ** 2 / difference**2)
    return None if count > _MOST_TRAININGS else max(len(mixtures), int(count))
