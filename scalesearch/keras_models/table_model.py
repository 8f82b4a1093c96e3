"""The Keras model of a network: a walk over the same expanded blocks that are counted."""

from typing import TypeAlias

import keras

from scalesearch.core.blocks import (
    Block,
    Classifier,
    Conv,
    Layer,
    MaxPool,
    SqueezeExcite,
    blocks,
    drop_rates,
)
from scalesearch.core.network_table import TableNetwork

Tensor: TypeAlias = keras.KerasTensor

BATCH_NORM_MOMENTUM = 0.99

CONV_INIT = keras.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")
DENSE_INIT = keras.initializers.VarianceScaling(1 / 3, "fan_out", "uniform")


def build(network: TableNetwork) -> keras.Model:
    """The Keras model of `network`, from images to logits.

    Input (batch, height, width, input_channels) float32, scaled as the training scales it;
    output (batch, classes) logits. Only stock Keras layers are used, so a saved model loads
    anywhere.
    """
    size = network.resolution
    shape = (size.height, size.width, network.input_channels)
    features = image = keras.Input(shape, name="image")
    rates = drop_rates(network, network.drop_connect)
    for index, (block, drop) in enumerate(zip(blocks(network), rates, strict=True)):
        features = _block(block, features, f"block{index}_{block.kind}", drop, network.norm_epsilon)
    return keras.Model(image, features, name=network.name)


def _block(block: Block, entry: Tensor, prefix: str, drop_connect: float, epsilon: float) -> Tensor:
    around = _layers(block.shortcut, entry, f"{prefix}_shortcut", epsilon)
    features = _layers(block.layers, entry, prefix, epsilon)
    if block.residual:
        if drop_connect:
            features = keras.layers.Dropout(
                drop_connect, noise_shape=(None, 1, 1, 1), name=f"{prefix}_drop_connect"
            )(features)
        features = keras.layers.Add(name=f"{prefix}_add")([around, features])
    if block.activation:
        features = keras.layers.Activation(block.activation, name=f"{prefix}_act")(features)
    return features


def _layers(layers: tuple[Layer, ...], features: Tensor, prefix: str, epsilon: float) -> Tensor:
    for index, layer in enumerate(layers):
        name = f"{prefix}_{index}"
        match layer:
            case Conv():
                features = _conv(layer, features, name, epsilon)
            case MaxPool():
                features, padding = _padded(layer, features, name)
                features = keras.layers.MaxPooling2D(
                    layer.kernel, layer.stride, padding, name=f"{name}_pool"
                )(features)
            case SqueezeExcite():
                features = _squeeze_excite(layer, features, name)
            case Classifier():
                features = _classifier(layer, features, name)
    return features


def _padded(layer: Conv | MaxPool, features: Tensor, name: str) -> tuple[Tensor, str]:
    """What goes into a layer, and the padding that Keras is to use on it."""
    if layer.padding == "same":
        return features, "same"
    around = layer.kernel // 2
    if around:
        features = keras.layers.ZeroPadding2D(around, name=f"{name}_pad")(features)
    return features, "valid"


def _conv(layer: Conv, features: Tensor, name: str, epsilon: float) -> Tensor:
    features, padding = _padded(layer, features, name)
    depthwise = layer.groups == layer.inputs == layer.outputs
    if depthwise:
        features = keras.layers.DepthwiseConv2D(
            layer.kernel,
            layer.stride,
            padding=padding,
            use_bias=layer.bias,
            depthwise_initializer=CONV_INIT,
            name=f"{name}_depthwise",
        )(features)
    else:
        features = keras.layers.Conv2D(
            layer.outputs,
            layer.kernel,
            layer.stride,
            padding=padding,
            groups=layer.groups,
            use_bias=layer.bias,
            kernel_initializer=CONV_INIT,
            name=f"{name}_conv",
        )(features)
    if layer.norm:
        features = keras.layers.BatchNormalization(
            momentum=BATCH_NORM_MOMENTUM,
            epsilon=epsilon,
            name=f"{name}_norm",
        )(features)
    if layer.activation:
        features = keras.layers.Activation(layer.activation, name=f"{name}_act")(features)
    return features


def _squeeze_excite(layer: SqueezeExcite, features: Tensor, name: str) -> Tensor:
    gates = keras.layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_pool")(features)
    for outputs, activation, part in (
        (layer.reduced, layer.activation, "reduce"),
        (layer.channels, "sigmoid", "expand"),
    ):
        gates = keras.layers.Conv2D(
            outputs,
            1,
            activation=activation,
            kernel_initializer=CONV_INIT,
            name=f"{name}_{part}",
        )(gates)
    return keras.layers.Multiply(name=f"{name}_gate")([features, gates])


def _classifier(layer: Classifier, features: Tensor, name: str) -> Tensor:
    features = keras.layers.GlobalAveragePooling2D(name=f"{name}_pool")(features)
    if layer.dropout:
        features = keras.layers.Dropout(layer.dropout, name=f"{name}_dropout")(features)
    return keras.layers.Dense(layer.classes, kernel_initializer=DENSE_INIT, name=f"{name}_logits")(
        features
    )
