"""Scaling to a budget, and where it ends in one sentence instead of an overflow."""

import contextlib
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.core.budget import Target, at_target
from scalesearch.core.cost import cost
from scalesearch.core.multipliers import PAPER, Coefficients
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.scaling import as_published, at_equal_cost, by_formula
from scalesearch.errors import ScaleSearchError


def test_phi_3_is_the_formula(b0: TableNetwork) -> None:
    scaled = by_formula(b0, PAPER, 3)
    assert scaled.by.depth == pytest.approx(1.728)
    assert scaled.by.width == pytest.approx(1.331)
    assert scaled.network.resolution.longer == round(224 * 1.15**3) == 341
    assert scaled.network.dropout == 0.3
    assert scaled.nominal == pytest.approx(1.92027**3, rel=1e-4)
    assert scaled.network.name == "efficientnet_b0_phi3"
    assert scaled.realised.ratio == cost(scaled.network).macs / cost(b0).macs


def test_phi_0_is_the_baseline_by_either_rule(b0: TableNetwork) -> None:
    for rule in (by_formula, at_equal_cost):
        assert cost(rule(b0, PAPER, 0).network) == cost(b0)


@pytest.mark.parametrize("phi", [-1, -0.5, 0.5, 1, 2.5, 7])
def test_equal_cost_meets_its_budget(b0: TableNetwork, phi: float) -> None:
    scaled = at_equal_cost(b0, PAPER, phi)
    assert scaled.realised.ratio == pytest.approx(2**phi, rel=0.03)
    assert scaled.network.rounding == b0.rounding


@pytest.mark.parametrize("phi", range(1, 8))
def test_equal_cost_of_a_whole_phi_misses_by_less_than_half_a_percent(
    b0: TableNetwork, phi: int
) -> None:
    assert at_equal_cost(b0, PAPER, phi).realised.ratio == pytest.approx(2**phi, rel=0.005)


@pytest.mark.parametrize("phi", [-1, 0.5, 1, 3])
def test_a_phi_at_equal_cost_and_the_macs_it_stands_for_are_one_network(
    b0: TableNetwork, phi: float
) -> None:
    by_phi = at_equal_cost(b0, PAPER, phi).network
    target = Target("macs", round(2**phi * cost(b0).macs))
    by_target = at_target(b0, PAPER, target, equal_cost=True).network
    assert by_phi.stages == by_target.stages
    assert by_phi.resolution == by_target.resolution


def test_a_negative_phi_scales_down(b0: TableNetwork) -> None:
    scaled = by_formula(b0, PAPER, -2)
    assert cost(scaled.network).macs < cost(b0).macs
    assert scaled.network.resolution.longer < 224


@pytest.mark.parametrize("phi", [60, -20, 1e6, -1e6, 1e308, -1e308])
@pytest.mark.parametrize("rule", [by_formula, at_equal_cost])
def test_absurd_phi_ends_in_a_sentence_at_once(b0: TableNetwork, phi: float, rule) -> None:
    start = time.monotonic()
    with pytest.raises(ScaleSearchError, match="phi"):
        rule(b0, PAPER, phi)
    assert time.monotonic() - start < 1


@given(st.floats(-1e3, 1e3), st.floats(0.01, 10), st.floats(0.01, 10), st.floats(0.01, 10))
def test_any_phi_gives_a_network_or_one_sentence(
    b0: TableNetwork, phi: float, alpha: float, beta: float, gamma: float
) -> None:
    with contextlib.suppress(ScaleSearchError):
        scaled = by_formula(b0, Coefficients(alpha, beta, gamma), phi)
        assert math.isfinite(scaled.realised.ratio)
        assert 1 <= scaled.network.resolution.longer <= 16_384


def test_names_of_phi_are_fit_for_files(b0: TableNetwork) -> None:
    coefficients = Coefficients(1.0, 1.0, 1.0)
    assert by_formula(b0, coefficients, 0.5).network.name == "efficientnet_b0_phi0.5"
    assert by_formula(b0, coefficients, 1e20).network.name == "efficientnet_b0_phi1e20"


@pytest.mark.parametrize("name", ["b9", "", "b", "efficientnet_b8", "phi3"])
def test_an_unknown_published_network_is_refused_with_the_known_ones(
    b0: TableNetwork, name: str
) -> None:
    with pytest.raises(ScaleSearchError, match="b0, b1"):
        as_published(b0, name)


def test_published_networks_belong_to_b0_alone(b0: TableNetwork) -> None:
    other = by_formula(b0, PAPER, 1).network
    with pytest.raises(ScaleSearchError, match="efficientnet_b0 alone"):
        as_published(other, "b3")


def test_equal_cost_of_a_network_that_depth_leaves_alone(b0: TableNetwork) -> None:
    stages = tuple(stage for stage in b0.stages if stage.repeats is None)
    network = TableNetwork("flat", stages, resolution=64, classes=10)
    shares = at_equal_cost(b0, PAPER, 1).realised.shares
    assert shares is not None
    realised = network.budget(2.0).realise(shares)
    assert realised.network.repeats == ()
