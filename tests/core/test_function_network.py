"""Equal cost for networks that a function builds, with made-up costs: no Keras, no search."""

import math
from dataclasses import replace

import pytest

from scalesearch.core.arms import SINGLE, arms, baseline_arm
from scalesearch.core.candidates import Shares, simplex
from scalesearch.core.cost import Cost
from scalesearch.core.function_network import FunctionNetwork, network_from_json
from scalesearch.core.multipliers import PAPER, Multipliers
from scalesearch.core.pairs import candidate_pairs, distinct
from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.core.sweeps import one_at_a_time, width_at
from scalesearch.errors import BuildError, ScaleSearchError

BASE = FunctionNetwork("some.net", "some:net", 96, 10)


def costing(count, network=BASE):
    """The network whose cost is what `count` says."""
    return replace(network, counter=count)


class Smooth:
    """Cost exactly depth * width^2 * resolution^2; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[FunctionNetwork] = []

    def __call__(self, network: FunctionNetwork) -> Cost:
        self.asked.append(network)
        macs = 1e6 * network.depth * network.width**2 * network.resolution.pixels
        return Cost(round(macs), round(1e5 * network.width), 1)


class InSteps(Smooth):
    """Whole blocks (4 at depth 1), channels in multiples of 4 of 32."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        blocks = max(1, round(4 * network.depth))
        channels = max(4, round(8 * network.width) * 4)
        self.asked.append(network)
        return Cost((blocks * channels**2 + channels) * network.resolution.pixels, channels, blocks)


class InTreads(Smooth):
    """A cost that only every 8th pixel moves, as of a network whose strides are 8 together."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        self.asked.append(network)
        return Cost(1000 * ((network.resolution.longer + 7) // 8) ** 2, 1, 1)


class Stuck(Smooth):
    """A cost that width hardly moves."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        self.asked.append(network)
        return Cost(round(1e6 * network.depth) * (2 if network.width > 8 else 1), 1, 1)


class Shallow(Smooth):
    """Cannot be built at more than 1.5 times the depth, nor under 90 pixels."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        if network.depth > 1.5 or network.resolution.longer < 90:
            raise BuildError(f"{network.call} raised ValueError: too deep. Mend it there.")
        return super().__call__(network)


def test_a_candidate_that_cannot_be_built_is_refused_with_its_sizes_and_the_others_go_on() -> None:
    pairs = candidate_pairs(costing(Shallow()), costing(Shallow()), simplex(0.5), 1.0)
    refused = {pair.name: pair.refused for pair in pairs if pair.refused}
    assert set(refused) == {"depth alone"}
    assert "some:net(depth=2, width=1, resolution=96, classes=10) raised" in refused["depth alone"]
    assert len(distinct(pairs)) == 5


class Narrow(Smooth):
    """Cannot be built at more than 1.3 times the width."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        if network.width > 1.3:
            raise BuildError(f"{network.call} raised ValueError: too wide. Mend it there.")
        return super().__call__(network)


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


@pytest.mark.parametrize("ratio", [2.0, 5.0])
@pytest.mark.parametrize("kind", [Smooth, InSteps])
def test_an_arm_leaves_the_other_two_arguments_exactly_the_baselines(kind, ratio) -> None:
    start = replace(BASE, depth=1.5, width=0.5)
    for dimension in SINGLE:
        count = kind()
        found = costing(count, start).budget(ratio).alone(dimension).network
        assert isinstance(found, FunctionNetwork)
        own, before = (getattr(each, dimension) for each in (found, start))
        assert own.longer > before.longer if dimension == "resolution" else own > before
        assert replace(found, **{dimension: getattr(start, dimension)}) == start
        assert len(set(count.asked)) <= 16  # each is a model that must be built


def test_an_arm_of_a_smooth_cost_meets_it() -> None:
    found = {name: costing(Smooth()).budget(2.0).alone(name) for name in SINGLE}
    assert found["depth"].depth == pytest.approx(2, rel=0.02)
    assert found["width"].width == pytest.approx(2**0.5, rel=0.002)
    assert found["resolution"].network.resolution.longer == round(96 * 2**0.5)
    assert not any(each.refused for each in found.values())


@pytest.mark.parametrize("base", range(90, 104))
def test_pixels_between_treads_do_not_hide_the_nearest_cost(base: int) -> None:
    start, count = replace(BASE, resolution=base), InTreads()
    for ratio in (1.5, 2.0, 4.0, 9.0):
        found = costing(count, start).budget(ratio).alone("resolution")
        target = math.log2(ratio * count(start).macs)
        every = (count(replace(start, resolution=pixels)).macs for pixels in range(1, 1000))
        least = min(abs(math.log2(macs) - target) for macs in every)
        assert abs(math.log2(found.cost.macs) - target) == pytest.approx(least)


def test_an_arm_that_whole_blocks_keep_from_its_cost_is_refused_with_how_near_it_came() -> None:
    found = costing(InSteps()).budget(1.12).alone("depth")  # 4 blocks, then 5
    assert "nearest cost is 1.0" in found.refused or "nearest cost is 1.2" in found.refused
    assert "asked 1.120" in found.refused
    assert f"at most {COST_TOLERANCE:.0%}" in found.refused


def test_a_dimension_that_hardly_moves_the_cost_is_never_asked_for_beyond_all_bounds() -> None:
    count = Stuck()
    refused = costing(count).budget(64.0).alone("width").refused
    assert "nearest cost is 2.000 times the baseline's, asked 64.000" in refused
    assert max(network.width for network in count.asked) <= 100


def test_arms_of_a_function_are_those_of_a_table_and_cost_the_same() -> None:
    base = costing(Smooth())
    proxy = replace(base, resolution=19, width=0.25)
    found = arms(base, proxy, [2.0, 3.0], PAPER)
    names = [f"{each} x{n}" for n in (2, 3) for each in (*SINGLE, "compound")]
    assert [arm.name for arm in found] == names
    itself = baseline_arm(base, proxy)
    assert (itself.full.network, itself.proxy.network) == (BASE, proxy)
    for arm in found:
        for realised, start in ((arm.full, BASE), (arm.proxy, proxy)):
            # The formula itself, not what the arm says of itself.
            network = realised.network
            times = (
                network.depth
                / start.depth
                * (network.width / start.width) ** 2
                * network.resolution.over(start.resolution) ** 2
            )
            assert arm.refused or times == pytest.approx(arm.asked.cost, rel=COST_TOLERANCE)
            assert realised.blocks is None
    assert not any(arm.refused for arm in found if arm.asked.method != "resolution")


def test_a_sweep_of_a_function_follows_the_formula() -> None:
    base = costing(Smooth())
    proxy = replace(base, resolution=20)
    points = one_at_a_time(base, proxy, {"depth": (2.0,), "resolution": (1.3,)})
    assert [point.name for point in points] == [
        "depth, depth 1", "depth, depth 2", "resolution, resolution 1",
        "resolution, resolution 1.3",
    ]  # fmt: skip
    assert points[0].proxy.network == points[2].proxy.network == proxy
    assert points[1].full.network == replace(BASE, depth=2.0)
    assert points[3].proxy.network == replace(proxy, resolution=26)
    by_pairs = width_at(base, proxy, [(2.0, 1.5)], (1.5,))
    assert by_pairs[1].full.network == replace(BASE, depth=2.0, width=1.5, resolution=144)
    assert by_pairs[1].full.ratio == pytest.approx(2 * 1.5**2 * 1.5**2)


@pytest.mark.parametrize(
    ("dimension", "factor", "said"),
    [
        ("depth", 101.0, "some:net at depth 101, width 1, resolution 1 would be 101 times as deep"),
        ("width", 1e9, "times as wide"),
        ("resolution", 0.01, "pixels a side. There must be at least 1"),
        ("resolution", 1e6, "pixels a side"),
    ],
)
def test_a_function_is_never_asked_for_what_is_beyond_all_limits(dimension, factor, said) -> None:
    count = Smooth()
    with pytest.raises(ScaleSearchError, match=said):
        one_at_a_time(costing(count), costing(count), {dimension: (factor,)})
    assert {getattr(network, dimension) for network in count.asked} <= {getattr(BASE, dimension)}


def test_proxies_that_a_function_builds_alike_are_one_training() -> None:
    count = InSteps()
    asked = [1.0, 1.05, 1.25, 1.3, 2.0]  # 4, 4, 5, 5 and 8 blocks
    trials = distinct(one_at_a_time(costing(count), costing(count), {"depth": asked}))
    assert [len(trial.names) for trial in trials] == [2, 2, 1]
    assert [trial.pair.proxy.network.depth for trial in trials] == [1.0, 1.25, 2.0]
