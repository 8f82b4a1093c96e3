"""Random weights for a Keras model, and what else is compared with `keras.applications`."""

import keras
import numpy as np

from scalesearch.core.blocks import blocks
from scalesearch.core.network_table import TableNetwork


def moving_statistics(network: TableNetwork) -> int:
    layers = [layer for block in blocks(network) for layer in block.all_layers]
    return sum(2 * layer.outputs for layer in layers if getattr(layer, "norm", False))


def with_weights(model: keras.Model) -> list[keras.Layer]:
    """The layers that hold weights, in order, but for keras.applications' own normalisation."""
    own = keras.layers.Normalization
    return [layer for layer in model.layers if layer.weights and not isinstance(layer, own)]


def fill(model: keras.Model, image: np.ndarray, rng: np.random.Generator) -> None:
    """Draw every weight, so that none is at its start and the image is seen in every layer.

    With moving statistics drawn blindly the signal would fade from layer to layer and the outputs
    would tell of the last ones alone, so they are drawn about those of the image.
    """
    norms = []
    for layer in with_weights(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            norms.append(layer)
            layer.gamma.assign(rng.uniform(0.7, 1.3, layer.gamma.shape))
            layer.beta.assign(rng.normal(0, 0.2, layer.beta.shape))
            layer.momentum = 0.0  # so that what moves becomes the image's own statistics
            continue
        kernel, *biases = layer.weights
        depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
        fan_in = np.prod(kernel.shape[:2] if depthwise else kernel.shape[:-1])
        kernel.assign(rng.normal(0, np.sqrt(1 / fan_in), kernel.shape))
        for bias in biases:
            bias.assign(rng.normal(0, 0.2, bias.shape))
    keras.utils.set_random_seed(1)  # of the drops
    model(image, training=True)
    for layer in norms:
        mean, variance = np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)
        layer.moving_mean.assign(mean + np.sqrt(variance) * rng.normal(0, 0.05, mean.shape))
        layer.moving_variance.assign(variance * rng.uniform(0.9, 1.2, variance.shape))


def drop_rates(model: keras.Model) -> list[float]:
    return [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
