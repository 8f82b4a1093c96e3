"""The Keras model of a network: a walk over the same expanded blocks that are counted."""

from typing import TypeAlias

import keras

from scalesearch.core.blocks import Block, Classifier, Conv, SqueezeExcite, blocks, drop_rates
from scalesearch.core.network import Network

Tensor: TypeAlias = keras.KerasTensor

BATCH_NORM_MOMENTUM = 0.99
BATCH_NORM_EPSILON = 1e-3

CONV_INIT = keras.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal")
DENSE_INIT = keras.initializers.VarianceScaling(1 / 3, "fan_out", "uniform")


def build(network: Network) -> keras.Model:
    """The Keras model of `network`, from images to logits.

    Input (batch, resolution, resolution, input_channels) float32, scaled as the training scales it;
    output (batch, classes) logits. Only stock Keras layers are used, so a saved model loads
    anywhere.
    """
    shape = (network.resolution, network.resolution, network.input_channels)
    features = image = keras.Input(shape, name="image")
    rates = drop_rates(network, network.drop_connect)
    for index, (block, drop) in enumerate(zip(blocks(network), rates, strict=True)):
        features = _block(block, features, f"block{index}_{block.kind}", drop)
    return keras.Model(image, features, name=network.name)


def _block(block: Block, entry: Tensor, prefix: str, drop_connect: float) -> Tensor:
    features = entry
    for index, layer in enumerate(block.layers):
        name = f"{prefix}_{index}"
        match layer:
            case Conv():
                features = _conv(layer, features, name)
            case SqueezeExcite():
                features = _squeeze_excite(layer, features, name)
            case Classifier():
                features = _classifier(layer, features, name)
    if not block.residual:
        return features
    if drop_connect:
        features = keras.layers.Dropout(
            drop_connect, noise_shape=(None, 1, 1, 1), name=f"{prefix}_drop_connect"
        )(features)
    return keras.layers.Add(name=f"{prefix}_add")([entry, features])


def _conv(layer: Conv, features: Tensor, name: str) -> Tensor:
    depthwise = layer.groups == layer.inputs == layer.outputs
    if depthwise:
        features = keras.layers.DepthwiseConv2D(
            layer.kernel,
            layer.stride,
            padding="same",
            use_bias=layer.bias,
            depthwise_initializer=CONV_INIT,
            name=f"{name}_depthwise",
        )(features)
    else:
        features = keras.layers.Conv2D(
            layer.outputs,
            layer.kernel,
            layer.stride,
            padding="same",
            groups=layer.groups,
            use_bias=layer.bias,
            kernel_initializer=CONV_INIT,
            name=f"{name}_conv",
        )(features)
    if layer.norm:
        features = keras.layers.BatchNormalization(
            momentum=BATCH_NORM_MOMENTUM,
            epsilon=BATCH_NORM_EPSILON,
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
