"""Which networks to train on further seeds, and what that would bring: the knowledge gradient.

A training is worth what it is expected to add to the highest posterior mean of the surface
(Frazier, Powell & Dayanik 2009, "The knowledge-gradient policy for correlated normal beliefs").
Choosing a training tells how sure the surface will be after it, whatever its result, so that a whole
round is chosen before any of it begins.
"""

from collections.abc import Collection

import numpy as np
from scipy.special import ndtr

from scalesearch.search.mixtures import Domain
from scalesearch.search.posterior import Posterior
from scalesearch.search.priors import blends
from scalesearch.search.surface import Surface

_DIGITS = 9
"""Decimals beyond which gains are alike, so that rounding never chooses."""
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


def more(surface: Surface, domain: Domain, trainings: int, out: Collection[int] = ()) -> float:
    """Expected regret in points after so many more trainings, chosen by the knowledge gradient.

    The regret that is left is that of now less what the trainings are expected to add to the
    highest posterior mean: E max(m + D) - max m, where D is normal with the part of the present
    covariance that they take away.
    """
    joint = surface.joint(domain.mixtures, domain.log_ratios)
    points = len(domain.mixtures)
    at = joint.part(slice(points))
    now = expected_regret(at, int(np.argmax(at.mean.round(_DIGITS))))
    taken = np.array([known[:points] for _, known in _choices(surface, domain, trainings, out)])
    if not len(taken):
        return now
    normal = np.random.RandomState(9).standard_normal((_DRAWS // 2, len(taken)))  # frozen stream
    moved = normal @ taken
    best = at.mean.max()
    gained = np.mean([(at.mean + sign * moved).max(1).mean() - best for sign in (1, -1)])
    return float(round(max(now - gained, 0.0), _DIGITS))


def _choices(
    surface: Surface, domain: Domain, size: int, out: Collection[int]
) -> list[tuple[int, np.ndarray]]:
    """Networks in order, each with what its training takes away: a root of covariance, (values,)."""
    joint = surface.joint(domain.mixtures, domain.log_ratios)
    points, networks = len(domain.mixtures), len(surface.observations.cells)
    covariance = joint.covariance[:, : points + networks]
    covariance = covariance[: points + networks].copy()
    mean = joint.mean[:points]
    noise = surface.noise**2 + surface.blocks**2
    trainings = [surface.observations.trainings(index) for index in range(networks)]
    allowed = [index for index in range(networks) if index not in out]
    found: list[tuple[int, np.ndarray]] = []
    for _ in range(size if allowed else 0):
        places = [points + index for index in allowed]
        scale = np.sqrt(np.maximum(covariance[places, places], 0) + noise)
        gains = [
            gain(mean, covariance[:points, place] / each)
            for place, each in zip(places, scale, strict=True)
        ]
        best = min(
            range(len(allowed)),
            key=lambda i: (-round(gains[i], _DIGITS), trainings[allowed[i]], allowed[i]),
        )
        known = covariance[:, places[best]] / scale[best]
        covariance -= np.outer(known, known)
        trainings[allowed[best]] += 1
        found.append((allowed[best], known))
    return found


def gain(mean: np.ndarray, slope: np.ndarray) -> float:
    """E max(mean + slope Z) - max mean for a standard normal Z; both (points,).

    The highest line is found at many Z first; between those that are highest somewhere the
    expectation is exact.
    """
    highest = np.unique(np.argmax(mean[:, None] + slope[:, None] * _LOOKS, axis=0))
    order = np.lexsort((mean[highest], slope[highest]))
    a, b = mean[highest][order], slope[highest][order]
    lines: list[int] = []
    starts: list[float] = []
    for i in range(len(a)):
        start = -np.inf
        while lines:
            top = lines[-1]
            if b[i] == b[top]:
                lines.pop(), starts.pop()
                continue
            start = (a[top] - a[i]) / (b[i] - b[top])
            if start > starts[-1]:
                break
            lines.pop(), starts.pop()
            start = -np.inf
        lines.append(i)
        starts.append(start)
    c = np.array(starts[1:])
    low = np.concatenate([[0.0], ndtr(c)])
    high = np.concatenate([ndtr(c), [1.0]])
    density = np.exp(-(c**2) / 2) / np.sqrt(2 * np.pi)
    density_low, density_high = np.concatenate([[0.0], density]), np.concatenate([density, [0.0]])
    a, b = a[lines], b[lines]
    return float(a @ (high - low) + b @ (density_low - density_high) - mean.max())


def proof(
    mixtures: np.ndarray, first: np.ndarray, second: np.ndarray, noise: float, difference: float
) -> int | None:
    """Trainings in all, spread evenly over `mixtures` (networks, 3), that prove a difference.

    N = c noise^2 (1.96 + 0.84)^2 / difference^2, for a test at 5 % with a power of 80 %, where
    c noise^2 / N is the variance of the difference of Scheffe's quadratic, fitted by least squares,
    at `first` (3,) and `second` (3,). None where the networks cannot tell such points apart, and
    where there is no difference.
    """
    design = np.hstack([mixtures, blends(mixtures)])
    a, b = (np.hstack([each, blends(each[None])[0]]) for each in (first, second))
    spread = np.linalg.pinv(design.T @ design, rcond=1e-10, hermitian=True)
    contrast = a - b
    seen = contrast @ spread @ (design.T @ design)
    if difference == 0 or np.abs(seen - contrast).max() > 1e-6:
        return None
    factor = len(mixtures) * contrast @ spread @ contrast
    return int(np.ceil(factor * noise**2 * (_FALSE_ALARM + _POWER) ** 2 / difference**2))
