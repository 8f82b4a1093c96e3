"""Counts as people write them, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.core.cost import Cost
from scalesearch.core.limits import Ceilings
from scalesearch.core.quantities import parse_amount, short, told_apart


@pytest.mark.parametrize(
    ("text", "count"),
    [("1.8G", 1_800_000_000), ("1.8 g", 1_800_000_000), ("7.5M", 7_500_000), ("300K", 300_000),
     ("5300000", 5_300_000), ("1.8e9", 1_800_000_000), (".5k", 500), ("1", 1), (" 2M ", 2_000_000),
     ("0.39G", 390_000_000), ("1e2K", 100_000)],
)  # fmt: skip
def test_suffixes_are_decimal(text: str, count: int) -> None:
    assert parse_amount(text) == count


@pytest.mark.parametrize(
    "text",
    ["", "G", "1.8X", "-1", "0", "0.0001", "nan", "inf", "1e400", "1e19", "1,000", "1_000", "1GM",
     "1.8.2G", "G1", "1e-3G", "0x10", "\u0661"],
)  # fmt: skip
def test_what_is_no_count_is_none(text: str) -> None:
    assert parse_amount(text) is None


@given(st.text(max_size=12))
def test_any_text_is_a_count_in_range_or_none(text: str) -> None:
    count = parse_amount(text)
    assert count is None or 1 <= count <= 10**18


@given(st.integers(1, 10**18))
def test_what_is_written_short_is_read_back_within_half_a_percent(count: int) -> None:
    text = short(count)
    assert "e" not in text
    number, _, prefix = text.partition(" ")
    size = 1000.0 ** " kMGTPE".index(prefix or " ")
    assert float(number) * size == pytest.approx(count, rel=0.0051)


def test_counts_that_look_alike_are_written_in_full() -> None:
    assert told_apart(7_900_000, 7_000_000) == ("7.9 M", "7 M")
    assert told_apart(7_000_001, 7_000_000) == ("7,000,001", "7,000,000")


def test_a_limit_is_exceeded_by_more_than_it_alone() -> None:
    ceilings = Ceilings(params=7_000_000, acts=9_000_000)
    assert ceilings.exceeded(Cost(10**12, 7_000_000, 9_000_000)) == ""
    assert ceilings.exceeded(Cost(1, 7_900_000, 9_000_001)) == (
        "7.9 M params, more than `max_params=` 7 M"
    )
    assert "9,000,001 acts, more than `max_acts=` 9,000,000" in (
        ceilings.exceeded(Cost(1, 1, 9_000_001))
    )
    assert Ceilings().exceeded(Cost(10**18, 10**18, 10**18)) == ""
