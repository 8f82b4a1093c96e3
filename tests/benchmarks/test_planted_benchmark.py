"""Planted surfaces are what they are said to be, and a search of one ends with what it told."""

import numpy as np
import pytest

from scalesearch.search.mixtures import domain

from . import planted, planted_runs
from .planted_calibration import ranks_of
from .planted_surfaces import CANDIDATES, OWN, measured, regimes

REGIMES = {regime.name: regime for regime in regimes()}
TRIANGLE = domain(CANDIDATES, np.zeros(15), True)


def test_the_surfaces_are_drawn_about_what_was_measured():
    beta, spread = measured()
    assert 50 < beta[0] < beta[1] < beta[2] < 55
    drawn = [REGIMES["quadratic as measured"].draw(np.random.default_rng(s)) for s in range(300)]
    corners = np.array([[truth.at(corner) for corner in np.eye(3)] for truth in drawn])
    np.testing.assert_allclose(corners.mean(0), beta[:3], atol=0.15)
    np.testing.assert_allclose(corners.var(0), np.diag(spread)[:3], rtol=0.3)
    assert np.std([truth.own for truth in drawn]) == pytest.approx(OWN, rel=0.05)


@pytest.mark.parametrize("regime", REGIMES.values(), ids=lambda regime: regime.name)
def test_no_point_lies_over_the_best(regime):
    truth = regime.draw(np.random.default_rng(3))
    point, height = truth.best(TRIANGLE)
    assert truth.at(point) == pytest.approx(height)
    assert all(truth.at(each) <= height for each in TRIANGLE.mixtures)


def test_more_seeds_leave_those_as_they_are_that_were_trained():
    truth = REGIMES["parity effect"].draw(np.random.default_rng(1))
    noise = np.random.default_rng(2).normal(size=(9, 16))
    few, many = truth.trained(15 * [1], 1, noise), truth.trained(15 * [3], 2, noise)
    known = {(n, b): v for n, b, v in zip(many.network, many.block, many.top1, strict=True)}
    for network, block, value in zip(few.network, few.block, few.top1, strict=True):
        assert known[network, block] == value


def test_a_search_ends_with_what_it_told_and_what_was_true():
    run = planted_runs.search(REGIMES["half the noise"], 1)
    assert [each.trainings for each in run.lengths] == [45, 90]
    assert run.stopped.trainings <= 90
    assert all(each.regret >= 0 for each in run.lengths)


def test_the_page_says_what_was_missed(tmp_path):
    row = {"surface": "flat", "trainings": 90, "regret": 0.2, "told_regret": 0.22, "near": 0.8}
    row |= {"bias": -0.3, "value_covered": 0.95, "region_covered": 0.93}
    aims = {each["measure"]: each["met"] for each in planted._aims([row], [])}
    assert aims == {
        "mean regret, flat, 90 trainings": "",
        "coverage of the value, flat, 90 trainings": "yes",
        "coverage of the region, flat, 90 trainings": "yes",
        "told less true regret, flat, 90 trainings": "yes",
        "bias of the told accuracy, flat, 90 trainings": "",
    }


def test_ranks_are_shares():
    assert all(0 <= share <= 1 for share in ranks_of(0).values())
