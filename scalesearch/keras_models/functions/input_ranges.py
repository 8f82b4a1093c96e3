"""The range of values that a Keras model takes images in, found by what it makes of plain ones.

A model may rescale its images by layers, operations, functions of keras.applications or code of its
own. So a black, a grey and a white image in each usual range are passed through it twice, with
other weights each time. What a layer that learns is given alike both times comes from the images
alone; the range in which that is most like what networks usually compute with is meant.
"""

import contextlib
import hashlib
import math
import statistics
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from scalesearch.core.function_network import INPUT_TYPES
from scalesearch.errors import BuildError

Range = tuple[float, float]
"""What black and white are."""
RANGES: tuple[Range, ...] = ((-1.0, 1.0), (0.0, 1.0), (0.0, 255.0))
"""What images are usually scaled to; the first is what a model gets that says nothing."""
_FARTHEST = 8.5
"""Distance from usual values (see `_distance`) beyond which no range is what the model means."""
_LEVELS = 3  # black, grey and white


class _Given(NamedTuple):
    """What one call of a layer was given."""

    declared: Range | None
    """The `value_range` of a layer that says which one it takes."""
    digest: str
    values: np.ndarray | None
    """float32 (ranges * levels, elements), where they were asked for."""


def range_of(model: keras.Model, call: str) -> Range:
    """What black and white are to the model: by its input's type, else by how it begins.

    `call` is what built it, for messages. Raises BuildError where it takes no such type as images
    have, or where no usual range fits.
    """
    dtype = str(model.inputs[0].dtype)
    if dtype not in INPUT_TYPES:
        raise BuildError(
            f"{call} takes images of type {dtype}, which cannot hold 0 to 255. Give its Input the "
            "dtype float32 or uint8."
        )
    if "int" in dtype:
        return 0.0, 255.0
    images = _plain_images(tuple(model.inputs[0].shape[1:]))
    reached = _reached(model, tf.cast(images, dtype))
    for each in reached:
        if each.declared is not None and each.values is not None:
            return _declared(each.declared, each.values, images)
    learnt = [each.values for each in reached if each.values is not None]
    told = {place: _distances(learnt, place) for place in range(len(RANGES))}
    told = {place: distances for place, distances in told.items() if distances}
    if not told:  # it makes the same of all images of one colour
        return RANGES[0]
    best = min(told, key=lambda place: statistics.fmean(told[place]))
    if statistics.fmean(told[best]) > _FARTHEST:
        black, _, white = (float(level.mean()) for level in _of_range(learnt[0], len(RANGES) - 1))
        raise BuildError(
            f"{call} begins by turning images from 0 to 255 into {black:.3g} to {white:.3g}, so "
            "that it is not clear which range it takes. Let it take images from -1 to 1, 0 to 1 or "
            "0 to 255."
        )
    return RANGES[best]


def _plain_images(shape: tuple[int, ...]) -> np.ndarray:
    """Black, grey and white in each range: float32 (ranges * levels, height, width, channels)."""
    levels = [level for low, high in RANGES for level in (low, (low + high) / 2, high)]
    return np.stack([np.full(shape, level, np.float32) for level in levels])


def _of_range(values: np.ndarray, place: int) -> np.ndarray:
    """Those of the three images in the range of that place."""
    return values[place * _LEVELS : (place + 1) * _LEVELS]


def _reached(model: keras.Model, images: tf.Tensor) -> list[_Given]:
    """What layers are given that does not depend on the model's weights, in order."""
    weights = [each for layer in model._flatten_layers() for each in layer._trainable_variables]
    kept = [weight.numpy() for weight in weights]
    runs: list[list[_Given]] = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        for weight, start in zip(weights, kept, strict=True):
            weight.assign(rng.normal(0, 0.1, start.shape).astype(start.dtype))
        runs.append(_given(model, images, runs[0] if runs else []))
    for weight, start in zip(weights, kept, strict=True):
        weight.assign(start)
    return [each for each in runs[1] if each.values is not None]


def _given(model: keras.Model, images: tf.Tensor, before: list[_Given]) -> list[_Given]:
    """What each layer that learns, or says its range, is given; values where `before` had them."""
    found: list[_Given] = []

    def hear(layer: keras.Layer, values: Any) -> None:
        ends = getattr(layer, "value_range", None)
        is_range = isinstance(ends, list | tuple) and len(ends) == 2
        declared = (float(ends[0]), float(ends[1])) if is_range else None  # type: ignore[index] # a pair
        tensors = [each for each in keras.tree.flatten(values) if tf.is_tensor(each)]
        if not (declared or layer._trainable_variables) or not tensors:
            return
        flat = tf.cast(tensors[0], tf.float32).numpy()
        digest = hashlib.sha256(flat.tobytes()).hexdigest()
        same = len(found) < len(before) and before[len(found)].digest == digest
        of_all = len(flat) == len(images)
        found.append(
            _Given(declared, digest, flat.reshape(len(flat), -1) if same and of_all else None)
        )

    with _listening(hear):
        model(images, training=False)
    return found


@contextlib.contextmanager
def _listening(hear: Callable[[keras.Layer, Any], None]) -> Iterator[None]:
    """Call `hear` with every layer that is called within the block, and what it is given."""
    usual = keras.Layer.__call__

    def call(self: keras.Layer, *args: Any, **kwargs: Any) -> Any:
        hear(self, (args, kwargs))
        return usual(self, *args, **kwargs)

    keras.Layer.__call__ = call
    try:
        yield
    finally:
        keras.Layer.__call__ = usual


def _declared(ends: Range, values: np.ndarray, images: np.ndarray) -> Range:
    """The range in which a layer is given what it declares."""
    if np.array_equal(values, images.reshape(len(images), -1)):
        return ends

    def off(each: Range) -> float:
        black, _, white = _of_range(values, RANGES.index(each)).mean(1)
        return max(abs(float(black) - ends[0]), abs(float(white) - ends[1]))

    return min(RANGES, key=off)


def _distances(learnt: list[np.ndarray], place: int) -> list[float]:
    """Distances of what layers that learn are given of one range, where it differs at all."""
    every = (_distance(_of_range(values, place)) for values in learnt)
    return [each for each in every if each is not None]


def _distance(made: np.ndarray) -> float | None:
    """How far values of black, grey and white lie from usual ones: 0 for -1 to 1.

    Octaves between their spread and 2, how far their middle is off in spreads, and 2 where grey is
    not in the middle, as where a part of the range is cut off. Elements that are the same for black
    and white, such as padding, do not count; None where there are no others.
    """
    black, grey, white = made[:, made[0] != made[-1]]
    spread = float(np.abs(white - black).mean()) if black.size else math.nan
    if not math.isfinite(spread):
        return None
    middle = float(np.abs(black + white).mean()) / 2
    bent = float(np.abs(grey - (black + white) / 2).max()) > 0.01 * spread
    return abs(math.log2(spread / 2)) + middle / spread + 2 * bent
