"""Named splits are those of their papers; the published table is explained by its numbers."""

import math

import pytest

from scalesearch.core.candidates import shares_of
from scalesearch.core.explanation import explain
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.strategies import STRATEGIES, strategy
from scalesearch.errors import ScaleSearchError


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_doubles_the_nominal_cost_at_phi_1(name: str) -> None:
    coefficients = strategy(name).coefficients
    assert coefficients.nominal == pytest.approx(2)
    assert shares_of(coefficients).distance(strategy(name).shares) < 1e-9


def test_dwr_shares_the_budget_1_to_8_to_1() -> None:
    """arXiv 2103.06877: depth s^0.1, width sqrt(s)^0.8, resolution sqrt(s)^0.1 for s times cost."""
    coefficients = strategy("dWr").coefficients
    assert coefficients.alpha == pytest.approx(2**0.1)
    assert coefficients.beta == pytest.approx(math.sqrt(2) ** 0.8)
    assert coefficients.gamma == pytest.approx(math.sqrt(2) ** 0.1)


def test_uniform_spends_as_much_on_each_dimension() -> None:
    c = strategy("uniform").coefficients
    assert c.alpha == pytest.approx(c.beta**2) == pytest.approx(c.gamma**2)


@pytest.mark.parametrize("name", ["depth", "width", "resolution"])
def test_one_dimension_alone_leaves_the_others(name: str) -> None:
    c = strategy(name).coefficients
    values = {"depth": c.alpha, "width": c.beta, "resolution": c.gamma}
    assert [each for each, value in values.items() if value != 1] == [name]


@pytest.mark.parametrize("name", ["", "DEPTH", "dwr", "compound"])
def test_an_unknown_strategy_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ScaleSearchError, match="depth, width, resolution, uniform, dWr"):
        strategy(name)


def test_b3_implies_three_different_phis_and_none_is_3(b0: TableNetwork) -> None:
    implied = explain(b0, "b3").implied
    assert 1.2**implied.depth == pytest.approx(1.4)
    assert 1.1**implied.width == pytest.approx(1.2)
    assert 1.15**implied.resolution == pytest.approx(300 / 224)
    phis = (implied.depth, implied.width, implied.resolution)
    assert [round(phi, 2) for phi in phis] == [1.85, 1.91, 2.09]


def test_the_formula_beside_b3_is_far_dearer(b0: TableNetwork) -> None:
    explanation = explain(b0, "B3")
    assert explanation.formula.phi == 3
    assert explanation.formula.network.resolution.longer == 341
    assert explanation.formula.realised.cost.macs > 1.7 * explanation.published.realised.cost.macs


def test_b0_is_phi_0(b0: TableNetwork) -> None:
    explanation = explain(b0, "b0")
    implied = explanation.implied
    assert (implied.depth, implied.width, implied.resolution) == (0, 0, 0)
    assert explanation.nearest.phi == explanation.formula.phi == 0
