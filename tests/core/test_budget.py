"""Solving phi for a budget: the nearest step of a staircase, and what no phi reaches."""

import bisect
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalesearch.core.budget import Target, at_target, formula_phi
from scalesearch.core.cost import cost
from scalesearch.core.limits import phi_range, reachable
from scalesearch.core.multipliers import PAPER, Coefficients, compound, scale
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.scaling import as_published, by_formula
from scalesearch.core.strategies import STRATEGIES
from scalesearch.errors import ScaleSearchError

GRID = [step / 500 for step in range(-1500, 2501)]  # phi -3 to 5


@pytest.fixture(scope="module")
def staircase(b0: TableNetwork) -> list[int]:
    return [cost(scale(b0, compound(PAPER, phi))).macs for phi in GRID]


@settings(max_examples=40)
@given(target=st.integers(150_000_000, 10_000_000_000))
def test_no_phi_of_a_fine_grid_comes_nearer(
    b0: TableNetwork, staircase: list[int], target: int
) -> None:
    assert staircase == sorted(staircase)
    at = bisect.bisect(staircase, target)
    nearest = min(abs(macs - target) for macs in staircase[at - 1 : at + 1])
    found = at_target(b0, PAPER, Target("macs", target))
    assert abs(found.realised.cost.macs - target) <= nearest


@pytest.mark.parametrize("figure", ["macs", "params", "acts"])
@pytest.mark.parametrize("phi", [-2.0, -0.5, 0.0, 1.0, 2.5, 7.0])
def test_what_a_phi_gives_is_met_exactly(b0: TableNetwork, figure: str, phi: float) -> None:
    counted = getattr(by_formula(b0, PAPER, phi).realised.cost, figure)
    found = at_target(b0, PAPER, Target(figure, counted))  # type: ignore[arg-type] # str for Literal
    assert getattr(found.realised.cost, figure) == counted


def test_phi_has_the_fewest_decimals_that_give_the_same_count(b0: TableNetwork) -> None:
    for phi in (3.0, 1.0, -1.0):
        macs = by_formula(b0, PAPER, phi).realised.cost.macs
        assert formula_phi(b0, PAPER, Target("macs", macs)) == phi
    assert len(repr(formula_phi(b0, PAPER, Target("macs", 1_800_000_000)))) <= len("1.234")


@pytest.mark.parametrize(
    ("figure", "count"),
    [("macs", 400_000_000), ("macs", 450_000_000), ("macs", 500_000_000), ("params", 7_000_000)],
)
def test_just_above_the_baseline_depth_jumps_once_and_phi_is_a_plain_number(
    b0: TableNetwork, figure: str, count: int
) -> None:
    found = at_target(b0, PAPER, Target(figure, count))  # type: ignore[arg-type] # str for Literal
    assert found.phi is not None
    assert found.phi == round(found.phi, 2)
    assert found.network.repeats in (b0.repeats, tuple(blocks + 1 for blocks in b0.repeats))


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("count", [250_000_000, 1_000_000_000, 4_000_000_000])
def test_a_target_of_macs_at_equal_cost_is_met_within_a_percent(
    b0: TableNetwork, name: str, count: int
) -> None:
    target = Target("macs", count)
    found = at_target(b0, STRATEGIES[name].coefficients, target, equal_cost=True)
    assert abs(target.miss(found.realised.cost)) < 0.01
    shares = found.realised.shares
    assert shares is not None
    assert shares.distance(STRATEGIES[name].shares) < 0.2


@pytest.mark.parametrize(("figure", "count"), [("params", 12_000_000), ("acts", 20_000_000)])
def test_other_targets_at_equal_cost_still_spend_what_phi_says(
    b0: TableNetwork, figure: str, count: int
) -> None:
    found = at_target(b0, PAPER, Target(figure, count), equal_cost=True)  # type: ignore[arg-type] # str for Literal
    assert getattr(found.realised.cost, figure) == pytest.approx(count, rel=0.03)
    assert found.phi is not None
    assert found.realised.ratio == pytest.approx(2**found.phi, rel=0.05)


@pytest.mark.parametrize("equal_cost", [False, True])
@pytest.mark.parametrize("count", [1, 10**18])
def test_a_budget_that_no_phi_reaches_is_refused(
    b0: TableNetwork, count: int, equal_cost: bool
) -> None:
    with pytest.raises(ScaleSearchError, match="`target_macs=`: no phi reaches"):
        at_target(b0, PAPER, Target("macs", count), equal_cost=equal_cost)


def test_parameters_cannot_be_bought_with_resolution(b0: TableNetwork) -> None:
    with pytest.raises(ScaleSearchError, match=r"5\.29 M at any phi"):
        at_target(b0, Coefficients(1, 1, 1.4), Target("params", 9_000_000))


@given(st.floats(0.3, 3), st.floats(0.3, 3), st.floats(0.3, 3), st.integers(1, 10**12))
def test_any_coefficients_give_a_network_or_one_sentence(
    b0: TableNetwork, alpha: float, beta: float, gamma: float, count: int
) -> None:
    coefficients, target = Coefficients(alpha, beta, gamma), Target("macs", count)
    low, high = phi_range(b0, coefficients)
    found = None
    with contextlib.suppress(ScaleSearchError):
        found = at_target(b0, coefficients, target).phi
    assert found is None or low <= found <= high


@given(st.floats(0.3, 3), st.floats(0.3, 3), st.floats(0.3, 3))
def test_the_range_of_phi_is_what_the_limits_let_pass(
    b0: TableNetwork, alpha: float, beta: float, gamma: float
) -> None:
    coefficients = Coefficients(alpha, beta, gamma)
    low, high = phi_range(b0, coefficients)
    for inside in (low, high, 0.0):
        reachable(b0, coefficients, inside)
    for outside in (low - 1e-3, high + 1e-3):
        if abs(outside) < 64:
            with pytest.raises(ScaleSearchError):
                reachable(b0, coefficients, outside)


def test_b3_is_nearest_to_phi_2(b0: TableNetwork) -> None:
    """The published multipliers of B3 lie about 1.2^2, 1.1^2 and 1.15^2, not the cubes."""
    published = as_published(b0, "b3").realised.cost.macs
    assert formula_phi(b0, PAPER, Target("macs", published)) == pytest.approx(2, abs=0.05)
