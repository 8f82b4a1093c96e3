"""Successive halving: cuts, counts and work, against sums done by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.core.halving import Halving


def test_cuts_lie_a_factor_apart_and_before_the_end():
    assert Halving(2, 0.25).rungs == (0.25, 0.5)
    assert Halving(3, 1 / 9).rungs == pytest.approx((1 / 9, 1 / 3))
    assert Halving(4, 0.3).rungs == (0.3,)


def test_one_of_a_factor_goes_on_but_never_fewer_than_asked():
    assert [Halving(2, 0.25).going_on(n, 3) for n in (15, 8, 4, 3, 2)] == [8, 4, 3, 3, 2]


def test_the_work_is_what_each_leg_trains():
    """15 to a quarter, 8 to a half, 4 to the end."""
    assert Halving(2, 0.25).trainings(15, 3) == 15 * 0.25 + 8 * 0.25 + 4 * 0.5


@given(st.floats(1.01, 16), st.floats(0.001, 0.999), st.integers(1, 500), st.integers(1, 20))
def test_it_never_costs_more_than_all_nor_less_than_those_that_end(factor, first, n, least):
    halving = Halving(factor, first)
    assert all(a < b < 1 for a, b in zip(halving.rungs, (*halving.rungs, 1.0)[1:-1], strict=False))
    assert 0 < halving.rungs[0] < 1
    assert halving.rungs[-1] < 1
    work = halving.trainings(n, least)
    assert min(n, least) - 1e-9 <= work <= n + 1e-9


@pytest.mark.parametrize(("factor", "first"), [(1, 0.5), (2, 0), (2, 1), (float("nan"), 0.5)])
def test_what_cuts_nothing_is_refused(factor, first):
    with pytest.raises(ValueError, match="Got"):
        Halving(factor, first)
