"""Stages expanded into blocks: what an MBConv is, and that cost follows the blocks."""

from dataclasses import replace

import pytest

from scalesearch.core.blocks import Block, Classifier, Conv, SqueezeExcite, blocks
from scalesearch.core.cost import Cost, by_stage, cost
from scalesearch.core.network import Network, Stage
from scalesearch.core.scaling import Multipliers, scale


def _blocks(stage: Stage, inputs: int) -> tuple[Block, ...]:
    network = Network("one", (stage,), resolution=32, classes=10, input_channels=inputs)
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


def test_a_row_without_repeats_is_left_alone_by_depth(b0: Network) -> None:
    deeper = scale(b0, Multipliers(depth=3))
    assert deeper.stages[0].repeats is None
    assert sum(deeper.repeats) == 48
    assert len(blocks(deeper)) == 48 + 3  # stem, head, classifier


def _naive(network: Network) -> Cost:
    """The cost by the definition, layer after layer on its own pixels."""
    size = network.resolution
    macs = params = acts = 0
    for block in blocks(network):
        for layer in block.layers:
            match layer:
                case Conv(kernel, stride, inputs, outputs, groups):
                    size = -(-size // stride)
                    weights = kernel**2 * inputs // groups * outputs
                    macs += weights * size**2
                    params += weights + 2 * outputs
                    acts += outputs * size**2
                case SqueezeExcite(channels, reduced):
                    weights = channels * reduced + reduced + reduced * channels + channels
                    macs, params, acts = macs + weights, params + weights, acts + reduced + channels
                case Classifier(channels, classes):
                    weights = channels * classes + classes
                    macs, params, acts = macs + weights, params + weights, acts + classes
    return Cost(macs, params, acts)


@pytest.mark.parametrize("resolution", [1, 7, 32, 33, 224, 341])
@pytest.mark.parametrize("depth", [1.0, 2.3])
def test_cost_is_the_sum_over_layers_at_any_size(
    b0: Network, resolution: int, depth: float
) -> None:
    network = replace(scale(b0, Multipliers(depth, 1.3)), resolution=resolution)
    assert cost(network) == _naive(network)


@pytest.mark.parametrize("resolution", [1, 33, 224])
def test_stages_sum_to_the_network_exactly(b0: Network, resolution: int) -> None:
    network = replace(b0, resolution=resolution)
    parts = by_stage(network)
    assert len(parts) == len(network.stages) + 1
    assert Cost(*map(sum, zip(*(part.cost for part in parts), strict=True))) == cost(network)


def test_a_network_survives_json(b0: Network) -> None:
    assert Network.from_json(b0.to_json()) == b0
