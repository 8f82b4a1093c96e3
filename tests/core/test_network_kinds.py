"""What every network must do, whichever kind it is: one set of tests, run on both."""

from dataclasses import replace

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost
from scalesearch.core.function_network import FunctionNetwork, network_from_json
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network
from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.core.resolution import Resolution
from scalesearch.errors import BuildError, ScaleSearchError


def _smooth(network: FunctionNetwork) -> Cost:
    """Exactly depth * width^2 * resolution^2, up to 4 times the depth."""
    if network.depth > 4:
        raise BuildError(f"{network.call} raised ValueError: too deep.")
    macs = 1e6 * network.depth * network.width**2 * network.resolution.pixels
    return Cost(round(macs), round(1e5 * network.width), 1)


TABLE = load_network("efficientnet_b0")
FUNCTION = FunctionNetwork("some.net", "some:net", Resolution.of(96), 10, counter=_smooth)


@pytest.fixture(params=[TABLE, FUNCTION], ids=["table", "function"])
def network(request: pytest.FixtureRequest) -> Network:
    found: Network = request.param
    return found


def test_at_no_multiplier_it_is_itself(network: Network) -> None:
    assert network.at() == network
    assert network.at(depth=1.0, width=1.0, resolution=1.0).cost == network.cost


def test_each_multiplier_makes_it_cost_more(network: Network) -> None:
    for by in ({"depth": 2.0}, {"width": 2.0}, {"resolution": 2.0}):
        assert network.at(**by).cost.macs > 1.5 * network.cost.macs


def test_resizing_changes_the_resolution_alone(network: Network) -> None:
    size = Resolution(80, 64)
    assert network.resized(size).resolution == size
    assert network.resized(size).resized(network.resolution) == network


def test_its_name_says_nothing_of_what_is_built(network: Network) -> None:
    assert network.named("other").name == "other"
    assert network.named("other").key == network.key
    assert network.at(width=1.5).key != network.key


def test_realised_as_it_is_it_costs_once_and_spends_nothing(network: Network) -> None:
    found = network.realise(Multipliers())
    assert (found.network, found.cost, found.ratio) == (network, network.cost, 1)
    assert found.shares is None
    assert (found.key, found.blocks) == (network.key, network.blocks)


def test_what_is_realised_is_the_formulas_network_beside_it(network: Network) -> None:
    by = Multipliers(1.5, 1.25, 1.25)
    found = network.realise(by)
    assert found == network.realise_or_refused(by)
    assert found.network == network.at(1.5, 1.25, 1.25)
    assert found.ratio == found.cost.macs / network.cost.macs
    assert found.shares is not None
    parts = (found.shares.depth, found.shares.width, found.shares.resolution)
    assert sum(parts) == pytest.approx(1)


def test_a_budget_is_met_near_to_the_shares(network: Network) -> None:
    asked = Shares(0.25, 0.25, 0.5)
    found = network.budget(2.0).realise(asked)
    assert not found.refused
    assert found.ratio == pytest.approx(2, rel=COST_TOLERANCE)
    assert found.shares is not None
    assert found.shares.distance(asked) < 0.1


@pytest.mark.parametrize("dimension", ["depth", "width", "resolution"])
def test_a_budget_spent_on_one_dimension_leaves_the_others(
    network: Network, dimension: str
) -> None:
    found = network.budget(2.0).alone(dimension)
    for other in {"depth", "width", "resolution"} - {dimension}:
        assert getattr(found, other) == 1
    assert getattr(found, dimension) > 1


def test_balance_changes_how_it_scales_and_not_what_it_is(network: Network) -> None:
    assert network.balanced.cost == network.cost
    assert network.balanced.balanced == network.balanced


@pytest.mark.parametrize("by", [Multipliers(resolution=1e6), Multipliers(width=1e9)])
def test_absurd_sizes_are_refused_with_its_title(network: Network, by: Multipliers) -> None:
    with pytest.raises(ScaleSearchError, match=f"^{network.title} .*so"):
        network.check(by, "so")
    network.check(Multipliers(2.0, 1.5, 1.25), "so")


def test_what_is_scaled_at_equal_cost_scales_on_by_the_baselines_rule(network: Network) -> None:
    at_cost = network.budget(2.0).realise(Shares(0.25, 0.25, 0.5)).network
    again = at_cost.rounded_like(network)
    assert again.cost == at_cost.cost
    assert again.balanced == at_cost.balanced
    assert network.balanced.rounded_like(network) == network


def test_a_network_says_its_stages_or_the_call_that_builds_it() -> None:
    assert TABLE.table is TABLE
    assert (TABLE.builder, TABLE.arguments, TABLE.slow_to_count) == ("", {}, False)
    assert FUNCTION.table is None
    assert (FUNCTION.builder, FUNCTION.slow_to_count) == ("some:net", True)
    assert FUNCTION.arguments == {"depth": 1, "width": 1, "resolution": 96, "classes": 10}


def test_it_is_read_back_from_its_json(network: Network) -> None:
    again = network_from_json(network.to_json())
    assert again == network
    assert hash(again) == hash(network)


def test_only_a_table_says_what_a_training_keeps() -> None:
    needs = TABLE.footprint(8)
    assert needs.kept > needs.live > 0
    assert TABLE.statistics > 0
    assert FUNCTION.footprint(8) is FUNCTION.statistics is None


def test_one_that_cannot_be_built_is_refused_and_like_no_other() -> None:
    refused = [FUNCTION.realise_or_refused(Multipliers(depth=depth)) for depth in (5.0, 6.0)]
    assert all("too deep" in each.refused and not each.counted for each in refused)
    assert refused[0].key != refused[1].key
    with pytest.raises(BuildError):
        FUNCTION.realise(Multipliers(depth=5.0))


def test_a_function_without_a_counter_says_so() -> None:
    with pytest.raises(AssertionError, match="some:net was given no counter"):
        replace(FUNCTION, counter=None).cost  # noqa: B018 # a property that is computed
