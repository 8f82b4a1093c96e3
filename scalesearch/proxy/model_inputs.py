"""The inputs of a Keras model, by name and size: which are open, and the model at given sizes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import keras

from scalesearch.errors import ScaleSearchError
from scalesearch.proxy.weightless import made_with

EXAMPLE = 16
"""What an open size is set to in an example."""


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
        return "Say the image's size with --resolution."
    if not inputs:
        return "Save a functional or sequential model."
    each = "each input in this order" if len(inputs) > 1 else "the input"
    return f"Say the sizes of {each}, without the batch, such as {_example(model)}."


def _example(model: keras.Model) -> str:
    """Options that give every input a size."""
    shapes = [each.shape for each in inputs_of(model)]
    texts = ["x".join(str(size or EXAMPLE) for size in shape) or "scalar" for shape in shapes]
    return " ".join(f"--input-shape {text}" for text in texts)


def sized(
    model: keras.Model, shapes: Sequence[tuple[int, ...]], weights: bool = False
) -> keras.Model:
    """The model for inputs of these sizes, with shapes alone or fresh weights.

    Raises ScaleSearchError where the sizes do not fit its inputs, or its layers cannot take them.
    """
    inputs = inputs_of(model)
    given = ", ".join(sizes_text(shape) for shape in shapes)
    if not inputs:
        raise ScaleSearchError(
            f"The Keras model {model.name!r} does not say what its inputs are, so they cannot be "
            "given other sizes. Save a functional or sequential model."
        )
    if len(shapes) != len(inputs) or any(
        len(shape) != len(each.shape) for shape, each in zip(shapes, inputs, strict=True)
    ):
        raise ScaleSearchError(
            f"Option --input-shape must fit the inputs of the Keras model {model.name!r}, which "
            f"are {inputs_text(model)}. Got {given}. Give "
            f"one for each in this order, without the batch, such as {_example(model)}."
        )
    if [each.shape for each in inputs] == list(shapes):
        return model
    try:
        return copied(model, shapes, weights)
    except Exception as error:  # whatever a layer makes of a size that it was not made for
        raise ScaleSearchError(
            f"The Keras model {model.name!r} cannot take inputs of {given}: {first_line(error)}. "
            "Give other sizes by --input-shape, or leave it out."
        ) from error


def copied(
    model: keras.Model, shapes: Sequence[tuple[int | None, ...]], weights: bool = False
) -> keras.Model:
    """A copy with new layers for inputs of these sizes. Raises whatever its layers raise."""
    with made_with(weights):
        tensors = [
            keras.Input(shape, dtype=each.dtype, name=each.name)
            for shape, each in zip(shapes, inputs_of(model), strict=True)
        ]
        given = packed(model, tensors)
        made: keras.Model = keras.models.clone_model(model, input_tensors=given)
    return made


def packed(model: keras.Model, values: Sequence[Any]) -> Any:
    """Values for the inputs in their order, in the structure that the model is called with."""
    inner: Any = getattr(model, "_functional", None) or model
    return keras.tree.pack_sequence_as(inner._inputs_struct, list(values))


def first_line(error: Exception) -> str:
    """The first line of what an error says, else its kind."""
    return next(iter(str(error).strip().splitlines()), "") or type(error).__name__
