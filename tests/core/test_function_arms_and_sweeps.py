"""Arms and sweeps of networks that a function builds, with made-up costs."""

import math
from dataclasses import replace

import pytest
from made_up_costs import BASE, InSteps, InTreads, Smooth, Stuck, costing

from scalesearch.core.arms import SINGLE, arms, baseline_arm
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.multipliers import PAPER
from scalesearch.core.pairs import distinct
from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.core.sweeps import one_at_a_time, width_at
from scalesearch.errors import ScaleSearchError


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
