"""The end of a model that a class activation map needs: features, a mean over pixels, a layer.

It is looked for, and what ends otherwise is refused: there the map would not be exact.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src.ops.nn import Softmax

from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import ConfigError
from scalesearch.keras_models.counting.layer_calls import graph
from scalesearch.keras_models.functions.signatures import taken, to_logits
from scalesearch.training.learner import Pooled


def pooled(network: FunctionNetwork, model: keras.Model, images: np.ndarray) -> Pooled:
    """Run a function's model; grey `images` in as many channels as it takes.

    Raises ConfigError where the model does not end as it must (see `_end`).
    """
    features, dense = _end(network, model)
    both = keras.Model(model.inputs, [features, model.outputs[0]])
    seen, outputs = both(taken(tf.constant(images), network), training=False)
    kernel: np.ndarray = keras.ops.convert_to_numpy(dense.kernel).astype(np.float32)
    return Pooled(
        keras.ops.convert_to_numpy(seen).astype(np.float32),
        kernel,
        to_logits(network)(outputs).numpy(),
    )


def _end(network: FunctionNetwork, model: keras.Model) -> tuple[Any, keras.layers.Dense]:
    """The tensor that is pooled, (batch, height, width, channels), and the dense layer after it.

    Followed back from the output: a softmax or none, one dense layer, dropout or none, the global
    mean. Raises ConfigError for any other end.
    """
    nodes = [node for level in (graph(model) or {}).values() for node in level]
    made = {id(tensor): node for node in nodes for tensor in node.output_tensors}
    passed: list[str] = []
    tensor: Any = model.outputs[0]

    def layer() -> Any:
        """What made `tensor`, an operation of Keras."""
        operation = made[id(tensor)].operation
        passed.append(type(operation).__name__)
        return operation

    def before() -> Any:
        return made[id(tensor)].input_tensors[0]

    last = layer()
    closing = _is_softmax(last) and not isinstance(last, keras.layers.Dense)
    if closing:
        tensor = before()
        last = layer()
    dense = last
    allowed = (
        (keras.activations.linear,)
        if closing
        else (
            keras.activations.linear,
            keras.activations.softmax,
        )
    )
    if isinstance(dense, keras.layers.Dense) and dense.activation in allowed:
        tensor = before()
        last = layer()
        while isinstance(last, keras.layers.Dropout):
            tensor = before()
            last = layer()
        if (
            isinstance(last, keras.layers.GlobalAveragePooling2D)
            and last.data_format == "channels_last"
            and not last.keepdims
        ):
            return before(), dense
    raise ConfigError(
        f"Maps are exact only of a model that ends in GlobalAveragePooling2D, Dropout or none, and "
        f"one Dense layer, linear or with a softmax. {network.builder} ends in "
        f"{', '.join(reversed(passed))}. Let it end so, and compare again."
    )


def _is_softmax(layer: Any) -> bool:
    """Whether a layer, or an operation such as `keras.ops.softmax`, ends in a softmax."""
    return (
        isinstance(layer, keras.layers.Softmax | Softmax)
        or getattr(layer, "activation", None) is keras.activations.softmax
    )
