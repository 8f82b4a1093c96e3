"""Bands of colour hold every value, are few, and begin and end at round numbers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.report.bands import bands, blend
from scalesearch.report.palette import SURFACE

_PERCENT = st.floats(0, 100, allow_nan=False)


@given(_PERCENT, _PERCENT)
def test_every_value_lies_in_one_of_at_most_eight_bands(one: float, other: float) -> None:
    low, high = sorted((one, other))
    found = bands(low, high)
    assert 1 <= len(found) <= 8
    assert found[0].low <= low + 1e-6
    assert found[-1].high >= high - 1e-6
    for before, after in pairwise(found):
        assert after.low == before.high
    heights = {round(band.high - band.low, 6) for band in found}
    assert len(heights) == 1
    assert min(heights) >= 0.1


@pytest.mark.parametrize(
    ("low", "high", "borders"),
    [
        (50.6, 53.7, [50.5, 51.0, 51.5, 52.0, 52.5, 53.0, 53.5, 54.0]),
        (53.12, 53.18, [53.1, 53.2]),
        (10.0, 90.0, [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
    ],
)
def test_borders_are_round_numbers(low: float, high: float, borders: list) -> None:
    found = bands(low, high)
    assert [found[0].low, *(band.high for band in found)] == pytest.approx(borders)


def test_colours_run_from_the_lightest_to_the_darkest() -> None:
    found = bands(50.6, 53.7)
    assert (found[0].colour, found[-1].colour) == (SURFACE[0], SURFACE[-1])
    assert len({band.colour for band in found}) == len(found)
    assert blend(("#000000", "#ffffff"), 0.5) == "#808080"
    assert blend(("#000000", "#ff0000", "#ffffff"), 2.0) == "#ffffff"
