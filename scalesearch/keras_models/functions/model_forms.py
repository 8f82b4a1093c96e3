"""The form of a function's model: one image in, classes out, of layers that can be seen."""

import inspect
from typing import Any

import keras

from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.errors import BuildError
from scalesearch.keras_models.counting.model_cost import image_shape
from scalesearch.keras_models.shape_models import made_with


def as_graph(model: keras.Model, size: Resolution) -> keras.Model:
    """A functional model of the same layers, seen by passing a symbolic image through.

    A colour image, unless the model knows its input. Raises ValueError where it calls other layers
    in training: only one of both would be seen.
    """
    shape = image_shape(model) or (size.height, size.width, 3)
    image = keras.Input(shape, dtype=model.inputs[0].dtype if image_shape(model) else None)
    if "training" not in inspect.signature(model.call).parameters:
        return keras.Model(image, model.call(image), name=model.name)
    # By None each layer is told the phase when it is run.
    either, trained = (
        keras.Model(image, model.call(image, training=training), name=model.name)
        for training in (None, True)
    )
    if _kinds(either) != _kinds(trained):
        raise ValueError(
            "it calls other layers in training. Use layers that know it themselves, such as "
            "Dropout, without `if training`"
        )
    return either


def _kinds(model: keras.Model) -> list[str]:
    """The kinds of all that the model calls."""
    return sorted(type(each).__name__ for each in model.operations)


def plain(model: Any, weights: bool) -> Any:
    """The model without the dictionary or list around its one input and its one output.

    Any other number of them, and what is no model, is as it is: `right` refuses that.
    """
    structures = [getattr(model, f"_{name}_struct", None) for name in ("inputs", "outputs")]
    if not any(isinstance(each, dict | list | tuple) for each in structures):
        return model
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return model
    with made_with(weights):
        return keras.Model(model.inputs[0], model.outputs[0], name=model.name)


def right(model: Any, network: FunctionNetwork, said: str) -> keras.Model:
    """The model. Raises BuildError, which begins with `said`, where it has another form."""
    if not isinstance(model, keras.Model):
        kind = type(model)
        raise BuildError(
            f"{said} must return a keras.Model. It returned {kind.__module__}.{kind.__name__}."
        )
    height, width = network.resolution.height, network.resolution.width
    shape = image_shape(model)
    if shape is None or shape[:2] != (height, width) or shape[2] is None:
        raise BuildError(
            f"{said} must return a model of images ({height}, {width}, channels). Its input is "
            f"{getattr(model, 'input_shape', None)}."
        )
    output = getattr(model, "output_shape", None)
    if output != (None, network.classes):
        of_one_batch = isinstance(output, tuple) and output[1:] == (network.classes,)
        hint = " Leave `batch_size` out of its Input." if of_one_batch else ""
        raise BuildError(
            f"{said} must return a model with outputs (batch, classes), here (None, "
            f"{network.classes}). Its output is {output}.{hint}"
        )
    return model
