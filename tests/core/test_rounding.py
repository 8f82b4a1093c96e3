"""Multipliers to whole numbers: channels, repeats, pixels, dropout."""

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.core.architecture import Rounding, Stage
from scalesearch.core.multipliers import (
    PAPER,
    Multipliers,
    compound,
    dropout_at,
    nearest,
    round_channels,
    scale,
    scaled_repeats,
    spread,
    with_sizes,
)
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution

STAGE_COUNTS = st.lists(st.integers(1, 40), min_size=1, max_size=12).map(tuple)


@given(st.floats(0.01, 100_000), st.integers(1, 64))
def test_channels_are_multiples_of_the_divisor_and_never_lose_a_tenth(
    exact: float, divisor: int
) -> None:
    channels = round_channels(exact, divisor)
    assert channels % divisor == 0
    assert channels >= divisor
    assert channels >= 0.9 * exact
    assert channels <= max(divisor, exact + divisor)


@pytest.mark.parametrize(
    ("exact", "channels"), [(32 * 1.1, 32), (16 * 1.1, 16), (1280 * 1.1, 1408), (320 * 1.4, 448)]
)
def test_channels_of_b2_and_b4_are_those_of_the_official_code(exact: float, channels: int) -> None:
    assert round_channels(exact, 8) == channels


@given(STAGE_COUNTS, st.integers(0, 400))
def test_balanced_repeats_sum_to_the_total_and_leave_no_stage_empty(
    base: tuple[int, ...], more: int
) -> None:
    total = len(base) + more
    counts = spread(total, base)
    assert sum(counts) == total
    assert min(counts) >= 1


@given(STAGE_COUNTS)
def test_balanced_repeats_of_the_same_total_are_the_baseline(base: tuple[int, ...]) -> None:
    assert spread(sum(base), base) == base


@given(STAGE_COUNTS, st.integers(2, 9))
def test_balanced_repeats_of_a_whole_multiple_are_that_multiple(
    base: tuple[int, ...], times: int
) -> None:
    assert spread(times * sum(base), base) == tuple(times * count for count in base)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ceil", (2, 3, 3, 4, 4, 5, 2)),
        ("round", (1, 2, 2, 4, 4, 5, 1)),
        ("balanced", (1, 2, 2, 4, 4, 5, 1)),  # 19 = round(1.2 * 16); remainders .75, .56, .56
    ],
)
def test_repeats_of_b0_at_the_papers_depth_by_rule(
    b0: TableNetwork, rule: str, expected: tuple[int, ...]
) -> None:
    network = replace(b0, rounding=Rounding(repeats=rule))  # type: ignore[arg-type] # str for Literal
    assert scaled_repeats(network, 1.2) == expected


def test_ceil_takes_no_block_more_for_a_hair_of_floating_point(b0: TableNetwork) -> None:
    stage = Stage("mbconv", 3, 1, 16, repeats=10)
    assert scaled_repeats(replace(b0, stages=(stage,)), 1.1) == (11,)


@given(STAGE_COUNTS, st.floats(1e-14, 1e-6))
def test_every_stage_gains_its_block_at_the_same_depth_just_above_1(
    b0: TableNetwork, base: tuple[int, ...], over: float
) -> None:
    stages = tuple(Stage("mbconv", 3, 1, 16, repeats=count) for count in base)
    gained = scaled_repeats(replace(b0, stages=stages), 1 + over)
    assert gained in (base, tuple(count + 1 for count in base))


@given(st.integers(1, 400), st.integers(1, 9), st.integers(1, 9))
def test_a_depth_that_is_a_fraction_of_blocks_is_not_rounded_past_it(
    b0: TableNetwork, parts: int, whole: int, part: int
) -> None:
    """A depth of (whole + part/10) of 10 * parts blocks is that many, as in decimals."""
    stage = Stage("mbconv", 3, 1, 16, repeats=10 * parts)
    tenths = 10 * whole + part
    assert scaled_repeats(replace(b0, stages=(stage,)), tenths / 10) == (tenths * parts,)


@given(st.floats(0.05, 4), st.floats(0.05, 4), st.floats(0.05, 4))
def test_scaling_leaves_at_least_one_block_channel_and_pixel(
    b0: TableNetwork, depth: float, width: float, resolution: float
) -> None:
    network = scale(b0, Multipliers(depth, width, resolution))
    assert min(network.repeats) >= 1
    assert min(stage.channels for stage in network.stages) >= 8
    pixels = network.resolution.to_json()
    assert abs(pixels - 224 * resolution) <= 0.5 or pixels == 1


def test_multipliers_of_one_change_nothing(b0: TableNetwork) -> None:
    assert scale(b0, Multipliers()) == b0


@pytest.mark.parametrize("fixed", ["fixed_stem", "fixed_head"])
def test_fixed_stem_and_head_keep_their_width(b0: TableNetwork, fixed: str) -> None:
    network = scale(replace(b0, rounding=Rounding(**{fixed: True})), Multipliers(width=2.0))
    kept, scaled = (0, -1) if fixed == "fixed_stem" else (-1, 0)
    assert network.stages[kept].channels == b0.stages[kept].channels
    assert network.stages[scaled].channels == 2 * b0.stages[scaled].channels


@given(st.floats(-20, 20))
def test_compound_at_a_phi_and_its_negative_undo_each_other(phi: float) -> None:
    up, down = compound(PAPER, phi), compound(PAPER, -phi)
    for name in ("depth", "width", "resolution"):
        assert math.isclose(getattr(up, name) * getattr(down, name), 1.0)


@pytest.mark.parametrize(
    ("phi", "rate"),
    [(-3, 0.2), (0, 0.2), (1, 0.2), (1.9, 0.2), (2, 0.3), (3, 0.3), (4, 0.4), (6, 0.5), (7, 0.5),
     (40, 0.5)],
)  # fmt: skip
def test_dropout_rises_by_a_tenth_every_two_steps_to_a_half(phi: float, rate: float) -> None:
    assert dropout_at(phi) == rate


def test_dropout_never_falls_under_the_baselines_own() -> None:
    assert dropout_at(0, base=0.7) == 0.7
    assert dropout_at(6, base=0.7) == 0.7


def test_a_network_without_dropout_is_given_none():
    assert dropout_at(6, base=0) == 0


@given(st.floats(0, 1e6))
def test_nearest_is_within_half(exact: float) -> None:
    assert abs(nearest(exact) - exact) <= 0.5 or (exact < 0.5 and nearest(exact) == 1)


def test_sizes_change_and_every_other_field_of_stage_and_network_survives() -> None:
    """Every field has an unusual value, so that one that a copy forgets is seen."""
    stage = Stage("bottleneck", 5, 2, 48, 3, 2.5, 0.125, 0.75, True)
    network = TableNetwork(
        "odd", (stage,), 65, 7, 5, "relu", 0.3, 0.15, Rounding(4, "round"), "symmetric", True, 1e-5
    )  # fmt: skip
    for value in (stage, network):
        for field in fields(value):
            assert getattr(value, field.name) != field.default
    scaled = with_sizes(network, (4,), 2.0, Resolution.square(97))
    assert scaled.stages == (replace(stage, channels=96, repeats=4),)
    assert scaled == replace(network, stages=scaled.stages, resolution=97)
    assert type(scaled) is TableNetwork
