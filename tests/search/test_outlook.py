"""What is told before a search follows from typical surfaces, and from nothing by chance."""

import numpy as np
import pytest

from scalesearch.search.mixtures import lattice
from scalesearch.search.naming_rule import Naming
from scalesearch.search.outlook import outlook
from scalesearch.search.search_rounds import Spending

TRIANGLE = [tuple(point) for point in lattice(4)]


def of(regret: float, most: int, places=TRIANGLE):
    return outlook(places, Spending((0,), regret, most), Naming(regret))


def test_it_is_the_same_each_time():
    assert of(0.15, 60) == of(0.15, 60)


def test_less_regret_takes_more_trainings():
    found = [of(regret, 500) for regret in (0.4, 0.2, 0.1)]
    assert [each.trainings for each in found] == sorted({each.trainings for each in found})
    assert [each.regret for each in found] == sorted((each.regret for each in found), reverse=True)


def test_a_budget_that_is_spent_leaves_what_is_left():
    found = of(0.001, 26)
    assert found.trainings == 26
    assert found.regret > 0.001


@pytest.mark.parametrize("most", [16, 17])
def test_a_budget_of_one_round_is_no_error(most):
    assert 16 <= of(0.01, most).trainings <= most


def test_three_candidates_have_an_outlook_too():
    assert of(0.15, 60, [tuple(point) for point in np.eye(3)]).trainings >= 4
