"""Points of the triangle, and which of them may be named."""

import math

import numpy as np
import pytest

from scalesearch.core.candidates import mixture
from scalesearch.search.mixtures import domain, lattice
from tests.search.planted_for_tests import QUARTERS


def test_the_papers_coefficients_are_this_mixture():
    """alpha, beta, gamma = 1.2, 1.1, 1.15 (Tan & Le 2019, section 5): log 1.2 and 2 log 1.1 ..."""
    parts = [math.log(1.2), 2 * math.log(1.1), 2 * math.log(1.15)]
    assert mixture(1.2, 1.1, 1.15) == pytest.approx([part / sum(parts) for part in parts])


def test_what_scales_nothing_up_has_no_mixture():
    assert mixture(1, 1, 1) is None
    assert mixture(2, 0.5, 1) is None


def test_a_lattice_has_all_the_triangles_points_once():
    points = lattice(12)
    assert len(np.unique(points, axis=0)) == len(points) == 13 * 14 / 2
    np.testing.assert_allclose(points.sum(1), 1)


def test_all_of_the_triangle_may_be_named_where_its_corners_were_trained():
    found = domain(QUARTERS, np.zeros(15), True)
    assert found.continuous
    assert found.holds(lattice(30)).all()


def test_only_what_lies_between_trained_networks_may_be_named():
    inner = QUARTERS[(QUARTERS > 0.1).sum(1) >= 2]  # without corners
    found = domain(inner, np.zeros(len(inner)), True)
    assert found.continuous
    assert not found.holds(np.eye(3)).any()
    assert found.mixtures.max() <= 0.75 + 1e-6
    assert found.holds(inner).all()


def test_a_hull_that_reaches_beyond_the_triangle_is_cut_there():
    """A network that is narrower than its baseline has a negative share."""
    beyond = np.vstack([QUARTERS, [[0.55, -0.1, 0.55]]])
    assert domain(beyond, np.zeros(16), True).mixtures.min() >= -1e-6


@pytest.mark.parametrize(
    ("trained", "one_cost"),
    [
        (np.eye(3), True),
        (QUARTERS[QUARTERS[:, 0] == 0], True),
        (np.linspace([1, 0, 0], [0, 0.5, 0.5], 9), True),  # all on one line
        (QUARTERS, False),
        (QUARTERS * [0.1, 0.1, 0.1] + [0.45, 0.65, -0.2], True),  # none of it on the triangle
    ],
)
def test_else_the_networks_themselves_may_be_named(trained, one_cost):
    found = domain(trained, np.zeros(len(trained)), one_cost)
    assert not found.continuous
    np.testing.assert_array_equal(found.mixtures, trained)
