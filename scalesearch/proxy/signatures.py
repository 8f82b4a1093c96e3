"""What a function's model takes and gives: type and range of its images, logits or probabilities.

Both are found by running the model with fresh weights, since a model may rescale its images, and
turn logits into probabilities, in too many forms to be recognised by their layers.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from scalesearch.core.built import INPUT_TYPES, LOGITS, PROBABILITIES, BuiltNetwork
from scalesearch.errors import BuildError
from scalesearch.proxy.counting import graph

RANGES = ((-1.0, 1.0), (0.0, 1.0), (0.0, 255.0))
"""What images are usually scaled to; the first is what a model gets that says nothing."""
_FARTHEST = 8.5
"""Distance from usual values (see `_distance`) beyond which no range is what the model means."""
_IMAGES = 8
_DRAWS = (0.0, 1.0, 2.0)
"""How far weights are moved from their fresh values, in their own deviations."""


def signed(network: BuiltNetwork, model: keras.Model) -> BuiltNetwork:
    """The network with the type and range of its images, and what it puts out.

    `model` is its model with fresh weights, which are changed. Raises BuildError where nothing in
    it can be trained, the range cannot be told, or outputs are neither logits nor probabilities.
    """
    if not model.trainable_weights:
        raise BuildError(
            f"{network.call} builds a model without a weight that can be trained. Let its layers "
            "be trainable."
        )
    dtype = str(model.inputs[0].dtype)
    low, high = _range(network, model, dtype)
    network = replace(network, input_dtype=dtype, low=low, high=high)
    return replace(network, outputs=_outputs(network, model))


def taken(images: tf.Tensor, network: BuiltNetwork) -> tf.Tensor:
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


def to_logits(network: BuiltNetwork) -> Callable[[tf.Tensor], tf.Tensor]:
    """A function from the model's outputs to float32 logits: of probabilities, the logarithm."""
    if network.outputs == PROBABILITIES:
        return lambda outputs: tf.math.log(tf.maximum(tf.cast(outputs, tf.float32), 1e-12))
    return lambda outputs: tf.cast(outputs, tf.float32)


def _range(network: BuiltNetwork, model: keras.Model, dtype: str) -> tuple[float, float]:
    """What black and white are to the model: by its input's type, else by how it begins."""
    if dtype not in INPUT_TYPES:
        raise BuildError(
            f"{network.call} takes images of type {dtype}, which cannot hold 0 to 255. Give its "
            "Input the dtype float32 or uint8."
        )
    if "int" in dtype:
        return 0.0, 255.0
    steps, _ = _first_steps(model)
    for place, step in enumerate(steps):
        declared = getattr(step.operation, "value_range", None)
        if isinstance(declared, list | tuple) and len(declared) == 2:
            return _before(steps[:place], (float(declared[0]), float(declared[1])), model)
    distances = {each: _distance(_through(steps, each, model)) for each in RANGES}
    best = min(RANGES, key=lambda each: distances[each])
    if math.isinf(distances[best]):  # it makes the same of all images of one colour
        return RANGES[0]
    if distances[best] > _FARTHEST:
        ends = _through(steps, RANGES[-1], model).mean(1)
        raise BuildError(
            f"{network.call} begins by turning images from 0 to 255 into {ends[0]:.3g} to "
            f"{ends[-1]:.3g}, so that it is not clear which range it takes. Let it take images "
            "from -1 to 1, 0 to 1 or 0 to 255."
        )
    return best


class _Step(NamedTuple):
    """One call of a Keras operation on one tensor."""

    operation: Any
    node: Any

    def __call__(self, values: tf.Tensor) -> tf.Tensor:
        """What it makes of `values` outside of training."""
        args, kwargs = self.node.arguments.fill_in({id(self.node.input_tensors[0]): values})
        if getattr(self.operation, "_call_has_training_arg", False):
            kwargs["training"] = False
        return self.operation(*args, **kwargs)


def _first_steps(model: keras.Model) -> tuple[list[_Step], bool]:
    """The steps from the image on that hold nothing that is learnt; whether that is all it does.

    They end where channels change, where paths part, and at the first layer with weights. Steps of
    nested models are among them.
    """
    nodes = [node for level in (graph(model) or {}).values() for node in level]
    tensor = start = model.inputs[0]
    steps: list[_Step] = []
    while tensor is not model.outputs[0]:
        users = [node for node in nodes if any(each is tensor for each in node.input_tensors)]
        if len(users) != 1 or len(users[0].input_tensors) != 1 or len(users[0].output_tensors) != 1:
            return steps, False
        operation, made = users[0].operation, users[0].output_tensors[0]
        if isinstance(operation, keras.Model) and graph(operation) is not None:
            inner, whole = _first_steps(operation)
            steps += inner
            if not whole:
                return steps, False
        elif len(made.shape) != 4 or made.shape[-1] != start.shape[-1] or _learns(operation):
            return steps, False
        else:
            steps.append(_Step(operation, users[0]))
        tensor = made
    return steps, True


def _learns(operation: Any) -> bool:
    """Whether a layer has weights; those of a Normalization are given, not learnt."""
    given = isinstance(operation, keras.layers.Normalization)
    return bool(getattr(operation, "weights", ())) and not given


def _before(
    steps: list[_Step], declared: tuple[float, float], model: keras.Model
) -> tuple[float, float]:
    """The range of which these steps make the one that a layer after them declares."""
    if not steps:
        return declared

    def off(each: tuple[float, float]) -> float:
        made = _through(steps, each, model).mean(1)
        return max(abs(float(made[0]) - declared[0]), abs(float(made[-1]) - declared[1]))

    return min(RANGES, key=off)


def _through(steps: list[_Step], ends: tuple[float, float], model: keras.Model) -> np.ndarray:
    """What the steps make of black, grey and white in this range: float32 (3, channels)."""
    shape = tuple(model.inputs[0].shape[1:])
    levels = (ends[0], (ends[0] + ends[1]) / 2, ends[1])
    values = tf.cast(np.stack([np.full(shape, level) for level in levels]), model.inputs[0].dtype)
    for step in steps:
        values = step(values)
    made: np.ndarray = tf.cast(values, tf.float32).numpy()
    return made.mean(axis=(1, 2))


def _distance(made: np.ndarray) -> float:
    """How far values of black, grey and white lie from usual ones: 0 for -1 to 1.

    Octaves between their spread and 2, how far their middle is off in spreads, and 2 where grey is
    not in the middle, as where a part of the range is cut off. Infinite where there is no spread.
    """
    black, grey, white = made
    spread = float(np.abs(white - black).mean())
    if not math.isfinite(spread) or spread == 0:
        return math.inf
    middle = float(np.abs(black + white).mean()) / 2
    bent = float(np.abs(grey - (black + white) / 2).max()) > 0.01 * spread
    return abs(math.log2(spread / 2)) + middle / spread + 2 * bent


def _outputs(network: BuiltNetwork, model: keras.Model) -> str:
    """Whether the model puts out logits or probabilities, for random images and weights."""
    rng = np.random.default_rng(0)
    shape = (_IMAGES, network.resolution, network.resolution, network.input_channels)
    images = taken(tf.constant(rng.integers(0, 256, shape, np.uint8)), network)
    fresh = [weight.numpy() for weight in model.trainable_weights]
    found = []
    for draw in _DRAWS:
        for weight, start in zip(model.trainable_weights, fresh, strict=True):
            moved = rng.normal(0, draw * max(0.1, float(np.std(start))), start.shape)
            weight.assign(start + moved.astype(start.dtype))
        values = tf.cast(model(images, training=False), tf.float32).numpy()
        if draw == 0 and not np.isfinite(values).all():
            raise BuildError(
                f"{network.call} puts out values that are not finite numbers for random images. "
                "Mend it there."
            )
        if np.isfinite(values).all():
            found.append(values)
    values = np.concatenate(found)
    if (values < -1e-6).any():
        return LOGITS
    sums = values.sum(axis=1)
    if np.abs(sums - 1).max() < 0.01:
        return PROBABILITIES
    raise BuildError(
        f"{network.call} puts out neither logits nor probabilities: values from "
        f"{values.min():.3g} to {values.max():.3g}, never negative, in rows that sum to "
        f"{sums.min():.3g} to {sums.max():.3g} for random images and weights. Let it end in a "
        "linear layer (logits), or in a softmax over the classes (probabilities)."
    )
