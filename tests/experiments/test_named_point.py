"""The named point is a network that can be built, at equal cost and within the limits."""

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.candidates import from_shares
from scalesearch.core.limits import Ceilings
from scalesearch.core.network_table import TableNetwork
from scalesearch.experiments.named_point import in_words, named
from scalesearch.search.naming_rule import Naming
from tests.search.triangle_rows import rows

NAMING = Naming(0.15)


@pytest.fixture(scope="module")
def network() -> TableNetwork:
    return load_network("efficientnet_b0")


@pytest.fixture(scope="module")
def free(network):
    return named(rows(seeds=3), NAMING, network, 1.0)


def test_it_costs_what_was_asked_and_its_coefficients_follow_from_its_shares(free, network):
    result, point = free
    assert point.shares == result.shares
    assert point.instead is None
    assert point.realised.counted_ratio == pytest.approx(2, rel=0.05)
    assert point.realised.macs / network.cost.macs == point.realised.counted_ratio
    assert point.coefficients == from_shares(point.shares)
    assert point.coefficients.nominal == pytest.approx(2)


def test_a_point_between_the_candidates_is_called_by_its_shares(free):
    _, point = free
    assert point.names == (in_words(point.shares),)
    assert point.names[0].startswith("depth 0.")


def test_at_another_phi_the_same_coefficients_are_built_larger(free, network):
    result, point = named(rows(seeds=3), NAMING, network, 2.0)
    assert (result, point.coefficients) == (free[0], free[1].coefficients)
    assert point.realised.counted_ratio == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize("spared", [100_000, 500_000])
def test_beyond_a_limit_the_nearest_within_it_is_named_and_told_of(free, network, spared):
    most = free[1].realised.params - spared
    result, point = named(rows(seeds=3), NAMING, network, 1.0, Ceilings(params=most))
    assert point.realised.params <= most
    assert "params, more than" in point.instead
    assert in_words(free[0].shares) in point.instead
    assert result.expected_regret > free[0].expected_regret - 0.01  # both are means over draws
    assert point.shares.distance(result.shares) < 0.01
    assert result.shares != free[0].shares


def test_where_nothing_else_can_be_built_the_best_candidate_is_named(network):
    result, point = named(rows(seeds=3), NAMING, network, 1.0, Ceilings(params=1))
    assert point.names == result.candidates[0].names
    assert point.instead


def test_among_candidates_the_named_one_is_what_the_table_says(network):
    records = rows(seeds=3)
    result, point = named(records, Naming(0.15, among_candidates=True), network, 1.0)
    row = next(row for row in records if row["cell"] == result.cell)
    assert point.names == (row["names"],)
    assert (point.coefficients.alpha, point.realised.macs) == (row["alpha"], row["macs"])
