"""Stages expanded into blocks: what an MBConv is, and that cost follows the blocks."""

import hashlib
import json
from dataclasses import replace

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.architecture import Stage
from scalesearch.core.blocks import Block, Classifier, Conv, MaxPool, SqueezeExcite, blocks
from scalesearch.core.cost import Cost, by_stage, cost
from scalesearch.core.multipliers import Multipliers, scale
from scalesearch.core.network_table import TableNetwork

SHIPPED = ("efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50")


def _blocks(stage: Stage, inputs: int) -> tuple[Block, ...]:
    network = TableNetwork("one", (stage,), resolution=32, classes=10, input_channels=inputs)
    return blocks(network)[:-1]


@pytest.mark.parametrize(
    ("stride", "inputs", "residual"),
    [(1, 24, True), (2, 24, False), (1, 16, False), (2, 16, False)],
)
def test_residual_only_where_stride_is_1_and_widths_agree(
    stride: int, inputs: int, residual: bool
) -> None:
    first, second = _blocks(Stage("mbconv", 3, stride, 24, 2, 6, 0.25), inputs)
    assert first.residual is residual
    assert second.residual is True


def test_only_the_first_block_of_a_stage_strides() -> None:
    strides = [
        [layer.stride for layer in block.layers if isinstance(layer, Conv)]
        for block in _blocks(Stage("mbconv", 5, 2, 40, 3, 6, 0.25), 24)
    ]
    assert strides == [[1, 2, 1], [1, 1, 1], [1, 1, 1]]


def test_squeeze_excite_is_sized_from_the_blocks_input() -> None:
    first, second = _blocks(Stage("mbconv", 3, 1, 24, 2, 6, 0.25), 16)
    gates = [next(x for x in b.layers if isinstance(x, SqueezeExcite)) for b in (first, second)]
    assert [(gate.channels, gate.reduced) for gate in gates] == [(96, 4), (144, 6)]


def test_squeeze_excite_keeps_one_channel_and_goes_with_a_ratio_of_0() -> None:
    (thin,) = _blocks(Stage("mbconv", 3, 1, 2, 1, 6, 0.25), 2)
    assert next(x for x in thin.layers if isinstance(x, SqueezeExcite)).reduced == 1
    (bare,) = _blocks(Stage("mbconv", 3, 1, 2, 1, 6, 0.0), 2)
    assert not any(isinstance(layer, SqueezeExcite) for layer in bare.layers)


def test_mbconv_is_expansion_depthwise_gate_and_linear_projection() -> None:
    (block,) = _blocks(Stage("mbconv", 5, 1, 24, 1, 6, 0.25), 16)
    expand, depthwise, gate, project = block.layers
    assert expand == Conv(1, 1, 16, 96, activation="swish")
    assert depthwise == Conv(5, 1, 96, 96, groups=96, activation="swish")
    assert isinstance(gate, SqueezeExcite)
    assert project == Conv(1, 1, 96, 24, activation="")


def test_an_expansion_of_1_has_no_expanding_layer() -> None:
    (block,) = _blocks(Stage("mbconv", 3, 1, 16, 1, 1, 0.25), 32)
    assert len(block.layers) == 3


def test_a_row_without_repeats_is_left_alone_by_depth(b0: TableNetwork) -> None:
    deeper = scale(b0, Multipliers(depth=3))
    assert deeper.stages[0].repeats is None
    assert sum(deeper.repeats) == 48
    assert len(blocks(deeper)) == 48 + 3  # stem, head, classifier


def _naive(network: TableNetwork) -> Cost:
    """The cost by the definition, layer after layer on its own pixels."""
    entry = size = network.resolution.longer
    macs = params = acts = 0
    for block in blocks(network):
        for layer, start in [(layer, True) for layer in block.shortcut] + [
            (layer, layer is block.layers[0]) for layer in block.layers
        ]:
            size = entry if start else size
            match layer:
                case Conv(kernel, stride, inputs, outputs, groups, bias):
                    size = -(-size // stride)
                    weights = kernel**2 * inputs // groups * outputs + bias * outputs
                    macs += weights * size**2
                    params += weights + 2 * outputs
                    acts += outputs * size**2
                case MaxPool(_, stride, channels):
                    size = -(-size // stride)
                    acts += channels * size**2
                case SqueezeExcite(channels, reduced):
                    weights = channels * reduced + reduced + reduced * channels + channels
                    macs, params, acts = macs + weights, params + weights, acts + reduced + channels
                case Classifier(channels, classes):
                    weights = channels * classes + classes
                    macs, params, acts = macs + weights, params + weights, acts + classes
        entry = size
    return Cost(macs, params, acts)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("resolution", [1, 7, 32, 33, 224, 341])
@pytest.mark.parametrize("depth", [1.0, 2.3])
def test_cost_is_the_sum_over_layers_at_any_size(name: str, resolution: int, depth: float) -> None:
    network = replace(scale(load_network(name), Multipliers(depth, 1.3)), resolution=resolution)
    assert cost(network) == _naive(network)
    options = replace(network, conv_bias=True, stages=strided_first(network.stages))
    assert cost(options) == _naive(options)
    assert cost(replace(options, padding="symmetric", norm_epsilon=0.1)) == cost(options)


def strided_first(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    return tuple(replace(row, stride_first=row.block == "bottleneck") for row in stages)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("resolution", [1, 33, 224])
def test_stages_sum_to_the_network_exactly(name: str, resolution: int) -> None:
    network = replace(load_network(name), resolution=resolution)
    parts = by_stage(network)
    assert len(parts) == len(network.stages) + 1
    assert all(
        part.channels == stage.channels or stage.block == "max_pool"
        for part, stage in zip(parts, network.stages, strict=False)
    )
    assert Cost(*map(sum, zip(*(part.cost for part in parts), strict=True))) == cost(network)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_network_survives_json(name: str) -> None:
    network = load_network(name)
    for each in (network, replace(network, padding="symmetric", conv_bias=True)):
        assert TableNetwork.from_json(json.loads(json.dumps(each.to_json()))) == each


def test_the_json_of_b0_stays_what_studies_are_pinned_to(b0: TableNetwork) -> None:
    """A golden hash: else no study could be continued, and all cells would have other hashes."""
    text = json.dumps(b0.to_json(), sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "1485324182b4f451"


def test_options_at_other_values_are_in_the_json(b0: TableNetwork) -> None:
    """So that networks that train differently have different hashes."""
    assert replace(b0, norm_epsilon=1e-5).to_json()["norm_epsilon"] == 1e-5
    assert replace(b0, padding="symmetric").to_json()["padding"] == "symmetric"
    assert replace(b0, conv_bias=True).to_json()["conv_bias"] is True
    row = Stage("bottleneck", 3, 2, 8, inner=0.5, stride_first=True)
    (values,) = replace(b0, stages=(row,)).to_json()["stages"]
    assert (values["inner"], values["stride_first"]) == (0.5, True)


def test_separable_is_an_active_depthwise_and_an_active_pointwise() -> None:
    first, second = _blocks(Stage("separable", 3, 2, 24, 2), 16)
    assert first.layers == (
        Conv(3, 2, 16, 16, groups=16, activation="swish"),
        Conv(1, 1, 16, 24, activation="swish"),
    )
    assert [layer.inputs for layer in second.layers if isinstance(layer, Conv)] == [24, 24]
    assert not first.residual
    assert not second.residual


def test_bottleneck_projects_its_input_only_where_sizes_differ() -> None:
    for stride, inputs, projected in ((1, 32, False), (2, 32, True), (1, 16, True), (2, 16, True)):
        first, second = _blocks(Stage("bottleneck", 3, stride, 32, 2, inner=0.25), inputs)
        assert first.shortcut == ((Conv(1, stride, inputs, 32),) if projected else ())
        assert second.shortcut == ()
        assert first.residual
        assert first.activation == second.activation == "swish"
        assert first.layers[-1] == Conv(1, 1, 8, 32)


@pytest.mark.parametrize(("first", "strides"), [(False, [1, 2, 1]), (True, [2, 1, 1])])
def test_a_bottleneck_strides_where_it_is_said_to(first: bool, strides: list[int]) -> None:
    stage = Stage("bottleneck", 3, 2, 32, 2, inner=0.25, stride_first=first)
    strided, further = _blocks(stage, 16)
    assert [layer.stride for layer in strided.layers] == strides  # type: ignore[union-attr]
    assert [layer.stride for layer in further.layers] == [1, 1, 1]  # type: ignore[union-attr]


def test_a_thin_bottleneck_keeps_one_inner_channel() -> None:
    (block,) = _blocks(Stage("bottleneck", 3, 1, 2, inner=0.25), 2)
    assert block.layers[0] == Conv(1, 1, 2, 1, activation="swish")


def test_a_pool_passes_on_the_channels_that_come_in() -> None:
    stages = (Stage("max_pool", 3, 2, 0), Stage("conv", 3, 1, 8))
    network = TableNetwork("pooled", stages, 32, 10, input_channels=5, padding="symmetric")
    pool, conv, _ = blocks(network)
    assert pool.layers == (MaxPool(3, 2, 5, "symmetric"),)
    assert conv.layers[0].inputs == 5  # type: ignore[union-attr]
    assert [part.channels for part in by_stage(network)] == [5, 8, 10]


def test_padding_and_biases_are_those_of_every_convolution() -> None:
    stages = (
        Stage("conv", 3, 2, 8),
        Stage("separable", 3, 2, 8, 2),
        Stage("mbconv", 3, 2, 8, 2, 6, 0.25),
        Stage("bottleneck", 3, 2, 16, 2, inner=0.5),
    )
    network = TableNetwork("options", stages, 32, 10, padding="symmetric", conv_bias=True)
    layers = [layer for block in blocks(network) for layer in block.all_layers]
    convolutions = [layer for layer in layers if isinstance(layer, Conv)]
    assert len(convolutions) == 1 + 4 + 6 + 7
    assert all(each.bias and each.padding == "symmetric" for each in convolutions)
