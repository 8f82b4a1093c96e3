"""Differences of means: intervals as SciPy has them, and none where nothing is known."""

import pytest
from scipy.stats import ttest_ind

from tests.benchmarks.welch import welch

CASES = [
    ([0.61, 0.64, 0.60], [0.58, 0.55, 0.59]),
    ([0.9, 0.91, 0.905, 0.93], [0.9, 0.88]),
    ([0.5, 0.7, 0.3, 0.6, 0.1], [0.4, 0.41, 0.4]),
]


@pytest.mark.parametrize(("first", "second"), CASES)
def test_the_interval_is_scipys_welch_interval(first, second):
    found = welch(first, second)
    known = ttest_ind(first, second, equal_var=False)
    interval = known.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.degrees == pytest.approx(known.df, rel=1e-9)
    assert found.apart == (known.pvalue < 0.05)


@pytest.mark.parametrize(("first", "second"), CASES)
def test_swapping_the_two_swaps_the_signs(first, second):
    one, other = welch(first, second), welch(second, first)
    assert (one.mean, one.low, one.high) == pytest.approx((-other.mean, -other.high, -other.low))


@pytest.mark.parametrize(
    ("first", "second"), [([0.5], [0.4, 0.6]), ([0.5, 0.6], [0.4]), ([0.5], [0.4])]
)
def test_a_single_seed_gives_a_difference_without_an_interval(first, second):
    found = welch(first, second)
    assert found.mean == pytest.approx(sum(first) / len(first) - sum(second) / len(second))
    assert found.low is found.high is found.degrees is found.apart is None


def test_seeds_that_agree_to_the_last_digit_claim_no_interval():
    found = welch([0.1, 0.1, 0.1], [0.1, 0.1, 0.1])
    assert (found.mean, found.low, found.high) == (0, None, None)
