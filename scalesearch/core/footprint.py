"""What a network keeps of one image while it is trained or scored, counted from its blocks."""

from typing import NamedTuple

from scalesearch.core.architecture import Architecture
from scalesearch.core.blocks import Block, Classifier, Conv, Layer, MaxPool, SqueezeExcite, blocks
from scalesearch.core.expansion_products import pays
from scalesearch.core.resolution import SQUARE, Resolution

_KEPT_BY_ACTIVATION = {"swish": 1, "gelu": 3}
"""Tensors that an activation keeps beside its output. Of swish it is the slope, which TensorFlow
works out as soon as it can."""


class Footprint(NamedTuple):
    """Numbers, not bytes, that a network needs at once for one image."""

    kept: int
    """By the forward pass for the way back, what the costliest layer there needs included."""
    live: int
    """At most, in scoring."""
    layers: int


def footprint(network: Architecture, batch: int) -> Footprint:
    """What one image of a batch needs, from the same blocks that are trained."""
    kept = most = live = layers = 0
    size, entry = network.resolution, network.resolution.pixels * network.input_channels
    for block in blocks(network):
        own, widest, scoring, size, entry = _block(block, size, entry, batch)
        kept += own
        most = max(most, kept + 2 * widest)
        live = max(live, scoring)
        layers += len(block.all_layers)
    return Footprint(most, live, layers)


def _block(
    block: Block, size: Resolution, entry: int, batch: int
) -> tuple[int, int, int, Resolution, int]:
    """(kept, widest layer's input and output, live in scoring, size and numbers put out)."""
    kept = widest = live = around = 0
    ends = [(size, entry)]
    for branch in (block.shortcut, block.layers):
        if not branch:
            continue
        now, inputs = size, entry
        # A residual block's input waits for the sum, or what the shortcut makes of it does.
        waiting = (around or entry) if block.residual else 0
        for layer in branch:
            now, outputs, own, passing = _layer(layer, now, inputs, batch)
            kept += own
            widest = max(widest, inputs + outputs)
            live = max(live, waiting + passing)
            inputs = outputs
        ends.append((now, inputs))
        around = inputs
    now, outputs = ends[-1]
    kept += _KEPT_BY_ACTIVATION.get(block.activation, 0) * outputs
    return kept, widest, live, now, outputs


def _layer(
    layer: Layer, size: Resolution, inputs: int, batch: int
) -> tuple[Resolution, int, int, int]:
    """(size put out, numbers put out, kept for the way back, live in scoring)."""
    match layer:
        case Conv():
            after = size.strided(layer.stride)
            outputs = after.pixels * layer.outputs
            slopes = _KEPT_BY_ACTIVATION.get(layer.activation, 0)
            # A normalisation needs its input, unless it is one product with its convolution.
            normalised = int(layer.norm and not _one_product(layer, batch * after.pixels))
            padded = _padded(layer, size, layer.inputs)
            kept = inputs + padded + (normalised + slopes) * outputs
            # Scoring makes the outputs anew with a bias, a normalisation, a gate.
            passing = (1 + layer.bias + layer.norm + bool(slopes)) * outputs
            return after, outputs, kept, max(inputs + max(padded, outputs), passing)
        case MaxPool(stride=stride, channels=channels):
            after = size.strided(stride)
            outputs = after.pixels * channels
            return after, outputs, inputs + _padded(layer, size, channels), inputs + outputs
        case SqueezeExcite():
            return size, inputs, inputs, 2 * inputs
        case Classifier(classes=classes):
            return SQUARE, classes, 0, inputs


def _padded(layer: Conv | MaxPool, size: Resolution, channels: int) -> int:
    """Numbers of a padded copy of the layer's input, where there is one (see `spatial_layers`)."""
    if layer.padding == "same" or layer.kernel == 1:
        return 0
    around = layer.kernel // 2 * 2
    return (size.height + around) * (size.width + around) * channels


def _one_product(layer: Conv, rows: int) -> bool:
    """Whether convolution and normalisation are one product (see `expansion_products`)."""
    pointwise = layer.kernel == layer.stride == layer.groups == 1
    joins = pointwise and layer.norm and not layer.bias
    return joins and pays(layer.inputs, layer.outputs, rows)
