"""The inputs of a Keras model, by name and size: which are open, and the model at given sizes."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
from keras.src.saving.serialization_lib import (
    ObjectSharingScope,
    get_shared_object,
    record_object_after_deserialization,
)

from scalesearch.core.plain_text import one_line
from scalesearch.errors import ScaleSearchError, parameter
from scalesearch.keras_models.counting.layer_calls import graph
from scalesearch.keras_models.shape_models import made_with

EXAMPLE = 16
"""What an open size is set to in an example."""
LONGEST_REASON = 300
"""Characters of an error."""
_FAILED_CALL = re.compile(r"^Exception encountered when calling \S+\. ")


class ModelInput(NamedTuple):
    """One input without the batch; an open size is None."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str


def inputs_of(model: keras.Model) -> list[ModelInput]:
    """The inputs in the model's own order; none where it does not know them."""
    return [
        ModelInput(each.name, tuple(each.shape[1:]), each.dtype)
        for each in getattr(model, "inputs", None) or ()
    ]


def is_open(model: keras.Model) -> bool:
    """Whether an input leaves a size open."""
    return any(None in each.shape for each in inputs_of(model))


def sizes_text(shape: Sequence[int | None]) -> str:
    """Such as "224 x 224 x 3", an open size as a question mark."""
    return " x ".join("?" if size is None else str(size) for size in shape) or "one number"


def inputs_text(model: keras.Model) -> str:
    """The inputs' sizes; with their names where there are several."""
    inputs = inputs_of(model)
    if len(inputs) == 1:
        return sizes_text(inputs[0].shape)
    return ", ".join(f"{each.name} {sizes_text(each.shape)}" for each in inputs)


def remedy(model: keras.Model) -> str:
    """What to say, so that every size is known."""
    inputs = inputs_of(model)
    shapes = [each.shape for each in inputs]
    if len(shapes) == 1 and len(shapes[0]) == 3 and shapes[0][2] is not None:
        return f"Say the image's size with {parameter('resolution')}."
    if not inputs:
        return "Save a functional or sequential model."
    each = "each input in this order" if len(inputs) > 1 else "the input"
    return f"Say the sizes of {each}, without the batch, such as {_example(model)}."


def _example(model: keras.Model) -> str:
    """Options that give every input a size."""
    shapes = [each.shape for each in inputs_of(model)]
    texts = ["x".join(str(size or EXAMPLE) for size in shape) or "scalar" for shape in shapes]
    return " ".join(f"{parameter('input_shape')} {text}" for text in texts)


def sized(
    model: keras.Model, shapes: Sequence[tuple[int, ...]], weights: bool = False
) -> keras.Model:
    """The model for inputs of these sizes, with shapes alone or fresh weights.

    Raises ScaleSearchError where the sizes do not fit its inputs, or its layers cannot take them.
    """
    inputs = inputs_of(model)
    given = ", ".join(sizes_text(shape) for shape in shapes)
    if not inputs or graph(model) is None:
        raise ScaleSearchError(
            f"The Keras model {model.name!r} computes by code of its own, so its inputs cannot be "
            "given other sizes. Save a functional or sequential model."
        )
    if len(shapes) != len(inputs) or any(
        len(shape) != len(each.shape) for shape, each in zip(shapes, inputs, strict=True)
    ):
        raise ScaleSearchError(
            f"{parameter('input_shape')} must fit the inputs of the Keras model {model.name!r}, "
            f"which are {inputs_text(model)}. Got {given}.",
            remedy="Give one for each in this order, without the batch, such as "
            f"{_example(model)}.",
        )
    if [each.shape for each in inputs] == list(shapes):
        return model
    try:
        return copied(model, shapes, weights)
    except Exception as error:  # whatever a layer makes of a size that it was not made for
        raise ScaleSearchError(
            f"The Keras model {model.name!r} cannot take inputs of {given}: {reason(error)}.",
            remedy=f"Give other sizes by {parameter('input_shape')}, or leave it out.",
        ) from error


def copied(
    model: keras.Model, shapes: Sequence[tuple[int | None, ...]], weights: bool = False
) -> keras.Model:
    """A copy with new layers for inputs of these sizes. Raises whatever its layers raise.

    A layer that stands in several places of the model, such as inside a wrapper too, is one layer
    in the copy.
    """
    with made_with(weights), ObjectSharingScope():
        tensors = [
            keras.Input(shape, dtype=each.dtype, name=each.name)
            for shape, each in zip(shapes, inputs_of(model), strict=True)
        ]
        given = packed(model, tensors)
        copies = _copies(model)
        made: keras.Model = keras.models.clone_model(
            model, input_tensors=given, clone_function=lambda each: copies[id(each)]
        )
    if _calls(made) != _calls(model):  # Keras mixes up the calls of a layer of several models
        raise ValueError("Keras cannot copy models inside of it that share a layer")
    return made


def _calls(model: Any) -> int:
    """How many calls the model makes, those of models inside of it included."""
    nodes = [node for level in (graph(model) or {}).values() for node in level]
    return sum(1 + _calls(node.operation) for node in nodes)


def _copies(model: keras.Model) -> dict[int, Any]:
    """A copy of each layer and operation of the model by its id, those shared as they are there.

    Needs an ObjectSharingScope. Keras marks what it notes for the second time as shared: so all are
    noted twice. They are made before any is called, since Keras numbers calls.
    """
    nodes = [node for level in (graph(model) or {}).values() for node in level]
    operations = [node.operation for node in nodes if not node.is_input]
    for _ in range(2):
        noted = {id(each): keras.saving.serialize_keras_object(each) for each in operations}
    kinds = {id(each): type(each) for each in operations}
    made: dict[int, Any] = {}
    for key, config in noted.items():
        shared = config.get("shared_object_id")
        again = None if shared is None else get_shared_object(shared)
        if again is None:
            again = kinds[key].from_config(config["config"])
            if shared is not None:
                record_object_after_deserialization(again, shared)
        made[key] = again
    return made


def packed(model: keras.Model, values: Sequence[Any]) -> Any:
    """Values for the inputs in their order, in the structure that the model is called with."""
    inner: Any = getattr(model, "_functional", None) or model
    return keras.tree.pack_sequence_as(inner._inputs_struct, list(values))


def reason(error: Exception) -> str:
    """Why Keras refuses, on one line without a full stop; else the kind of the error.

    Keras begins with which call failed, and names the reason in a paragraph after that.
    """
    said = _FAILED_CALL.sub("", one_line(str(error)))
    return said[:LONGEST_REASON].removesuffix(".") or type(error).__name__
