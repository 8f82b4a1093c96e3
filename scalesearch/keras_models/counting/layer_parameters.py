"""What the weights of a layer stand for, in whatever form they are kept.

A quantised kernel is kept as whole numbers that are not trained, with scales beside it, two to a
byte in four bits. It stands for the kernel that the layer had before, and that is what is counted.
The two thin matrices of LoRA are weights of the model too. They are added to the kernel before it
is used and cost an image nothing, except beside a quantised kernel, where an image passes through
both.
"""

from math import prod
from typing import Any

import keras

from scalesearch.keras_models.counting.call_cost import Shape, Unknown
from scalesearch.keras_models.shape_models import weightless

ADAPTER = "lora_"
"""How the names of LoRA's weights begin."""


def kernel_shape(layer: Any, name: str = "kernel") -> Shape:
    """The shape of the kernel that the layer's weights stand for. Raises Unknown."""
    return tuple(getattr(plain(layer), name).shape)


def is_changed(layer: Any) -> bool:
    """Whether the layer's weights are kept in another form than those it was made with."""
    return getattr(layer, "quantization_mode", None) is not None


def plain(layer: Any) -> Any:
    """The layer as it was before it was quantised, with shapes alone; itself if it was not.

    Raises Unknown where the layer cannot be made again.
    """
    if not is_changed(layer):
        return layer
    try:
        with weightless():
            config = layer.get_config()
            for key in ("quantization_config", "lora_rank", "lora_alpha"):
                config.pop(key, None)
            again = type(layer).from_config({**config, "dtype": "float32"})
            again.build_from_config(layer.get_build_config())
    except Exception as error:  # a layer of someone else's may refuse in any way
        raise Unknown(f"{type(layer).__name__} cannot be made without quantisation") from error
    if not again.built:
        raise Unknown(f"{type(layer).__name__} cannot be made without quantisation")
    return again


def parameters(operation: Any, arguments: Any, seen: set[int]) -> int:
    """Elements of the trainable weights that were not counted before, frozen or not.

    Those of a layer, or those that an operation is given directly among its arguments.
    """
    if not isinstance(operation, keras.Layer):
        given = [each for each in keras.tree.flatten(arguments) if isinstance(each, keras.Variable)]
        return _new([each for each in given if each.trainable], seen)
    total = 0
    for layer in operation._flatten_layers():
        kept = layer._trainable_variables + layer._non_trainable_variables
        if is_changed(layer) and kept:
            if id(layer) not in seen:
                seen.add(id(layer))
                total += _stood_for(layer, kept)
        else:
            # `trainable_variables` leaves out those of a frozen layer, which are parameters still.
            total += _new(layer._trainable_variables, seen)
    return total


def _new(variables: list[Any], seen: set[int]) -> int:
    """Elements of those that were not seen before."""
    fresh = [each for each in variables if id(each) not in seen]
    seen.update(map(id, fresh))
    return sum(prod(each.shape) for each in fresh)


def _stood_for(layer: Any, kept: list[Any]) -> int:
    """Parameters of a quantised layer: its plain form's, and LoRA's."""
    try:
        variables = plain(layer)._trainable_variables
    except Unknown:  # such a layer is named as not counted
        return sum(prod(each.shape) for each in layer._trainable_variables)
    adapters = [each for each in kept if each.name.startswith(ADAPTER)]
    return sum(prod(each.shape) for each in (*variables, *adapters))
