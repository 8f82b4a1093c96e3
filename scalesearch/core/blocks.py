"""Stages expanded into blocks of layers. The cost model and the Keras builder both walk these."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from scalesearch.core.architecture import Architecture, Padding, Stage, Style


@dataclass(frozen=True, slots=True)
class Conv:
    """A convolution, then batch normalisation and activation if asked.

    `groups` equal to `inputs` makes it depthwise. `activation` is "" for a linear output. An output
    side is ceil(side / stride), by either padding (see `Network.padding`).
    """

    kernel: int
    stride: int
    inputs: int
    outputs: int
    groups: int = 1
    bias: bool = False
    norm: bool = True
    activation: str = ""
    padding: Padding = "same"


@dataclass(frozen=True, slots=True)
class MaxPool:
    """The largest of each kernel x kernel pixels, channel by channel.

    Padding 'same' is never the largest; symmetric padding is zeros, as in `keras.applications`.
    """

    kernel: int
    stride: int
    channels: int
    padding: Padding = "same"


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


Layer = Conv | MaxPool | SqueezeExcite | Classifier


@dataclass(frozen=True, slots=True)
class Block:
    """Layers in sequence; with `residual` the block's input is added to their output.

    What is added first passes through the layers of `shortcut`, where there are any. The block's
    output then passes through `activation` ("" for none).
    """

    kind: str
    layers: tuple[Layer, ...]
    residual: bool = False
    shortcut: tuple[Layer, ...] = ()
    activation: str = ""

    @property
    def all_layers(self) -> tuple[Layer, ...]:
        """Every layer, in the order in which weights are laid out."""
        return self.shortcut + self.layers


def _active(style: Style, kernel: int, stride: int, inputs: int, outputs: int) -> Conv:
    return Conv(
        kernel, stride, inputs, outputs, 1, style.conv_bias, True, style.activation, style.padding
    )


def _linear(style: Style, stride: int, inputs: int, outputs: int) -> Conv:
    """A 1x1 convolution without activation."""
    return Conv(1, stride, inputs, outputs, bias=style.conv_bias, padding=style.padding)


def _depthwise(style: Style, kernel: int, stride: int, channels: int) -> Conv:
    bias, activation, padding = style.conv_bias, style.activation, style.padding
    return Conv(kernel, stride, channels, channels, channels, bias, True, activation, padding)


def _conv(stage: Stage, inputs: int, stride: int, style: Style) -> Block:
    return Block("conv", (_active(style, stage.kernel, stride, inputs, stage.channels),))


def _max_pool(stage: Stage, inputs: int, stride: int, style: Style) -> Block:
    return Block("max_pool", (MaxPool(stage.kernel, stride, inputs, style.padding),))


def _separable(stage: Stage, inputs: int, stride: int, style: Style) -> Block:
    """Depthwise separable convolution of MobileNetV1 (Howard et al. 2017), both parts active."""
    layers = (
        _depthwise(style, stage.kernel, stride, inputs),
        _active(style, 1, 1, inputs, stage.channels),
    )
    return Block("separable", layers)


def _bottleneck(stage: Stage, inputs: int, stride: int, style: Style) -> Block:
    """Residual bottleneck (He et al. 2015, figure 5): 1x1, kernel, 1x1, the sum activated.

    The input is projected where the sizes of the two that are added differ, and only there.
    """
    outputs = stage.channels
    inner = max(1, int(outputs * stage.inner))
    first, middle = (stride, 1) if stage.stride_first else (1, stride)
    layers = (
        _active(style, 1, first, inputs, inner),
        _active(style, stage.kernel, middle, inner, inner),
        _linear(style, 1, inner, outputs),
    )
    alike = stride == 1 and inputs == outputs
    shortcut = () if alike else (_linear(style, stride, inputs, outputs),)
    return Block("bottleneck", layers, True, shortcut, style.activation)


def _mbconv(stage: Stage, inputs: int, stride: int, style: Style) -> Block:
    """Mobile inverted bottleneck (Sandler et al. 2018) with squeeze-and-excitation.

    The gate's width is taken from the block's input, not from the expanded channels, as in the
    official EfficientNet code.
    """
    expanded = int(inputs * stage.expand)
    layers: list[Layer] = []
    if stage.expand != 1:
        layers.append(_active(style, 1, 1, inputs, expanded))
    layers.append(_depthwise(style, stage.kernel, stride, expanded))
    if stage.se:
        layers.append(SqueezeExcite(expanded, max(1, int(inputs * stage.se)), style.activation))
    layers.append(_linear(style, 1, expanded, stage.channels))
    return Block("mbconv", tuple(layers), residual=stride == 1 and inputs == stage.channels)


@dataclass(frozen=True, slots=True)
class BlockKind:
    """A kind of block that a table may name.

    Its layers are counted, built and trained wherever networks are: a kind that is made of the
    layers above is a `BlockKind` and nothing more.
    """

    expanded: Callable[[Stage, int, int, Style], Block]
    """(stage, input channels, stride, style) -> its block."""
    fields: tuple[str, ...] = ()
    """Those of `Stage` that its rows have beside `kernel`, `stride`, `channels`, `repeats`."""
    passing: bool = False
    """It puts out the channels that come in, and depth leaves it alone: its rows have neither
    `channels` nor `repeats`."""


BLOCKS: dict[str, BlockKind] = {
    "conv": BlockKind(_conv),
    "max_pool": BlockKind(_max_pool, passing=True),
    "separable": BlockKind(_separable),
    "mbconv": BlockKind(_mbconv, ("expand", "se")),
    "bottleneck": BlockKind(_bottleneck, ("inner", "stride_first")),
}
"""Block kinds by the names that tables call them."""


@lru_cache(maxsize=65536)
def stage_blocks(stage: Stage, inputs: int, style: Style) -> tuple[Block, ...]:
    """The blocks of one stage in order; only the first has the stage's stride."""
    make = BLOCKS[stage.block].expanded
    first = make(stage, inputs, stage.stride, style)
    further = (stage.repeats or 1) - 1
    if not further:
        return (first,)
    return (first,) + (make(stage, stage.channels or inputs, 1, style),) * further


def blocks(network: Architecture) -> tuple[Block, ...]:
    """Every block of the network from the image to the logits, in order."""
    expanded: list[Block] = []
    channels = network.input_channels
    for stage in network.stages:
        expanded.extend(stage_blocks(stage, channels, network.style))
        channels = stage.channels or channels
    head = Classifier(channels, network.classes, network.dropout)
    return (*expanded, Block("classifier", (head,)))


def drop_rates(network: Architecture, full: float) -> tuple[float, ...]:
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
