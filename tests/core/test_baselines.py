"""The shipped baselines beside EfficientNet scale, meet budgets and shrink as it does."""

from dataclasses import replace

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.blocks import MaxPool, blocks
from scalesearch.core.candidates import simplex
from scalesearch.core.cost import by_stage, cost
from scalesearch.core.multipliers import PAPER, Multipliers, scale
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.proxies import shrink
from scalesearch.core.realisation import COST_TOLERANCE
from scalesearch.core.scaling import at_equal_cost, by_formula
from scalesearch.errors import ScaleSearchError

NAMES = ("mobilenet_v1", "mobilenet_v2", "resnet50")
OTHERS = pytest.mark.parametrize("name", NAMES)


def proxy_of(name: str, drop_strides: int = 2) -> TableNetwork:
    network = load_network(name)
    size = {"resolution": 19, "width": 0.12, "drop_strides": drop_strides}
    return shrink(network, **size, classes=10, channels=1)  # type: ignore[arg-type] # each is of its type


@pytest.mark.parametrize(
    ("name", "dropout", "activation", "repeats"),
    [
        ("mobilenet_v1", 0.001, "relu6", (1, 2, 2, 6, 2)),
        ("mobilenet_v2", 0.2, "relu6", (1, 2, 3, 4, 3, 3, 1)),
        ("resnet50", 0.0, "relu", (3, 4, 6, 3)),
    ],
)
def test_tables_say_what_the_papers_say(
    name: str, dropout: float, activation: str, repeats: tuple[int, ...]
) -> None:
    network = load_network(name)
    assert (network.dropout, network.drop_connect) == (dropout, 0.0)
    assert (network.activation, network.repeats) == (activation, repeats)
    assert [part.resolution.to_json() for part in by_stage(network)][-2] == 7


@pytest.mark.parametrize(
    ("repeats", "expected"), [("ceil", (5, 6, 9, 5)), ("balanced", (4, 6, 9, 4))]
)
def test_depth_of_resnet_follows_the_rule_of_rounding(repeats, expected) -> None:  # type: ignore[no-untyped-def]
    """1.44 times 3, 4, 6, 3 blocks; balanced, 23 in all."""
    network = load_network("resnet50")
    network = replace(network, rounding=replace(network.rounding, repeats=repeats))
    assert scale(network, Multipliers(depth=1.44)).repeats == expected


@OTHERS
@pytest.mark.parametrize("factor", [0.3, 0.5, 1.1, 2.0])
def test_width_scales_every_layer_and_pools_follow(name: str, factor: float) -> None:
    network = scale(load_network(name), Multipliers(width=factor))
    for stage, base in zip(network.stages, load_network(name).stages, strict=True):
        assert stage.channels % 8 == 0
        assert abs(stage.channels - factor * base.channels) <= 8
    channels = 3
    for block in blocks(network)[:-1]:
        for branch in filter(None, (block.shortcut, block.layers)):
            entry = branch[0]
            inputs = entry.channels if isinstance(entry, MaxPool) else entry.inputs  # type: ignore[union-attr]
            assert inputs == channels
        last = block.layers[-1]
        channels = last.channels if isinstance(last, MaxPool) else last.outputs  # type: ignore[union-attr]
        if block.shortcut:
            assert block.shortcut[-1].outputs == channels  # type: ignore[union-attr]


def test_a_fixed_stem_is_what_the_pool_behind_it_passes_on() -> None:
    network = load_network("resnet50")
    network = replace(network, rounding=replace(network.rounding, fixed_stem=True))
    wide = scale(network, Multipliers(width=2.0))
    assert [part.channels for part in by_stage(wide)][:3] == [64, 64, 512]


@OTHERS
def test_phi_2_is_the_formula(name: str) -> None:
    baseline = load_network(name)
    scaled = by_formula(baseline, PAPER, 2)
    assert scaled.network.resolution.longer == round(224 * 1.15**2) == 296
    assert scaled.network.name == f"{name}_phi2"
    assert scaled.realised.ratio == cost(scaled.network).macs / cost(baseline).macs


@OTHERS
@pytest.mark.parametrize("phi", [-1, 1, 3])
def test_equal_cost_meets_its_budget(name: str, phi: int) -> None:
    scaled = at_equal_cost(load_network(name), PAPER, phi)
    assert scaled.realised.ratio == pytest.approx(2**phi, rel=0.04)


@OTHERS
@pytest.mark.parametrize("small", [False, True])
def test_the_whole_triangle_is_realised_at_equal_cost(name: str, small: bool) -> None:
    solver = (proxy_of(name) if small else load_network(name)).budget(2.0)
    found = [(point, solver.realise(point.shares)) for point in simplex(0.25)]
    assert not [realised.refused for _, realised in found if realised.refused]
    assert max(abs(realised.ratio / 2 - 1) for _, realised in found) < COST_TOLERANCE
    for point, realised in found:
        assert realised.shares is not None
        assert realised.shares.distance(point.shares) < 0.25


@OTHERS
@pytest.mark.parametrize(("dropped", "pixels"), [(0, 1), (1, 2), (2, 3), (3, 5), (5, 19)])
def test_dropped_strides_keep_the_size_of_small_images(
    name: str, dropped: int, pixels: int
) -> None:
    parts = by_stage(proxy_of(name, drop_strides=dropped))
    assert [part.resolution.to_json() for part in parts][-2] == pixels


@OTHERS
def test_dropped_last_strides_leave_more_pixels_at_the_end(name: str) -> None:
    """Of five strided stages the middle two stay: a total stride of 4 where it was 32."""
    small = shrink(
        load_network(name), resolution=20, width=0.12, drop_strides=2, drop_last_strides=1,
        classes=10, channels=1,
    )  # fmt: skip
    sides = [part.resolution.to_json() for part in by_stage(small)]
    assert sides[0] == 20
    assert sides[-2] == 5
    assert small.rounding.pixels == 4


def test_no_more_strides_are_dropped_than_there_are() -> None:
    with pytest.raises(ScaleSearchError, match=r"together must be at most 5, .*\. Got 6\."):
        shrink(
            load_network("efficientnet_b0"), resolution=20, width=0.12, drop_strides=3,
            drop_last_strides=3, classes=10, channels=1,
        )  # fmt: skip


def test_a_pool_whose_stride_is_dropped_goes_altogether() -> None:
    """The stem's stride is the first, the pool's the second."""
    blocks_left = [
        [stage.block for stage in proxy_of("resnet50", drop_strides=count).stages][:2]
        for count in (0, 1, 2)
    ]
    assert blocks_left == [["conv", "max_pool"]] * 2 + [["conv", "bottleneck"]]
    assert [stage.stride for stage in proxy_of("resnet50", drop_strides=1).stages][:2] == [1, 2]
    stem = proxy_of("resnet50").stages[0]
    assert (stem.stride, stem.channels) == (1, 8)


def test_a_proxys_projections_follow_its_own_widths() -> None:
    """Where the stem of a proxy happens to be as wide as the first stage, nothing is projected."""
    network = load_network("resnet50")
    stages = (replace(network.stages[0], channels=256), *network.stages[1:])
    first = blocks(replace(network, stages=stages))[2]
    assert first.kind == "bottleneck"
    assert not first.shortcut
    assert blocks(network)[2].shortcut
