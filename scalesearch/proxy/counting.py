"""The cost of a Keras model that is already built, read off its layers: nothing is run.

Conventions are those of `core/cost.py`, so that a model built from one of our tables costs exactly
what the table does. A layer that is called several times costs its MACs at each call and its
parameters once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Any, NamedTuple

import keras

from scalesearch.core.cost import Cost
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError
from scalesearch.proxy.layer_costs import NOTHING, Shape, work_of
from scalesearch.proxy.weightless import made_with


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

    Parameters of frozen layers count as trainable: freezing does not make a network smaller.
    Raises ScaleSearchError where the model is not built, or the size of its input is left open.
    """
    if not model.built:
        raise ScaleSearchError(
            f"The Keras model {model.name!r} is not built, so its layers have no sizes yet. Give "
            "it an Input, or call model.build(input_shape)."
        )
    left_open = [shape for shape in _shapes(getattr(model, "inputs", None) or ()) if None in shape]
    if left_open:
        raise ScaleSearchError(
            f"The Keras model {model.name!r} leaves the size of its input open: {left_open[0]}. "
            "Say the image's size with --resolution."
        )
    found: dict[int, LayerCost] = {}
    seen: set[int] = set()
    uncounted: list[Uncounted] = []
    for name, operation, inputs, outputs in _calls(model, ""):
        work = work_of(operation, inputs, outputs)
        kind = type(operation).__name__
        known = found.get(id(operation))
        if known is None:
            if work is None:
                uncounted.append(Uncounted(name, kind))
            known = LayerCost(name, kind, 0, Cost(0, _parameters(operation, seen), 0))
        macs, acts = work or NOTHING
        cost = Cost(known.cost.macs + macs, known.cost.params, known.cost.acts + acts)
        found[id(operation)] = replace(known, calls=known.calls + 1, cost=cost)
    layers = tuple(found.values())
    sums = (sum(layer.cost[index] for layer in layers) for index in range(3))
    weights = sum(prod(weight.shape) for weight in model.weights)
    return Counted(Cost(*sums), weights, layers, tuple(uncounted))


def image_shape(model: keras.Model) -> tuple[int | None, ...] | None:
    """(height, width, channels) of the model's one input; None where it takes no single image."""
    shape = getattr(model, "input_shape", None)
    if isinstance(shape, tuple) and len(shape) == 4 and not isinstance(shape[0], tuple):
        return tuple(shape[1:])
    return None


def is_graph(model: keras.Model) -> bool:
    """Whether the model knows its layers' calls: functional or built sequential, no subclass."""
    return graph(model) is not None


def graph(model: keras.Model) -> dict[int, list[Any]] | None:
    """The model's calls, each with its operation and tensors, by depth; 0 is that of its output.

    None for a model by subclassing. Keras has no public way to ask which of a shared layer's calls
    belong to this model.
    """
    inner = getattr(model, "_functional", None) or model  # a Sequential holds a functional model
    found: dict[int, list[Any]] | None = getattr(inner, "_nodes_by_depth", None)
    return found


def resized(model: keras.Model, resolution: Resolution, weights: bool = False) -> keras.Model:
    """The model for images of `resolution`, with shapes alone or fresh weights.

    Raises ScaleSearchError where the model cannot take that size.
    """
    shape = image_shape(model)
    if shape is None or graph(model) is None:
        raise ScaleSearchError(
            f"Option --resolution needs a Keras model of one image (height, width, channels). "
            f"{model.name!r} takes {getattr(model, 'input_shape', 'something else')}."
        )
    if shape[:2] == (resolution.height, resolution.width):
        return model
    try:
        return _copied(model, (resolution.height, resolution.width, shape[2]), weights)
    except Exception as error:  # whatever a layer makes of a size that it was not made for
        raise ScaleSearchError(
            f"The Keras model {model.name!r} cannot take images of {resolution} pixels: "
            f"{_first_line(error)}. Leave --resolution out, or give another."
        ) from error


def _calls(
    model: keras.Model, path: str, sized: keras.Model | None = None
) -> Iterator[tuple[str, Any, tuple[Shape, ...], tuple[Shape, ...]]]:
    """(path, operation, input shapes, output shapes) of every call, in the order of the data.

    Shapes are those of `sized`, a copy of the model for another size, where there is one.
    """
    calls = graph(sized or model)
    if calls is None:  # a model by subclassing: what it computes is in its code
        yield f"{path}{model.name}", model, (), ()
        return
    own = {each.name: each for each in model.layers} if sized else {}
    for depth in sorted(calls, reverse=True):
        for node in calls[depth]:
            operation = own.get(node.operation.name, node.operation)
            name = f"{path}{operation.name}"
            inputs, outputs = _shapes(node.input_tensors), _shapes(node.output_tensors)
            if isinstance(operation, keras.Model):
                yield from _calls(operation, f"{name}/", _as_called(operation, inputs))
            else:
                yield name, operation, inputs, outputs


def _as_called(model: keras.Model, inputs: tuple[Shape, ...]) -> keras.Model | None:
    """A copy of a nested model for the sizes it is called with, if it was made for others."""
    made = [tuple(tensor.shape[1:]) for tensor in getattr(model, "inputs", None) or ()]
    if graph(model) is None or made == list(inputs) or len(inputs) != 1 or len(made) != 1:
        return None
    return _copied(model, inputs[0])


def _copied(
    model: keras.Model, shape: tuple[int | None, ...], weights: bool = False
) -> keras.Model:
    with made_with(weights):
        copied: keras.Model = keras.models.clone_model(model, input_tensors=keras.Input(shape))
    return copied


def _shapes(tensors: Any) -> tuple[Shape, ...]:
    return tuple(tuple(tensor.shape[1:]) for tensor in tensors)


def _parameters(operation: Any, seen: set[int]) -> int:
    """Elements of the trainable variables that were not counted before, frozen or not."""
    if not isinstance(operation, keras.Layer):
        return 0
    total = 0
    for layer in operation._flatten_layers():
        # `trainable_variables` leaves out those of a frozen layer, which are parameters still.
        for variable in layer._trainable_variables:
            if id(variable) not in seen:
                seen.add(id(variable))
                total += prod(variable.shape)
    return total


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
