"""Trainings go where they teach most, by the published rule, and what they bring is foretold."""

import numpy as np
import pytest

from scalesearch.search import allocation
from scalesearch.search.allocation import expected_regret, knowledge_gradient, more, proof
from scalesearch.search.mixtures import domain, lattice
from scalesearch.search.observations import Observations
from scalesearch.search.surface import fit
from tests.search.planted_for_tests import QUARTERS, observed


def fitted(counts, seed=0, **kwargs):
    surface = fit(observed(counts, seed, **kwargs))
    seen = surface.observations
    return surface, domain(seen.mixtures, seen.log_ratios, seen.one_cost)


def test_gains_are_those_of_brute_force():
    rng = np.random.default_rng(5)
    mean, slopes = rng.normal(size=40), rng.normal(size=(40, 6)) * [0.02, 0.1, 0.3, 1, 3, 10]
    normal = np.random.default_rng(6).normal(size=400_000)
    for found, slope in zip(allocation._gains(mean, slopes), slopes.T, strict=True):
        best = np.full(len(normal), -np.inf)
        for line, rise in zip(mean, slope, strict=True):
            np.maximum(best, line + rise * normal, out=best)
        assert found == pytest.approx(best.mean() - mean.max(), rel=0.03, abs=1e-4)


def test_two_lines_gain_what_the_formula_says():
    """E max(0, Z) = 1 / sqrt(2 pi), and a line that is never highest adds nothing."""
    found = allocation._gains(np.array([0.0, 0.0, -50.0]), np.array([[0.0], [1.0], [0.5]]))
    assert found[0] == pytest.approx(1 / np.sqrt(2 * np.pi))


def test_the_first_choice_is_that_of_brute_force():
    """The network whose next training lifts the highest posterior mean the most, by simulation."""
    surface, points = fitted(15 * [1], seed=3)
    joint = surface.joint(points.mixtures)
    n = len(points.mixtures)
    normal = np.random.default_rng(8).normal(size=20_000)
    lifts = []
    for network in range(n, n + 15):
        spread = np.sqrt(joint.covariance[network, network] + surface.noise**2 + surface.blocks**2)
        step = joint.covariance[:n, network] / spread
        after = joint.mean[:n] + normal[:, None] * step
        lifts.append(after.max(1).mean())
    (chosen,) = knowledge_gradient(surface, points, 1)
    assert lifts[chosen] == pytest.approx(max(lifts), abs=0.01)


def test_the_first_of_a_round_do_not_hang_on_its_size():
    surface, points = fitted(15 * [1])
    whole = knowledge_gradient(surface, points, 12)
    for size in range(12):
        assert knowledge_gradient(surface, points, size) == whole[:size]


def test_a_round_is_spread_over_networks():
    """A training takes away some of what the next of the same network would have told."""
    surface, points = fitted(15 * [1])
    assert len(set(knowledge_gradient(surface, points, 15))) >= 3


def test_trainings_go_to_the_best_and_not_to_the_worst():
    seen = observed(15 * [6], noise=1.0)
    surface, points = fit(seen), domain(QUARTERS, np.zeros(15), True)
    chosen = knowledge_gradient(surface, points, 20)
    means = surface.own().mean[:15]
    assert means[list(chosen)].mean() > np.median(means)
    assert int(np.argmin(means)) not in chosen


def test_the_order_of_trainings_chooses_nothing():
    seen = observed([1, 2, 3] * 5)
    order = np.random.default_rng(2).permutation(15)
    place = np.argsort(order)
    network = np.where(seen.network < 0, -1, place[seen.network])
    turned = Observations(
        tuple(seen.cells[i] for i in order), seen.mixtures[order], seen.log_ratios, network,
        seen.block, seen.top1,
    )  # fmt: skip
    points = domain(QUARTERS, np.zeros(15), True)
    first = [seen.cells[i] for i in knowledge_gradient(fit(seen), points, 10)]
    second = [turned.cells[i] for i in knowledge_gradient(fit(turned), points, 10)]
    assert first == second


def test_trainings_bring_the_regret_that_was_promised():
    """Over many surfaces; of a single one the promise may be far off."""
    promised, came = [], []
    for seed in range(20):
        beta = 52 + np.random.default_rng(seed).normal(0, 2, 6) * [1, 1, 1, 1.5, 1.5, 1.5]
        beta[3:] -= 52
        surface, points = fitted(15 * [2], seed=seed, beta=beta)
        promised.append(more(surface, points, 30))
        counts = 2 + np.bincount(knowledge_gradient(surface, points, 30), minlength=15)
        later, _ = fitted(counts, seed=seed, beta=beta)
        at = later.at(points.mixtures)
        came.append(expected_regret(at, int(np.argmax(at.mean))))
    assert np.mean(promised) == pytest.approx(np.mean(came), abs=0.06)


def test_more_and_more_trainings_promise_less_and_less_regret():
    surface, points = fitted(15 * [1])
    at = surface.at(points.mixtures)
    now = expected_regret(at, int(np.argmax(at.mean)))
    promised = [more(surface, points, count) for count in (0, 15, 45, 150)]
    assert promised[0] == now
    assert promised == sorted(promised, reverse=True)
    assert promised[-1] < 0.6 * now


@pytest.mark.parametrize("mixtures", [np.eye(3), lattice(23)], ids=["three", "three hundred"])
def test_few_and_many_networks_can_be_chosen_from(mixtures):
    surface, points = fitted(len(mixtures) * [1], mixtures=mixtures)
    assert len(knowledge_gradient(surface, points, 5)) == 5


def test_proof_takes_the_trainings_of_a_two_sample_test_where_there_are_two_networks():
    """n = 2 sigma^2 (1.96 + 0.84)^2 / delta^2 each (Lehr 1992: 16 sigma^2 / delta^2)."""
    both = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    assert proof(both, both[0], both[1], 1.5, 0.5) == np.ceil(2 * 2 * (1.5 * 2.8 / 0.5) ** 2)


def test_proof_by_a_surface_is_by_the_variance_of_least_squares():
    """Beside the spread of differences over simulated least squares fits."""
    d, w, r = QUARTERS.T
    design = np.stack([d, w, r, d * w, d * r, w * r], axis=1)
    noise = np.random.default_rng(1).normal(size=(15, 40_000))
    beta = np.linalg.lstsq(design, noise, rcond=None)[0]
    third = np.array([1, 1, 1, 1 / 3, 1 / 3, 1 / 3]) / 3
    spread = (beta[0] - third @ beta).std()
    found = proof(QUARTERS, np.full(3, 1 / 3), np.array([1.0, 0, 0]), 1.5, 0.4)
    assert found == pytest.approx(15 * spread**2 * (1.5 * 2.8 / 0.4) ** 2, rel=0.03)


def test_what_networks_cannot_tell_apart_is_never_proved():
    assert proof(np.eye(3), np.full(3, 1 / 3), np.array([1.0, 0, 0]), 1.5, 0.4) is None
    assert proof(QUARTERS, QUARTERS[0], QUARTERS[3], 1.5, 0.0) is None
