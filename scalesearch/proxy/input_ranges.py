"""The range of values that a Keras model takes images in, found by what it makes of plain ones.

A model may rescale its images by layers, operations, functions of keras.applications or code of its
own. Whatever it does before its first weights is done here to a black, a grey and a white image, in
each usual range; the range whose result is most like what networks usually compute with is meant.
"""

import math
import statistics
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from scalesearch.core.built import INPUT_TYPES
from scalesearch.errors import BuildError
from scalesearch.proxy.counting import graph

Range = tuple[float, float]
"""What black and white are."""
RANGES: tuple[Range, ...] = ((-1.0, 1.0), (0.0, 1.0), (0.0, 255.0))
"""What images are usually scaled to; the first is what a model gets that says nothing."""
_FARTHEST = 8.5
"""Distance from usual values (see `_distance`) beyond which no range is what the model means."""


def range_of(model: keras.Model, call: str) -> Range:
    """What black and white are to the model: by its input's type, else by how it begins.

    `call` is what built it, for messages. Raises BuildError where it takes no such type as images
    have, or where no usual range fits.
    """
    dtype = str(model.inputs[0].dtype)
    if dtype not in INPUT_TYPES:
        raise BuildError(
            f"{call} takes images of type {dtype}, which cannot hold 0 to 255. Give its "
            "Input the dtype float32 or uint8."
        )
    if "int" in dtype:
        return 0.0, 255.0
    began = {each: _beginning(model, each) for each in RANGES}
    declared = {each: found.declared for each, found in began.items()}
    if first := declared[RANGES[0]]:
        if first.untouched:
            return first.ends
        return min(RANGES, key=lambda each: declared[each].off())  # type: ignore[union-attr] # all have it
    distances = {each: found.distance() for each, found in began.items()}
    best = min(RANGES, key=lambda each: distances[each])
    if math.isinf(distances[best]):  # it makes the same of all images of one colour
        return RANGES[0]
    if distances[best] > _FARTHEST:
        black, _, white = (float(level.mean()) for level in began[RANGES[-1]].reached[0])
        raise BuildError(
            f"{call} begins by turning images from 0 to 255 into {black:.3g} to "
            f"{white:.3g}, so that it is not clear which range it takes. Let it take images from "
            "-1 to 1, 0 to 1 or 0 to 255."
        )
    return best


@dataclass(frozen=True, slots=True)
class _Declared:
    """A range that a layer says it takes, and what it is given: float32 (3, elements)."""

    ends: Range
    given: np.ndarray
    untouched: bool
    """Whether it is given the image itself."""

    def off(self) -> float:
        """How far what it is given lies from what it takes."""
        black, _, white = (float(level.mean()) for level in self.given)
        return max(abs(black - self.ends[0]), abs(white - self.ends[1]))


@dataclass(slots=True)
class _Beginning:
    """What a model makes of a black, a grey and a white image before anything that it learns."""

    reached: list[np.ndarray]
    """What its first layers with weights are given, each float32 (3, elements)."""
    declared: _Declared | None = None
    """By the first layer that declares a range, if there is one."""

    def distance(self) -> float:
        """Mean distance of what is reached from usual values (see `_distance`)."""
        return statistics.fmean(map(_distance, self.reached))


def _beginning(model: keras.Model, ends: Range) -> _Beginning:
    """How the model begins with images in this range."""
    shape = tuple(model.inputs[0].shape[1:])
    levels = (ends[0], (ends[0] + ends[1]) / 2, ends[1])
    images = np.stack([np.full(shape, level) for level in levels])
    image = tf.cast(images, model.inputs[0].dtype)
    found = _Beginning([])
    _pass(model, image, image, found)
    return found


def _pass(model: keras.Model, values: tf.Tensor, image: tf.Tensor, found: _Beginning) -> Any:
    """Pass values through the model as far as nothing is learnt; its output, if that is reached."""
    known = {id(model.inputs[0]): values}
    calls = graph(model) or {}
    for node in (node for depth in sorted(calls, reverse=True) for node in calls[depth]):
        given = [known[id(each)] for each in node.input_tensors if id(each) in known]
        if not given:
            continue
        made = None
        if isinstance(node.operation, keras.Model) and graph(node.operation) and len(given) == 1:
            made = _pass(node.operation, given[0], image, found)
        elif len(given) < len(node.input_tensors) or _learns(node.operation):
            found.reached += map(_flat, given)
        else:
            made = _made(node, known, image, found)
        if made is not None:
            known[id(node.output_tensors[0])] = made
    return known.get(id(model.outputs[0]))


def _made(node: Any, known: dict[int, Any], image: tf.Tensor, found: _Beginning) -> Any:
    """What one call makes of known values outside of training."""
    operation = node.operation
    first = known[id(node.input_tensors[0])]
    ends = getattr(operation, "value_range", None)
    if found.declared is None and isinstance(ends, list | tuple) and len(ends) == 2:
        declared = (float(ends[0]), float(ends[1]))
        found.declared = _Declared(declared, _flat(first), first is image)
    args, kwargs = node.arguments.fill_in(known)
    if getattr(operation, "_call_has_training_arg", False):
        kwargs["training"] = False
    return operation(*args, **kwargs)


def _learns(operation: Any) -> bool:
    """Whether a layer has weights; those of a Normalization are given, not learnt."""
    given = isinstance(operation, keras.layers.Normalization)
    return bool(getattr(operation, "weights", ())) and not given


def _flat(values: tf.Tensor) -> np.ndarray:
    flat: np.ndarray = tf.cast(values, tf.float32).numpy().reshape(3, -1)
    return flat


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
