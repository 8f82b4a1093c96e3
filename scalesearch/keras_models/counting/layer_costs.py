"""What one call of a Keras layer costs, by its arguments as called and what its weights stand for.

The convention is that of `core/cost.py`. A kind of layer is looked up by its exact class: a
subclass may compute something else, so it is not taken for its parent. A layer that is handed a
tensor by a name that its rule does not know is not counted.
"""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import keras

from scalesearch.keras_models.counting import (
    attention_costs,
    linear_costs,
    operation_costs,
    recurrent_costs,
)
from scalesearch.keras_models.counting.call_cost import NOTHING, Unknown, Work, together
from scalesearch.keras_models.counting.free_layers import (
    FREE_LAYERS,
    FREE_OPERATIONS,
    FREE_PARTS,
    ROOMS,
)
from scalesearch.keras_models.counting.layer_calls import Call, calls_of, graph

USUAL = frozenset(("inputs", "mask", "training"))
"""Arguments that may be tensors in any layer's call."""


class Rule(NamedTuple):
    """How to count one kind of layer, and which arguments it expects tensors in."""

    work: Callable[[Call], Work]
    tensors: frozenset[str] | None
    """None for operations, whose tensors are all operands."""


def work_of(call: Call) -> Work:
    """The work of one call of a Keras layer, operation or model.

    Raises Unknown where its kind is not known, or its sizes are not, or it is used in a way that no
    rule describes.
    """
    operation = call.operation
    if graph(operation) is not None:
        given = keras.tree.flatten(call.args)
        return together(*(work_of(each) for each in calls_of(operation, work_of, given)))
    kind = type(operation)
    if kind in FREE or _is_free_operation(kind):
        return NOTHING
    rule = RULES.get(kind)
    if rule is None:
        raise Unknown(f"{kind.__name__} is no layer of Keras that is known")
    if rule.tensors is not None:
        for name, value in call.arguments.items():
            if name not in rule.tensors and _holds_tensor(value):
                raise Unknown(f"{kind.__name__} is given a tensor as {name}")
    try:
        return rule.work(call)
    except (ArithmeticError, LookupError, AttributeError, TypeError, ValueError) as error:
        raise Unknown(f"{kind.__name__} is used as its rule does not foresee") from error


def _is_free_operation(kind: type) -> bool:
    if kind.__module__.startswith(ROOMS):
        return kind.__name__ in _FREE_NAMES
    return kind.__module__.startswith("keras.src.applications.") and kind.__name__ in FREE_PARTS


def _holds_tensor(value: Any) -> bool:
    return any(isinstance(each, keras.KerasTensor) for each in keras.tree.flatten(value))


def _max_pooling(call: Call) -> Work:
    """No MACs, but its output is kept: pycls counts it among the activations."""
    return Work(0, prod(call.made))


def _classes(names: str) -> list[type]:
    """Layers by name; names that this Keras does not have are left out."""
    return [getattr(keras.layers, name) for name in names.split() if hasattr(keras.layers, name)]


def _rules() -> dict[type, Rule]:
    table = (
        *linear_costs.RULES,
        *attention_costs.RULES,
        *recurrent_costs.RULES,
        (_max_pooling, "MaxPooling1D MaxPooling2D MaxPooling3D", ""),
    )
    found = {
        kind: Rule(work, USUAL | set(tensors.split()))
        for work, names, tensors in table
        for kind in _classes(names)
    }
    work, kind, tensors = recurrent_costs.CELL_RULE
    found[kind] = Rule(work, USUAL | set(tensors.split()))
    for work, names in operation_costs.RULES:
        for kind in _operations(names):
            found[kind] = Rule(work, None)
    return found


def _operations(names: str) -> list[type]:
    from keras.src.ops import image, nn, numpy

    rooms = (numpy, nn, image)
    return [getattr(room, name) for name in names.split() for room in rooms if hasattr(room, name)]


_FREE_NAMES = frozenset(FREE_OPERATIONS.split())
FREE = frozenset(_classes(FREE_LAYERS))
RULES = _rules()
