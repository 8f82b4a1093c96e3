"""Points of the simplex and of the box."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.core.candidates import Box, Range, Shares, box, from_shares, shares_of, simplex
from scalesearch.core.multipliers import PAPER, Coefficients
from scalesearch.errors import ScaleSearchError


@pytest.mark.parametrize("parts", [1, 2, 4, 5, 8, 10, 100])
def test_simplex_covers_the_triangle_and_meets_the_budget_exactly(parts: int) -> None:
    points = simplex(1 / parts)
    assert len(points) == len(set(points)) == (parts + 1) * (parts + 2) // 2
    for point in points:
        shares = point.shares
        assert math.isclose(shares.depth + shares.width + shares.resolution, 1.0)
        assert math.isclose(point.coefficients.nominal, 2.0)
        assert min(point.coefficients.alpha, point.coefficients.beta) >= 1


def test_simplex_corners_are_single_dimensions() -> None:
    corners = {p.name: p.coefficients for p in simplex(0.25) if p.name.endswith("alone")}
    assert corners["depth alone"] == Coefficients(2.0, 1.0, 1.0)
    assert corners["width alone"] == Coefficients(1.0, 2**0.5, 1.0)
    assert corners["resolution alone"] == Coefficients(1.0, 1.0, 2**0.5)


@pytest.mark.parametrize("step", [0.0, -0.25, 0.3, 2.0, 0.001, math.nan])
def test_simplex_refuses_a_step_that_does_not_divide_one(step: float) -> None:
    with pytest.raises(ScaleSearchError, match="`step=`"):
        simplex(step)


@given(st.floats(1, 16), st.floats(1, 16), st.floats(1, 16))
def test_shares_sum_to_one_and_give_the_coefficients_back(
    alpha: float, beta: float, gamma: float
) -> None:
    coefficients = Coefficients(alpha, beta, gamma)
    if coefficients.nominal < 1.0001:
        return
    shares = shares_of(coefficients)
    assert math.isclose(shares.depth + shares.width + shares.resolution, 1.0, abs_tol=1e-9)
    back = from_shares(shares)
    assert shares_of(back).distance(shares) < 1e-6
    power = math.log2(coefficients.nominal)
    assert math.isclose(back.alpha**power, alpha, rel_tol=1e-6)
    assert math.isclose(back.gamma**power, gamma, rel_tol=1e-6)


def test_shares_of_the_paper() -> None:
    """By hand: log2(1.2) = 0.2630, 2 log2(1.1) = 0.2750, 2 log2(1.15) = 0.4033."""
    expected = Shares(0.2630 / 0.9413, 0.2750 / 0.9413, 0.4033 / 0.9413)
    assert shares_of(PAPER).distance(expected) < 1e-3


def test_shares_of_nothing_scaled_are_refused() -> None:
    with pytest.raises(ScaleSearchError, match="over 1"):
        shares_of(Coefficients(1.0, 1.0, 1.0))


def test_box_holds_its_tolerance_strictly() -> None:
    points = box(Box(step=0.1, tolerance=0.2))
    assert points
    assert all(abs(point.coefficients.nominal - 2) < 0.2 for point in points)


def test_box_ranges_include_both_ends() -> None:
    assert Range(1.0, 1.3).values(0.1) == (1.0, 1.1, 1.2, 1.3)


@pytest.mark.parametrize(
    "grid",
    [
        Box(step=math.nan),
        Box(step=0.0),
        Box(tolerance=math.nan),
        Box(alpha=Range(0.9, 2)),
        Box(gamma=Range(1.5, 1.2)),
        Box(beta=Range(1, math.inf)),
    ],
)
def test_box_refuses_what_makes_no_grid(grid: Box) -> None:
    with pytest.raises(ScaleSearchError, match=r"^`(step|tolerance|alpha|beta|gamma)=` must"):
        box(grid)
