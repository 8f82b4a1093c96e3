"""The cost of a Keras model that is already built, read off its layers: nothing is run.

Conventions are those of `core/cost.py`, so that a model built from one of our tables costs exactly
what the table does. A layer that is called several times costs its MACs at each call and its
parameters once.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from math import prod
from typing import NamedTuple

import keras

from scalesearch.core.cost import Cost
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError, parameter
from scalesearch.keras_models.counting.call_cost import NOTHING, Unknown
from scalesearch.keras_models.counting.layer_calls import (
    Call,
    batch_of,
    batches_of,
    calls_of,
    graph,
)
from scalesearch.keras_models.counting.layer_costs import FREE, work_of
from scalesearch.keras_models.counting.layer_parameters import parameters
from scalesearch.keras_models.model_inputs import (
    copied,
    inputs_of,
    inputs_text,
    is_open,
    reason,
    remedy,
)


class Uncounted(NamedTuple):
    """A layer whose MACs are not known; its parameters are counted all the same."""

    layer: str
    kind: str


@dataclass(frozen=True, slots=True)
class LayerCost:
    """One layer of the model, nested ones by their path ("encoder/conv1")."""

    name: str
    kind: str
    calls: int
    cost: Cost


@dataclass(frozen=True, slots=True)
class Counted:
    """What a Keras model costs for one image.

    Invariant: the costs of `layers` sum to `cost`.
    """

    cost: Cost
    weights: int
    """All weights, moving statistics included: Keras's own count_params()."""
    layers: tuple[LayerCost, ...]
    uncounted: tuple[Uncounted, ...]


def count(model: keras.Model) -> Counted:
    """Multiply-accumulates, trainable parameters and activations of a built Keras model.

    Parameters of frozen and of quantised layers count as trainable: neither freezing nor fewer bits
    make a network smaller. Raises ScaleSearchError where the model is not built, the size of its
    input is left open, or its inputs fix different batches.
    """
    if not model.built:
        raise ScaleSearchError(
            f"The Keras model {model.name!r} is not built, so its layers have no sizes yet. Give "
            "it an Input, or call model.build(input_shape)."
        )
    if is_open(model):
        raise ScaleSearchError(
            f"The Keras model {model.name!r} leaves the size of its input open: "
            f"{inputs_text(model)}. {remedy(model)}"
        )
    batches = sorted(batches_of(model))
    if len(batches) > 1:
        raise ScaleSearchError(
            f"The inputs of the Keras model {model.name!r} fix different batches "
            f"({', '.join(map(str, batches))}), so it is not clear what one image costs. Leave the "
            "batch of every Input open."
        )
    found: dict[int, LayerCost] = {}
    uncounted: dict[int, Uncounted] = {}
    seen: set[int] = set()
    for call in calls_of(model, work_of):
        key, kind = id(call.operation), type(call.operation).__name__
        layer = found.get(key) or LayerCost(call.name, kind, 0, Cost(0, 0, 0))
        try:
            macs, acts = work_of(call)
        except Unknown:
            macs, acts = NOTHING
            uncounted.setdefault(key, Uncounted(call.name, kind))
        if not _with_activations(call):
            uncounted.setdefault(key, Uncounted(call.name, kind))
        params = parameters(call.operation, (call.args, call.kwargs), seen)
        cost = Cost(layer.cost.macs + macs, layer.cost.params + params, layer.cost.acts + acts)
        found[key] = replace(layer, calls=layer.calls + 1, cost=cost)
    layers = tuple(_of_one(layer, batch_of(model)) for layer in found.values())
    sums = (sum(layer.cost[index] for layer in layers) for index in range(3))
    weights = sum(prod(weight.shape) for weight in model.weights)
    return Counted(Cost(*sums), weights, layers, tuple(uncounted.values()))


def _with_activations(call: Call) -> bool:
    """Whether all of the call's activations are known, with their weights.

    One that is a layer, such as PReLU, makes its weights only where it is run: here it is told the
    sizes, as it would be then.
    """
    if not isinstance(call.operation, keras.Layer):
        return True
    for layer in call.operation._flatten_layers():
        activation = getattr(layer, "activation", None)
        if not isinstance(activation, keras.Layer):
            continue
        last = layer is call.operation and not isinstance(layer, keras.layers.RNN)
        if not activation.built and last:
            with suppress(Exception):  # whatever a layer makes of sizes; it is named then
                activation.build(call.made)
        if not activation.built or type(activation) not in FREE:
            return False
    return True


def _of_one(layer: LayerCost, batch: int) -> LayerCost:
    """The layer's cost for one image of a fixed batch."""
    if batch == 1:
        return layer
    macs, params, acts = layer.cost
    return replace(layer, cost=Cost(-(-macs // batch), params, -(-acts // batch)))


def image_shape(model: keras.Model) -> tuple[int | None, ...] | None:
    """(height, width, channels) of the model's one input; None where it takes no single image."""
    shapes = [each.shape for each in inputs_of(model)]
    return shapes[0] if len(shapes) == 1 and len(shapes[0]) == 3 else None


def is_graph(model: keras.Model) -> bool:
    """Whether the model knows its layers' calls: functional or built sequential.

    Not by subclassing, and not with a `call` of its own.
    """
    return graph(model) is not None


def resized(model: keras.Model, resolution: Resolution, weights: bool = False) -> keras.Model:
    """The model for images of `resolution`, with shapes alone or fresh weights.

    Raises ScaleSearchError where the model cannot take that size.
    """
    shape = image_shape(model)
    if shape is None or graph(model) is None:
        advice = remedy(model) if is_open(model) else "Leave it out: all sizes are known."
        raise ScaleSearchError(
            f"{parameter('resolution')} needs a Keras model of one image (height, width, "
            f"channels). {model.name!r} takes {inputs_text(model) or 'something else'}.",
            remedy=advice,
        )
    if shape[:2] == (resolution.height, resolution.width):
        return model
    try:
        return copied(model, [(resolution.height, resolution.width, shape[2])], weights)
    except Exception as error:  # whatever a layer makes of a size that it was not made for
        raise ScaleSearchError(
            f"The Keras model {model.name!r} cannot take images of {resolution} pixels: "
            f"{reason(error)}.",
            remedy=f"Leave {parameter('resolution')} out, or give another.",
        ) from error
