"""Exact costs of a network: multiply-accumulates, parameters, activations.

Convention (that of pycls and of the EfficientNet paper's "FLOPS"): MACs of every convolution and
linear layer, one more per output element of a bias, squeeze-and-excitation included; normalisation,
activations and pooling are free. Parameters are the trainable ones, batch normalisation's scale and
shift included. Activations are output elements of convolution, linear and max-pooling layers. All
are for one image.

A layer's cost is linear in the pixels it reads or writes, so a stage's cost is worked out once and
then holds at any resolution: that is what makes counting fast.
"""

from functools import lru_cache
from typing import NamedTuple

from scalesearch.core.architecture import Architecture, Stage, Style
from scalesearch.core.blocks import (
    Block,
    Classifier,
    Conv,
    Layer,
    MaxPool,
    SqueezeExcite,
    stage_blocks,
)
from scalesearch.core.resolution import SQUARE, Resolution


class Cost(NamedTuple):
    """Exact counts for one image."""

    macs: int
    params: int
    acts: int


class StageCost(NamedTuple):
    """The cost of one row of the table, and the pixels and channels that it puts out."""

    resolution: Resolution
    cost: Cost
    channels: int


class LayerCost(NamedTuple):
    """The cost of one layer, by stage, block and place in the block ("3.0.1"), and its kind."""

    name: str
    kind: str
    cost: Cost


class _Footprint(NamedTuple):
    """Cost as a linear form: a part per input pixel, a part per output pixel, a fixed part."""

    macs_in: int = 0
    macs_out: int = 0
    macs_once: int = 0
    params: int = 0
    acts_in: int = 0
    acts_out: int = 0
    acts_once: int = 0


def _conv(layer: Conv, strided: bool) -> _Footprint:
    weights = layer.kernel * layer.kernel * layer.inputs // layer.groups * layer.outputs
    bias = layer.outputs if layer.bias else 0
    params = weights + bias + (2 * layer.outputs if layer.norm else 0)
    if strided:
        return _Footprint(macs_out=weights + bias, params=params, acts_out=layer.outputs)
    return _Footprint(macs_in=weights + bias, params=params, acts_in=layer.outputs)


def _layer(layer: Layer, strided: bool) -> _Footprint:
    match layer:
        case Conv():
            return _conv(layer, strided)
        case MaxPool(channels=channels):
            return _Footprint(acts_out=channels) if strided else _Footprint(acts_in=channels)
        case SqueezeExcite(channels, reduced):
            weights = 2 * channels * reduced + reduced + channels
            return _Footprint(macs_once=weights, params=weights, acts_once=reduced + channels)
        case Classifier(channels, classes):
            weights = (channels + 1) * classes
            return _Footprint(macs_once=weights, params=weights, acts_once=classes)


def _parts(block: Block) -> list[_Footprint]:
    """One for each of `block.all_layers`. After its first strided layer a branch is at output
    pixels."""
    parts = []
    for branch in (block.shortcut, block.layers):
        strided = False
        for layer in branch:
            strided = strided or (isinstance(layer, Conv | MaxPool) and layer.stride > 1)
            parts.append(_layer(layer, strided))
    return parts


@lru_cache(maxsize=65536)
def _block(block: Block) -> _Footprint:
    """Sum over the block's layers."""
    return _Footprint(*map(sum, zip(*_parts(block), strict=True)))


@lru_cache(maxsize=65536)
def _stage(stage: Stage, inputs: int, style: Style) -> _Footprint:
    """The first block reads the stage's input pixels; all others read and write its output's."""
    first, *further = stage_blocks(stage, inputs, style)
    total = _block(first)
    if further:
        macs_in, macs_out, macs_once, params, acts_in, acts_out, acts_once = _block(further[0])
        count = len(further)
        total = _Footprint(
            total.macs_in,
            total.macs_out + count * (macs_in + macs_out),
            total.macs_once + count * macs_once,
            total.params + count * params,
            total.acts_in,
            total.acts_out + count * (acts_in + acts_out),
            total.acts_once + count * acts_once,
        )
    return total


def cost(network: Architecture) -> Cost:
    """Exact MACs, parameters and activations of `network` for one image.

    By either padding a layer of stride s turns n pixels of a side into ceil(n / s).
    """
    macs = params = acts = 0
    height, width = network.resolution.height, network.resolution.width
    channels = network.input_channels
    style = network.style
    for stage in network.stages:
        form = _stage(stage, channels, style)
        before = height * width
        height, width = -(-height // stage.stride), -(-width // stage.stride)
        after = height * width
        macs += form[0] * before + form[1] * after + form[2]
        params += form[3]
        acts += form[4] * before + form[5] * after + form[6]
        channels = stage.channels or channels
    head = (channels + 1) * network.classes
    return Cost(macs + head, params + head, acts + network.classes)


def by_stage(network: Architecture) -> tuple[StageCost, ...]:
    """The cost of each stage in order and, last, of the classifier (whose output is 1 pixel).

    Invariant: the parts sum to `cost(network)` exactly.
    """
    parts = []
    size, channels = network.resolution, network.input_channels
    for stage in network.stages:
        form = _stage(stage, channels, network.style)
        before = size.pixels
        size = size.strided(stage.stride)
        after = size.pixels
        macs = form.macs_in * before + form.macs_out * after + form.macs_once
        acts = form.acts_in * before + form.acts_out * after + form.acts_once
        channels = stage.channels or channels
        parts.append(StageCost(size, Cost(macs, form.params, acts), channels))
    head = (channels + 1) * network.classes
    return (*parts, StageCost(SQUARE, Cost(head, head, network.classes), network.classes))


def by_layer(network: Architecture) -> tuple[LayerCost, ...]:
    """The cost of each layer in order, a shortcut's before those that it passes by.

    Invariant: the parts of a stage sum to its part of `by_stage(network)`.
    """
    rows = []
    before, channels = network.resolution.pixels, network.input_channels
    *parts, head = by_stage(network)
    for number, (stage, part) in enumerate(zip(network.stages, parts, strict=True)):
        after = part.resolution.pixels
        for index, block in enumerate(stage_blocks(stage, channels, network.style)):
            for place, (layer, form) in enumerate(
                zip(block.all_layers, _parts(block), strict=True)
            ):
                macs = form.macs_in * before + form.macs_out * after + form.macs_once
                acts = form.acts_in * before + form.acts_out * after + form.acts_once
                cost = Cost(macs, form.params, acts)
                rows.append(LayerCost(f"{number}.{index}.{place}", _kind(layer), cost))
            before = after
        channels = part.channels
    return (*rows, LayerCost(f"{len(parts)}.0.0", "classifier", head.cost))


def _kind(layer: Layer) -> str:
    match layer:
        case Conv(kernel, stride, inputs, groups=groups):
            how = "depthwise" if 1 < groups == inputs else "conv"
            return f"{how} {kernel}x{kernel} /{stride}"
        case MaxPool(kernel, stride):
            return f"max_pool {kernel}x{kernel} /{stride}"
        case SqueezeExcite():
            return "squeeze_excite"
        case Classifier():
            return "classifier"
