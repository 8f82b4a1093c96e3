"""Equal cost for networks that a function builds, with made-up costs: no Keras, no search."""

from dataclasses import replace

import pytest

from scalesearch.core.built import BuiltNetwork, network_from_json, scaled
from scalesearch.core.built_cost import CountedEqualCost, describe
from scalesearch.core.candidates import Shares, simplex
from scalesearch.core.cost import Cost
from scalesearch.core.equal_cost import COST_TOLERANCE
from scalesearch.core.plan import make_plan
from scalesearch.core.scaling import Multipliers

BASE = BuiltNetwork("some.net", "some:net", 96, 10)


class Smooth:
    """Cost exactly depth * width^2 * resolution^2; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[BuiltNetwork] = []

    def __call__(self, network: BuiltNetwork) -> Cost:
        self.asked.append(network)
        macs = 1e6 * network.depth * network.width**2 * network.resolution**2
        return Cost(round(macs), round(1e5 * network.width), 1)


class InSteps(Smooth):
    """Whole blocks (4 at depth 1), channels in multiples of 4 of 32."""

    def __call__(self, network: BuiltNetwork) -> Cost:
        blocks = max(1, round(4 * network.depth))
        channels = max(4, round(8 * network.width) * 4)
        self.asked.append(network)
        return Cost((blocks * channels**2 + channels) * network.resolution**2, channels, blocks)


class Stuck(Smooth):
    """A cost that width hardly moves."""

    def __call__(self, network: BuiltNetwork) -> Cost:
        return Cost(round(1e6 * network.depth) * (2 if network.width > 8 else 1), 1, 1)


@pytest.mark.parametrize("phi", [1.0, 2.5, -1.0])
def test_points_are_met_where_the_cost_is_smooth(phi: float) -> None:
    for point in simplex(0.25):
        found = CountedEqualCost(BASE, 2**phi, Smooth()).realise(point.shares)
        assert found.ratio == pytest.approx(2**phi, rel=0.005)
        assert found.shares is not None
        assert found.shares.distance(point.shares) < 0.03 / abs(phi)
        assert not found.refused


def test_width_closes_the_gap_of_whole_blocks_and_channels() -> None:
    solver = CountedEqualCost(BASE, 2.0, InSteps())
    found = [solver.realise(point.shares) for point in simplex(0.25)]
    assert all(abs(each.ratio / 2 - 1) <= COST_TOLERANCE for each in found if not each.refused)
    assert sum(not each.refused for each in found) >= 12


def test_what_cannot_be_realised_is_refused_with_its_figures() -> None:
    found = CountedEqualCost(BASE, 1.5, Stuck()).realise(Shares(0, 1, 0))
    assert "asked 1.500" in found.refused
    assert f"at most {COST_TOLERANCE:.0%}" in found.refused


def test_few_models_are_looked_at() -> None:
    count = Smooth()
    solver = CountedEqualCost(BASE, 2.0, count)
    for point in simplex(0.25):
        solver.realise(point.shares)
    assert len(set(count.asked)) < 15 * 12


def test_realised_shares_are_counted_one_dimension_at_a_time() -> None:
    found = describe(BASE, Multipliers(2.0, 1.5, 1.25), Smooth())
    assert found.ratio == pytest.approx(2 * 1.5**2 * 1.25**2)
    assert found.shares is not None
    assert found.shares.depth + found.shares.width + found.shares.resolution == pytest.approx(1)
    assert found.shares.depth < found.shares.width


def test_a_function_that_builds_the_same_twice_is_trained_once() -> None:
    proxy = replace(BASE, resolution=32)
    plan = make_plan(BASE, proxy, simplex(0.125), 1.0, count=InSteps())
    costs = [(trial.row.proxy.network.resolution, trial.row.proxy.cost) for trial in plan.trials]
    assert len(set(costs)) == len(costs) < len(plan.accepted)
    assert sum(len(trial.names) for trial in plan.trials) == len(plan.accepted)
    assert plan.reference.full.network == BASE
    assert plan.reference.full.ratio == 1


def test_a_scaled_network_scales_on_from_where_it_is() -> None:
    twice = scaled(scaled(BASE, Multipliers(1.5, 1.2, 1.25)), Multipliers(2.0, 1.5, 1.1))
    assert (twice.depth, twice.width, twice.resolution) == (3.0, 1.8, 132)


def test_a_network_survives_json() -> None:
    assert network_from_json(BASE.to_json()) == BASE
