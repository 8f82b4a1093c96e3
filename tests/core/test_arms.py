"""Arms of a comparison move one dimension alone, and meet their cost or are refused."""

from dataclasses import replace
from itertools import islice

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.architecture import Stage
from scalesearch.core.arms import RATES, SINGLE, arms, baseline_arm, fitting_resolutions, treated
from scalesearch.core.cost import cost
from scalesearch.core.multipliers import PAPER
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.pairs import distinct
from scalesearch.core.proxies import shrink
from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.core.sweeps import one_at_a_time, width_at
from scalesearch.errors import ScaleSearchError

NAMES = ("efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50")


def proxy_at(network: TableNetwork, resolution: int = 19) -> TableNetwork:
    return shrink(
        network, resolution=resolution, width=0.12, drop_strides=2, classes=10, channels=1
    )


def widths(network: TableNetwork) -> list[int]:
    return [stage.channels for stage in network.stages]


@pytest.mark.parametrize("name", NAMES)
def test_twice_the_cost_is_met_by_every_arm_of_every_shipped_baseline(name):
    baseline = load_network(name)
    found = arms(baseline, proxy_at(baseline), [2.0], PAPER)
    assert [arm.asked.method for arm in found] == [*SINGLE, "compound"]
    for arm in found:
        assert not arm.refused
        for realised, base in ((arm.full, baseline), (arm.proxy, proxy_at(baseline))):
            counted = cost(realised.network).macs / cost(base).macs
            assert abs(counted / 2 - 1) <= COST_TOLERANCE
            assert realised.ratio == pytest.approx(counted)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ratio", [2.0, 7.0])
def test_a_single_dimension_arm_leaves_the_other_two_as_they_are(name, ratio):
    base = proxy_at(load_network(name), 33)
    budget = base.budget(ratio)
    depth, width, resolution = (budget.alone(dimension).network for dimension in SINGLE)
    assert (widths(depth), depth.resolution) == (widths(base), base.resolution)
    assert (width.repeats, width.resolution) == (base.repeats, base.resolution)
    assert (widths(resolution), resolution.repeats) == (widths(base), base.repeats)
    assert sum(depth.repeats) > sum(base.repeats)
    assert widths(width) > widths(base)
    assert resolution.resolution.longer > base.resolution.longer


def test_no_whole_number_of_pixels_comes_nearer_than_the_arm():
    base = proxy_at(load_network("efficientnet_b0"))
    found = base.budget(4.0).alone("resolution")
    target = 4 * cost(base).macs
    nearest = min(range(1, 200), key=lambda n: abs(cost(replace(base, resolution=n)).macs - target))
    assert found.network.resolution.longer == nearest
    assert "nearest cost is 3.611 times the baseline's, asked 4.000 (9.7% off" in found.refused


def test_a_network_without_stages_to_lengthen_has_no_depth_arm():
    flat = TableNetwork("flat", (Stage("conv", 3, 1, 8),), 16, 10)
    assert "no stage that depth can lengthen" in flat.budget(2.0).alone("depth").refused


def test_proxy_sizes_that_are_named_do_fit_and_are_the_nearest():
    baseline = load_network("efficientnet_b0")

    def at(pixels: int) -> TableNetwork:
        return proxy_at(baseline, pixels)

    fits = list(islice(fitting_resolutions(at, 19, [4.0], PAPER), 2))
    assert fits == [17, 21]
    for pixels in range(17, 22):
        refused = any(arm.refused for arm in arms(baseline, at(pixels), [4.0], PAPER))
        assert refused == (pixels not in fits)


def test_a_sweep_varies_one_dimension_and_begins_at_the_baseline():
    baseline = load_network("efficientnet_b0")
    proxy = proxy_at(baseline)
    points = one_at_a_time(baseline, proxy, {"depth": (2.0,), "resolution": (1.3, 1.0)})
    assert [(point.asked.line, point.asked.factor) for point in points] == [
        ("depth", 1), ("depth", 2), ("resolution", 1), ("resolution", 1.3),
    ]  # fmt: skip
    for point in points:
        assert widths(point.proxy.network) == widths(proxy)
        if point.asked.factor == 1:
            assert point.proxy.network == replace(proxy, rounding=point.proxy.network.rounding)
            assert point.full.ratio == point.proxy.ratio == 1
    assert sum(points[1].proxy.network.repeats) == 2 * sum(proxy.repeats)
    assert points[3].full.network.resolution.longer == round(1.3 * 224)


def test_width_is_swept_at_each_pair():
    baseline = load_network("mobilenet_v2")
    points = width_at(baseline, proxy_at(baseline), [(1.0, 1.0), (2.0, 1.3)], (2.0,))
    assert [point.asked.line for point in points] == ["d=1, r=1"] * 2 + ["d=2, r=1.3"] * 2
    assert [point.asked.factor for point in points] == [1, 2, 1, 2]
    assert points[2].full.network.resolution.longer == 291
    assert sum(points[2].full.network.repeats) == 2 * sum(baseline.repeats)


def test_a_factor_beyond_all_limits_is_refused():
    baseline = load_network("efficientnet_b0")
    with pytest.raises(ScaleSearchError, match="at depth 1e\\+06"):
        one_at_a_time(baseline, proxy_at(baseline), {"depth": (1e6,)})


def planned(lengths, controls):
    baseline = load_network("efficientnet_b0")
    proxy = proxy_at(baseline)
    found = arms(baseline, proxy, [2.0], PAPER)
    return treated(baseline_arm(baseline, proxy), found, lengths, controls)


def test_a_single_length_without_controls_changes_nothing():
    names = ["baseline", "depth x2", "width x2", "resolution x2", "compound x2"]
    assert [pair.name for pair in planned((3,), False)] == names


def test_every_arm_and_the_baseline_are_trained_at_each_length():
    pairs = planned((3, 12), False)
    assert len(distinct(pairs)) == len({pair.name for pair in pairs}) == 10
    assert [pair.treatment.epochs for pair in pairs] == [3] * 5 + [12] * 5
    assert pairs[0].name == "baseline, 3 epochs"


def test_controls_are_two_rates_of_each_arm_and_resolution_without_information():
    pairs = planned((3, 12), True)
    controls = [pair for pair in pairs if pair.treatment.is_control]
    assert len(controls) == 2 * (4 * len(RATES) + 1)
    informed = [pair for pair in controls if pair.treatment.informed]
    assert {pair.asked.method for pair in informed} == {"resolution"}
    assert {pair.treatment.informed.longer for pair in informed} == {19}
    assert len(distinct(pairs)) == len({pair.name for pair in pairs}) == len(pairs)
