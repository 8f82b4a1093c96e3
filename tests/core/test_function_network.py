"""Equal cost for networks that a function builds, with made-up costs: no Keras, no search."""

from dataclasses import replace

import pytest
from made_up_costs import BASE, InSteps, Narrow, Shallow, Smooth, Stuck, costing

from scalesearch.core.arms import arms, baseline_arm
from scalesearch.core.candidates import Shares, simplex
from scalesearch.core.function_network import network_from_json
from scalesearch.core.multipliers import PAPER, Multipliers
from scalesearch.core.pairs import candidate_pairs, distinct
from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.core.sweeps import one_at_a_time
from scalesearch.errors import BuildError


def test_a_candidate_that_cannot_be_built_is_refused_with_its_sizes_and_the_others_go_on() -> None:
    pairs = candidate_pairs(costing(Shallow()), costing(Shallow()), simplex(0.5), 1.0)
    refused = {pair.name: pair.refused for pair in pairs if pair.refused}
    assert set(refused) == {"depth alone"}
    assert "some:net(depth=2, width=1, resolution=96, classes=10) raised" in refused["depth alone"]
    assert len(distinct(pairs)) == 5


def test_a_width_that_cannot_be_built_is_the_reason_and_not_a_missed_cost() -> None:
    pairs = candidate_pairs(costing(Narrow()), costing(Narrow()), simplex(0.5), 1.0)
    refused = {pair.name: pair.refused for pair in pairs if pair.refused}
    assert set(refused) == {"width alone"}
    assert "too wide" in refused["width alone"]
    (arm,) = [
        arm for arm in arms(costing(Narrow()), costing(Narrow()), [2.0], PAPER) if arm.refused
    ]
    assert arm.name == "width x2"
    assert "too wide" in arm.refused


def test_a_point_of_a_sweep_that_cannot_be_built_is_refused_alone() -> None:
    base = costing(Narrow())
    points = one_at_a_time(base, base, {"width": [1.2, 2.0], "depth": [2.0]})
    assert [point.name for point in points if point.refused] == ["width, width 2"]


def test_formulas_networks_that_cannot_be_built_are_refused_too() -> None:
    pairs = candidate_pairs(costing(Shallow()), costing(Shallow()), simplex(0.5), 1.0, literal=True)
    assert [pair.name for pair in pairs if pair.refused] == ["depth alone"]


def test_a_baseline_that_cannot_be_built_is_an_error() -> None:
    base = costing(Shallow())
    with pytest.raises(BuildError, match="resolution=50"):
        candidate_pairs(base, replace(base, resolution=50), simplex(0.5), 1.0)


def test_an_arm_that_cannot_be_built_is_refused_with_its_sizes() -> None:
    found = arms(costing(Shallow()), costing(Shallow()), [2.0], PAPER)
    assert [arm.name for arm in found if arm.refused] == ["depth x2"]
    assert not found[0].full.counted


@pytest.mark.parametrize("phi", [1.0, 2.5, -1.0])
def test_points_are_met_where_the_cost_is_smooth(phi: float) -> None:
    for point in simplex(0.25):
        found = costing(Smooth()).budget(2**phi).realise(point.shares)
        assert found.ratio == pytest.approx(2**phi, rel=0.005)
        assert found.shares is not None
        assert found.shares.distance(point.shares) < 0.03 / abs(phi)
        assert not found.refused


def test_width_closes_the_gap_of_whole_blocks_and_channels() -> None:
    solver = costing(InSteps()).budget(2.0)
    found = [solver.realise(point.shares) for point in simplex(0.25)]
    assert all(abs(each.ratio / 2 - 1) <= COST_TOLERANCE for each in found if not each.refused)
    assert sum(not each.refused for each in found) >= 12


def test_what_cannot_be_realised_is_refused_with_its_figures() -> None:
    found = costing(Stuck()).budget(1.5).realise(Shares(0, 1, 0))
    assert "asked 1.500" in found.refused
    assert f"at most {COST_TOLERANCE:.0%}" in found.refused


def test_few_models_are_looked_at() -> None:
    count = Smooth()
    solver = costing(count).budget(2.0)
    for point in simplex(0.25):
        solver.realise(point.shares)
    assert len(set(count.asked)) < 15 * 12


def test_realised_shares_are_counted_one_dimension_at_a_time() -> None:
    found = costing(Smooth()).realise(Multipliers(2.0, 1.5, 1.25))
    assert found.ratio == pytest.approx(2 * 1.5**2 * 1.25**2)
    assert found.shares is not None
    assert found.shares.depth + found.shares.width + found.shares.resolution == pytest.approx(1)
    assert found.shares.depth < found.shares.width


def test_a_function_that_builds_the_same_twice_is_trained_once() -> None:
    base = costing(InSteps())
    pairs = candidate_pairs(base, replace(base, resolution=32), simplex(0.125), 1.0)
    accepted = [pair for pair in pairs if not pair.refused]
    trials = distinct(pairs)
    proxies = [trial.pair.proxy for trial in trials]
    costs = [(proxy.network.resolution.longer, proxy.cost) for proxy in proxies]
    assert len(set(costs)) == len(costs) < len(accepted)
    assert sum(len(trial.names) for trial in trials) == len(accepted)


def test_the_baseline_is_an_arm_of_its_own_cost() -> None:
    base = costing(InSteps())
    arm = baseline_arm(base, replace(base, resolution=32))
    assert arm.full.network == BASE
    assert arm.full.ratio == 1


def test_a_scaled_network_scales_on_from_where_it_is() -> None:
    twice = BASE.at(1.5, 1.2, 1.25).at(2.0, 1.5, 1.1)
    assert (twice.depth, twice.width, twice.resolution.to_json()) == (3.0, 1.8, 132)


def test_a_network_survives_json_and_its_counter_is_no_part_of_it() -> None:
    counted = costing(Smooth())
    assert "counter" not in counted.to_json()
    assert network_from_json(counted.to_json()) == BASE == counted
    assert hash(counted) == hash(BASE)
    assert "counter" not in repr(counted)


def test_all_that_is_made_of_a_network_is_counted_as_it_is() -> None:
    count = Smooth()
    start = costing(count)
    for other in (start.at(2.0, 1.5, 1.25), start.resized(start.resolution), start.named("x")):
        assert other.counter is count
