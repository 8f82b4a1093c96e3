"""The point that a surface names as its best, how good it is, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scalesearch.search.allocation import expected_regret
from scalesearch.search.mixtures import STEPS, Domain
from scalesearch.search.observations import Observations
from scalesearch.search.posterior import Posterior
from scalesearch.search.surface import Surface

SURE = 0.8
"""A cheaper network is named if it lies within the regret of the best with this probability."""
EQUALLY_CHEAP = 0.05
"""Costs that differ by less than this share count as equal: rounding alone makes such gaps."""
NEAR = 0.3
"""Points of top-1 within which a named point is told to be near the best."""
MASS = 0.95
"""Probability of the region of the optimum."""
CORNERS = np.eye(3)
"""Depth, width and resolution alone."""
_AT_CORNER = 0.2
"""How far, in shares, the nearest trained network may lie from a corner for it to be told of: a
network that scales one dimension alone meets its cost with a little of another."""
_FINEST = 0.002
_NEIGHBOURS = 1.0 / STEPS
"""Standard deviation, in shares, within which points count as about equally good."""
_DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """What is believed of the named point. Values are in points of top-1."""

    mixture: np.ndarray
    """(3,): the named shares of depth, width and resolution, by multipliers as built."""
    network: int | None
    """The index of the network that it is, where only those that were trained may be named."""
    value: Posterior
    """(1,): the surface at the named point."""
    baseline: Posterior | None
    """(1,): the baseline's own value."""
    gain: Posterior | None
    """(1,): the named point's value less the baseline's."""
    expected_regret: float
    """Points by which it is expected to lie below the best point of the domain."""
    near: float
    """Probability that it lies within `NEAR` points of that."""
    beats: tuple[float | None, float | None, float | None]
    """Probabilities that it beats depth, width and resolution alone; None where what was trained
    does not reach that corner, and where it is named itself."""
    differences: tuple[float | None, float | None, float | None]
    """Points by which it is expected to beat each of them."""
    region: np.ndarray
    """(points,): which points of the domain are in the 95 % region of the optimum."""
    chances: np.ndarray
    """(points,): probability that the best point of the domain is this one."""
    surface: Posterior
    """(networks,): the surface at each trained network."""
    own: Posterior
    """(networks,): each network's own value."""
    best: np.ndarray
    """(networks,): probability that the surface is highest there among the trained networks."""


def optimum(
    surface: Surface,
    domain: Domain,
    regret: float = 0.15,
    costs: Sequence[float] = (),
    instead: np.ndarray | None = None,
) -> Optimum:
    """The named point of `domain` and what is believed of it.

    It is where the posterior mean of the surface is highest. Where the networks' `costs` are given
    and only they may be named, it is the cheapest that lies within `regret` points of the best
    with a probability of 0.8; costs within 5 % count as equal. Between networks of one cost
    `instead` (3,) is named where it is given, whatever the surface says.
    """
    seen = surface.observations
    points, networks = len(domain.mixtures), len(seen.cells)
    named = domain.mixtures[0] if instead is None else instead
    if domain.continuous and instead is None:
        named = _highest(surface, domain)
    joint = surface.joint(
        np.vstack([domain.mixtures, named[None], CORNERS, seen.mixtures]),
        np.concatenate([domain.log_ratios, np.zeros(4), seen.log_ratios]),
    )
    place, network, choice = points, None, slice(points + 1)
    if not domain.continuous:
        choice = slice(points)
        place = network = _cheapest(joint.part(choice), regret, costs)
        named = domain.mixtures[place]
    at = joint.part(choice)
    missed = at.draws.max(1) - at.draws[:, place]
    trained = joint.part(slice(points + 4, points + 4 + networks))
    own = slice(points + 4 + networks, points + 4 + 2 * networks)
    corners = [_corner(seen, domain, place, named, number) for number in range(3)]
    chances = best_chances(joint.part(slice(points)))
    return Optimum(
        mixture=named,
        network=network,
        value=joint.part(slice(place, place + 1)),
        baseline=joint.part(slice(own.stop, own.stop + 1)) if seen.baseline else None,
        gain=joint.less(place, own.stop) if seen.baseline else None,
        expected_regret=expected_regret(at, place),
        near=float(np.mean(missed <= NEAR)),
        beats=_of_each(corners, lambda c: float(np.mean(joint.less(place, c).draws > 0))),
        differences=_of_each(corners, lambda c: float(joint.less(place, c).mean[0])),
        region=region(chances, domain.mixtures if domain.continuous else None),
        chances=chances,
        surface=trained,
        own=joint.part(own),
        best=best_chances(trained),
    )


def best_chances(posterior: Posterior) -> np.ndarray:
    """The probability of each value to be the highest, (values,)."""
    highest = np.argmax(posterior.draws, axis=1)
    return np.bincount(highest, minlength=posterior.draws.shape[1]) / len(highest)


def region(chances: np.ndarray, mixtures: np.ndarray | None = None) -> np.ndarray:
    """The likeliest points that hold the optimum with a probability of 95 % together, (points,).

    On a triangle, given by its `mixtures` (points, 3), a point counts with its neighbours: those
    near which the optimum most probably lies come first. Which of two neighbours is the optimum
    more often is chance, and would leave holes.
    """
    likely = chances
    if mixtures is not None:
        apart = np.square(mixtures[:, None] - mixtures[None]).sum(-1)
        likely = (np.exp(-apart / (2 * _NEIGHBOURS**2)) @ chances).round(_DIGITS)
    order = np.argsort(-likely, kind="stable")
    enough = int(np.searchsorted(np.cumsum(chances[order]).round(_DIGITS), MASS)) + 1
    found = np.zeros(len(chances), bool)
    found[order[:enough]] = True
    return found


def _highest(surface: Surface, domain: Domain) -> np.ndarray:
    """Where the surface is highest: the best of the lattice, then by ever finer steps."""
    means = surface.mean(domain.mixtures).round(_DIGITS)
    best, height = domain.mixtures[np.argmax(means)], means.max()
    steps = np.array([(1, -1, 0), (1, 0, -1), (0, 1, -1), (-1, 1, 0), (-1, 0, 1), (0, -1, 1)])
    size = 1 / 24
    while size > _FINEST:
        around = best + size * steps
        around = around[domain.holds(around)]
        means = surface.mean(around).round(_DIGITS) if len(around) else np.array([-np.inf])
        if means.max() > height:
            best, height = around[np.argmax(means)], means.max()
        else:
            size /= 2
    return best.round(6)


def _cheapest(at: Posterior, regret: float, costs: Sequence[float]) -> int:
    means = at.mean.round(_DIGITS)
    if not len(costs):
        return int(np.argmax(means))
    within = np.mean(at.draws.max(1, keepdims=True) - at.draws <= regret, axis=0)
    sure = np.flatnonzero(within >= SURE)
    if not len(sure):
        return int(np.argmax(means))
    cost = np.array(costs, float)
    cheap = sure[cost[sure] <= (1 + EQUALLY_CHEAP) * cost[sure].min()]
    return int(cheap[np.argmax(means[cheap])])


def _corner(
    seen: Observations, domain: Domain, place: int, named: np.ndarray, number: int
) -> int | None:
    """Which of the joint values is that corner's: the surface at it, or the network that is it.

    None where it lies neither between the trained networks nor near one, and where it is named
    itself.
    """
    apart = np.abs(seen.mixtures - CORNERS[number]).max(1)
    nearest = int(np.argmin(apart))
    between = domain.continuous and domain.holds(CORNERS[[number]])[0]
    if apart[nearest] >= _AT_CORNER and not between:
        return None
    if domain.continuous:
        itself = np.abs(named - CORNERS[number]).max() < _FINEST
        return None if itself else len(domain.mixtures) + 1 + number
    return None if nearest == place else nearest


def _of_each(
    corners: Sequence[int | None], value: Callable[[int], float]
) -> tuple[float | None, float | None, float | None]:
    depth, width, resolution = (None if at is None else float(value(at)) for at in corners)
    return depth, width, resolution
