"""What a function's model takes and gives: type and range of its images, logits or probabilities.

Both are found by running the model with fresh weights, since a model may rescale its images, and
turn logits into probabilities, in too many forms to be recognised by their layers.
"""

from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from scalesearch.core.function_network import LOGITS, PROBABILITIES, FunctionNetwork
from scalesearch.errors import BuildError
from scalesearch.keras_models.functions.input_ranges import RANGES, range_of

_IMAGES = 8
_DRAWS = (0.0, 1.0, 2.0)
"""How far weights are moved from their fresh values, in their own deviations."""


def signed(network: FunctionNetwork, model: keras.Model) -> FunctionNetwork:
    """The network with the type and range of its images, and what it puts out.

    `model` is its model with fresh weights, which are changed. Raises BuildError where nothing in
    it can be trained, the range cannot be told, or outputs are neither logits nor probabilities.
    """
    if not model.trainable_weights:
        raise BuildError(
            f"{network.call} builds a model without a weight that can be trained. Let its layers "
            "be trainable."
        )
    low, high = range_of(model, network.call)
    dtype = str(model.inputs[0].dtype)
    network = replace(network, input_dtype=dtype, low=low, high=high)
    return replace(network, outputs=_outputs(network, model))


def taken(images: tf.Tensor, network: FunctionNetwork) -> tf.Tensor:
    """Images uint8 (batch, height, width, channels) as the network's model takes them.

    Grey ones are given as many channels as the model has.
    """
    if images.shape[-1] != network.input_channels:
        images = tf.repeat(images, network.input_channels, axis=-1)
    if (network.low, network.high) == (0.0, 255.0):
        return tf.cast(images, network.input_dtype)
    values = tf.cast(images, tf.float32)
    if (network.low, network.high) == RANGES[0]:
        values = values / 127.5 - 1.0
    else:
        values = values * ((network.high - network.low) / 255.0) + network.low
    return tf.cast(values, network.input_dtype)


def to_logits(network: FunctionNetwork) -> Callable[[tf.Tensor], tf.Tensor]:
    """A function from the model's outputs to float32 logits: of probabilities, the logarithm."""
    if network.outputs == PROBABILITIES:
        return lambda outputs: tf.math.log(tf.maximum(tf.cast(outputs, tf.float32), 1e-12))
    return lambda outputs: tf.cast(outputs, tf.float32)


def _outputs(network: FunctionNetwork, model: keras.Model) -> str:
    """Whether the model puts out logits or probabilities, for random images and weights."""
    rng = np.random.default_rng(0)
    size = network.resolution
    shape = (_IMAGES, size.height, size.width, network.input_channels)
    images = taken(tf.constant(rng.integers(0, 256, shape, np.uint8)), network)
    scored, trained = (_values(network, model, images, training) for training in (False, True))
    kind, other = _kind(scored), _kind(trained)
    if kind is None:
        sums = scored.sum(axis=1)
        raise BuildError(
            f"{network.call} puts out neither logits nor probabilities: values from "
            f"{scored.min():.3g} to {scored.max():.3g}, never negative, in rows that sum to "
            f"{sums.min():.3g} to {sums.max():.3g} for random images and weights. Let it end in a "
            "linear layer (logits), or in a softmax over the classes (probabilities)."
        )
    if other is not None and other != kind:  # what is dropped in training may leave neither
        raise BuildError(
            f"{network.call} puts out {other} in training, and {kind} outside of it. Let it put "
            "out the same in both."
        )
    return kind


def _values(
    network: FunctionNetwork, model: keras.Model, images: tf.Tensor, training: bool
) -> np.ndarray:
    """What the model puts out for fresh and for random weights, float32 (rows, classes)."""
    rng = np.random.default_rng(1)
    fresh = [weight.numpy() for weight in model.trainable_weights]
    found = []
    for draw in _DRAWS:
        for weight, start in zip(model.trainable_weights, fresh, strict=True):
            moved = rng.normal(0, draw * max(0.1, float(np.std(start))), start.shape)
            weight.assign(start + moved.astype(start.dtype))
        values = tf.cast(model(images, training=training), tf.float32).numpy()
        if draw == 0 and not np.isfinite(values).all():
            raise BuildError(
                f"{network.call} puts out values that are not finite numbers for random images. "
                "Mend it there."
            )
        if np.isfinite(values).all():
            found.append(values)
    for weight, start in zip(model.trainable_weights, fresh, strict=True):
        weight.assign(start)
    return np.concatenate(found)


def _kind(values: np.ndarray) -> str | None:
    """What rows of outputs are; None for neither."""
    if (values < -1e-6).any():
        return LOGITS
    return PROBABILITIES if np.abs(values.sum(axis=1) - 1).max() < 0.01 else None
