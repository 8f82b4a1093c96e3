"""What `loop` makes of its times and accuracies, and what it asks the search for."""

from pathlib import Path

import pytest

from scalesearch.config.profiles import read_profile
from scalesearch.config.shipped_files import load_network
from scalesearch.core.candidates import Box, box
from scalesearch.core.pairs import candidate_pairs, distinct
from scalesearch.core.proxies import shrink
from tests.benchmarks import estimate, loop_rows, loop_winners
from tests.benchmarks.__main__ import _parser
from tests.benchmarks.memo import Memo

MACS = [5.0, 3.0, 4.0, 9.0, 4.0, 5.0, 6.0, 7.0, 5.0, 4.0]
BLOCKS = [2, 2, 2, 3, 3, 4, 4, 5, 5, 7]


def test_a_sample_has_the_extremes_of_each_size_and_is_spread_over_the_rest() -> None:
    sizes = [MACS, BLOCKS]
    assert estimate.spread(sizes, 2) == [1, 3]
    assert estimate.spread(sizes, 3) == [1, 3, 9]  # 1 has the fewest blocks already
    for count in range(3, 10):
        chosen = estimate.spread(sizes, count)
        assert len(set(chosen)) == count
        assert {1, 3, 9} <= set(chosen)
        assert chosen == sorted(chosen)
    assert estimate.spread([MACS], 4) == [1, 2, 3, 7]  # thirds of the ten begin at 2 and 7
    assert estimate.spread(sizes, 10) == estimate.spread(sizes, 99) == list(range(10))
    assert len(estimate.spread([[1.0] * 7], 3)) == 3
    with pytest.raises(ValueError, match="at least 2"):
        estimate.spread(sizes, 1)


def test_a_line_gives_back_the_times_that_lie_on_it() -> None:
    line = estimate.fitted([1, 2, 4], [12, 14, 18])
    assert (line.start, line.rate) == pytest.approx((10, 2))
    assert line.residual == pytest.approx(0)
    assert line.total([1, 3, 5]) == pytest.approx(12 + 16 + 20)


def test_the_residual_is_the_textbooks() -> None:
    """Anscombe's first set: y = 3.00 + 0.500 x, residual standard error 1.237 (Anscombe 1973)."""
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    line = estimate.fitted(x, y)
    assert (line.start, line.rate, line.residual) == pytest.approx((3.0, 0.5, 1.237), abs=1e-3)


def test_the_error_of_one_more_point_is_the_textbooks_prediction_error() -> None:
    """s sqrt(1 + 1/n + (x - mean)^2 / S): at x = 20 in Anscombe's first set, with S = 110."""
    x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    expected = 1.2366 * (1 + 1 / 11 + (20 - 9) ** 2 / 110) ** 0.5
    assert estimate.fitted(x, y).error([*x, 20]) == pytest.approx(expected, rel=1e-4)


def test_two_points_or_equal_costs_tell_no_slope_they_do_not_have() -> None:
    assert estimate.fitted([1, 2], [3, 5]).residual is None
    level = estimate.fitted([2, 2], [3, 5])
    assert (level.start, level.rate) == (4, 0)
    assert level.residual == pytest.approx(2**0.5)


def _points(*blocks: int) -> list[loop_rows.Point]:
    return [loop_rows.Point("p", "p", count, 20, 10**6, {}, None) for count in blocks]


def test_a_loop_measured_whole_is_added_up_and_a_sampled_one_extrapolated() -> None:
    by = loop_rows.BLOCKS
    whole = loop_rows.total([1, 2, 3], _points(1, 2, 3), [10.0, 30.0, 20.0], by, start=5)
    assert (whole.seconds, whole.line, whole.error) == (65, None, None)
    part = loop_rows.total([1, 2, 3, 4], _points(1, 2, 4), [10.0, 11.0, 13.0], by, start=5)
    assert part.seconds == pytest.approx(5 + 10 + 11 + 12 + 13)
    assert part.how.startswith("3 of 4 measured: 9 s +1 s x blocks")


def test_ratios_are_over_the_median_of_our_runs() -> None:
    plain, decent = (
        loop_rows.Total(s, n, n, "", None, None) for s, n in ((1000.0, 30), (400.0, 20))
    )
    ours, *loops = loop_rows.headline([90, 100, 150], 28, plain, decent)
    assert ours["wall_seconds"] == 100
    assert [(row["times_ours"], row["aim"]) for row in loops] == [(10, 10), (4, 4)]


def test_runs_of_ours_lie_among_the_points_of_the_loops() -> None:
    assert estimate.before(10, 1) == [5]
    assert estimate.before(12, 3) == [2, 6, 10]


def test_a_winner_is_below_another_where_the_whole_interval_is() -> None:
    scores = {"a": [0.50, 0.51, 0.52], "b": [0.60, 0.61, 0.62], "c": [0.45, 0.51, 0.58]}
    winners = {"us": "a", "plain": "b", "decent": "c", "other": "a"}
    told = {row["winner_of"]: row for row in loop_winners.rows("us", winners, scores)}
    assert told["plain"]["ours_significantly_below"] == "yes"
    assert told["plain"]["ours_above_by"] == pytest.approx(-10)
    assert told["decent"]["ours_significantly_below"] == "no"
    assert told["decent"]["low"] < 0 < told["decent"]["high"]
    assert told["other"]["ours_significantly_below"] == "no: the same network"
    assert told["other"]["ours_above_by"] is told["us"]["ours_above_by"] is None


def test_the_box_has_as_many_points_and_networks_as_the_comparison_needs() -> None:
    asked = _parser().parse_args(["loop"])
    profile, baseline = read_profile(asked.profile), load_network("efficientnet_b0")
    proxy = shrink(
        baseline,
        resolution=profile.resolution,
        width=profile.width,
        depth=profile.depth,
        drop_strides=profile.drop_strides,
        classes=10,
        channels=3,
    )
    points = box(Box(step=asked.step, tolerance=asked.tolerance))
    pairs = candidate_pairs(baseline, proxy, points, 1.0)
    assert sum(not pair.refused for pair in pairs) >= 30
    assert len(distinct(pairs)) >= 20


def test_what_was_measured_before_an_interruption_is_not_measured_again(tmp_path: Path) -> None:
    counted = iter(range(9))
    memo = Memo(tmp_path / "work")
    assert [memo.of(name, lambda: next(counted)) for name in ("a", "b", "a")] == [0, 1, 0]
    again = Memo(tmp_path / "work")
    assert [again.of(name, lambda: next(counted)) for name in ("b", "a", "c")] == [1, 0, 2]
