"""The named point is where the surface is highest, and what is told of it can be believed."""

import numpy as np
import pytest

from scalesearch.search.mixtures import domain, lattice
from scalesearch.search.observations import observations
from scalesearch.search.optimum import optimum
from scalesearch.search.surface import fit
from tests.search.planted_for_tests import QUARTERS, observed, quadratic, rows

FINE = lattice(96)
BEST = FINE[np.argmax(quadratic(FINE))]


def named(seen, regret=0.15, costs=()):
    surface = fit(seen)
    points = domain(surface.observations.mixtures, seen.log_ratios, seen.one_cost)
    return optimum(surface, points, regret, costs)


def test_with_many_trainings_the_best_point_between_candidates_is_named():
    found = named(observed(15 * [300], noise=1.0))
    assert not (np.abs(QUARTERS - BEST).max(1) < 0.05).any()  # it is none of the candidates
    assert quadratic(BEST[None])[0] - quadratic(found.mixture[None])[0] < 0.1
    assert found.expected_regret < 0.15
    assert found.mixture.sum() == pytest.approx(1)


def test_what_is_told_of_the_named_point():
    found = named(observed(15 * [20], noise=1.0, baseline=20))
    true = quadratic(found.mixture[None])[0]
    assert found.value.low[0] < true < found.value.high[0]
    assert found.gain.low[0] < true - 48 < found.gain.high[0]
    assert found.near > 0.8
    assert found.beats[0] > 0.99
    assert found.beats[1] > 0.9
    assert found.differences[0] == pytest.approx(true - 50, abs=0.7)
    assert found.chances.sum() == pytest.approx(1)
    assert found.best.sum() == pytest.approx(1)
    assert found.chances[found.region].sum() >= 0.95


def test_rows_in_any_order_name_the_same_point_with_the_same_figures():
    table = rows([1, 2, 3] * 5, baseline=2)
    first = named(observations(table))
    np.random.default_rng(4).shuffle(table)
    second = named(observations(table))
    np.testing.assert_array_equal(first.mixture, second.mixture)
    assert first.expected_regret == second.expected_regret
    assert first.beats == second.beats
    np.testing.assert_array_equal(first.value.high, second.value.high)
    np.testing.assert_array_equal(first.region, second.region)


def test_of_few_candidates_one_is_named():
    found = named(observed([6, 6, 6], mixtures=np.eye(3), noise=0.3))
    assert found.network == 2
    np.testing.assert_array_equal(found.mixture, [0, 0, 1])
    assert found.beats[2] is None
    assert found.beats[0] > 0.99


def test_without_a_baseline_there_is_no_gain():
    found = named(observed(15 * [1], baseline=0))
    assert found.baseline is None
    assert found.gain is None


def test_a_corner_that_was_not_trained_is_not_told_of():
    inner = QUARTERS[QUARTERS.max(1) < 1]
    assert named(observed(12 * [2], mixtures=inner)).beats == (None, None, None)


def test_where_costs_differ_the_cheapest_of_the_surely_near_is_named():
    """Equal accuracies within a regret of 5 points, so the cheapest; not so within a tenth."""
    costs = np.linspace(1, 2, 15)
    ratios = np.log2(costs)
    seen = observed(15 * [8], ratios=ratios - ratios.mean(), noise=0.5)
    assert named(seen, regret=8.0, costs=costs).network == 0
    strict = named(seen, regret=0.01, costs=costs)
    assert strict.network == int(np.argmax(strict.surface.mean))


def test_of_equally_cheap_ones_the_better_is_named():
    costs = [1.0, 1.04, 2.0]
    ratios = np.array([-0.4, -0.35, 0.75])
    seen = observed([9, 9, 9], mixtures=np.eye(3), ratios=ratios, noise=0.3)
    assert named(seen, regret=10.0, costs=costs).network == 1


def test_the_region_shrinks_with_trainings():
    few, many = (named(observed(15 * [n])).region.sum() for n in (1, 60))
    assert many < few / 2


def test_a_corner_that_was_nearly_trained_is_told_of():
    """Resolution alone needs a little width to be of the same cost."""
    mixtures = QUARTERS.copy()
    mixtures[QUARTERS[:, 2] == 1] = [0, 0.09, 0.91]
    found = named(observed(15 * [20], mixtures=mixtures, noise=1.0))
    depth, width, resolution = found.differences
    best = quadratic(found.mixture[None])[0]
    assert resolution == pytest.approx(best - 53.9, abs=0.7)
    assert depth > width > resolution
