"""Stages expanded into blocks of layers. The cost model and the Keras builder both walk these."""

from dataclasses import dataclass
from functools import lru_cache

from scalesearch.core.network import Network, Stage


@dataclass(frozen=True, slots=True)
class Conv:
    """A convolution with padding 'same', then batch normalisation and activation if asked.

    `groups` equal to `inputs` makes it depthwise. `activation` is "" for a linear output.
    """

    kernel: int
    stride: int
    inputs: int
    outputs: int
    groups: int = 1
    bias: bool = False
    norm: bool = True
    activation: str = ""


@dataclass(frozen=True, slots=True)
class SqueezeExcite:
    """Channel gates from the pooled features: two 1x1 convolutions with biases (Hu et al. 2018)."""

    channels: int
    reduced: int
    activation: str


@dataclass(frozen=True, slots=True)
class Classifier:
    """Global average pooling, dropout, one linear layer with bias."""

    channels: int
    classes: int
    dropout: float


Layer = Conv | SqueezeExcite | Classifier


@dataclass(frozen=True, slots=True)
class Block:
    """Layers in sequence; with `residual` the block's input is added to their output."""

    kind: str
    layers: tuple[Layer, ...]
    residual: bool = False


def _conv(stage: Stage, inputs: int, stride: int, activation: str) -> Block:
    return Block(
        "conv", (Conv(stage.kernel, stride, inputs, stage.channels, activation=activation),)
    )


def _mbconv(stage: Stage, inputs: int, stride: int, activation: str) -> Block:
    """Mobile inverted bottleneck (Sandler et al. 2018) with squeeze-and-excitation.

    The gate's width is taken from the block's input, not from the expanded channels, as in the
    official EfficientNet code.
    """
    expanded = int(inputs * stage.expand)
    layers: list[Layer] = []
    if stage.expand != 1:
        layers.append(Conv(1, 1, inputs, expanded, activation=activation))
    layers.append(
        Conv(stage.kernel, stride, expanded, expanded, groups=expanded, activation=activation)
    )
    if stage.se:
        layers.append(SqueezeExcite(expanded, max(1, int(inputs * stage.se)), activation))
    layers.append(Conv(1, 1, expanded, stage.channels))
    return Block("mbconv", tuple(layers), residual=stride == 1 and inputs == stage.channels)


BLOCKS = {"conv": _conv, "mbconv": _mbconv}
"""Block kinds a table may name. A kind is one function (stage, inputs, stride, activation)."""


@lru_cache(maxsize=65536)
def stage_blocks(stage: Stage, inputs: int, activation: str) -> tuple[Block, ...]:
    """The blocks of one stage in order; only the first has the stage's stride."""
    make = BLOCKS[stage.block]
    first = make(stage, inputs, stage.stride, activation)
    further = (stage.repeats or 1) - 1
    if not further:
        return (first,)
    return (first,) + (make(stage, stage.channels, 1, activation),) * further


def blocks(network: Network) -> tuple[Block, ...]:
    """Every block of the network from the image to the logits, in order."""
    expanded: list[Block] = []
    channels = network.input_channels
    for stage in network.stages:
        expanded.extend(stage_blocks(stage, channels, network.activation))
        channels = stage.channels
    head = Classifier(channels, network.classes, network.dropout)
    return (*expanded, Block("classifier", (head,)))


def drop_rates(network: Network, full: float) -> tuple[float, ...]:
    """The probability, from 0 to 1, that each of `blocks(network)` drops its residual branch.

    Block i, from 0, of the n that depth scales has `full` * i / n, as in the official code; stems,
    heads and the classifier have 0.
    """
    count = sum(network.repeats)
    rates, before = [], 0
    for stage in network.stages:
        for _ in range(stage.repeats or 1):
            rates.append(full * before / count if stage.repeats else 0.0)
            before += bool(stage.repeats)
    return (*rates, 0.0)
