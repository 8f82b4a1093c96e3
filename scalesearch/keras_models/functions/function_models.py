"""Python functions that build Keras models: finding, calling, counting and checking them."""

import contextlib
import inspect
import operator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras

from scalesearch.core.cost import Cost
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.plain_text import short
from scalesearch.core.resolution import RESOLUTION, Resolution
from scalesearch.errors import BuildError, ConfigError
from scalesearch.keras_models.counting.model_cost import Counted, count, image_shape, is_graph
from scalesearch.keras_models.functions.builders import function_of, source_of
from scalesearch.keras_models.functions.model_forms import as_graph, plain, right
from scalesearch.keras_models.shape_models import made_with, weightless
from scalesearch.source_code.user_functions import blamed, users_code

RESOLUTION_DEFAULT, CLASSES_DEFAULT = 224, 1000
"""Where the function's own signature gives no default."""


def find(builder: str) -> FunctionNetwork:
    """The network of the function `builder` at depth 1 and width 1, checked.

    Resolution and classes are the defaults of the function's signature, else 224 and 1000. Raises
    ConfigError where there is no such function, one of these defaults is no size, it takes other
    arguments, it raises, it ignores one of its arguments, or it returns something else than a Keras
    model for such images.
    """
    defaults = _defaults(builder)
    network = FunctionNetwork(
        name=builder.replace(":", "."),
        builder=builder,
        resolution=_usual_resolution(builder, defaults.get("resolution", RESOLUTION_DEFAULT)),
        classes=_usual_classes(builder, defaults.get("classes", CLASSES_DEFAULT)),
    )
    return checked(network)


def taken_instead(builder: str) -> dict[str, int]:
    """What `find` takes for the arguments without a default in the function's signature."""
    usual = {"resolution": RESOLUTION_DEFAULT, "classes": CLASSES_DEFAULT}
    seen = _defaults(builder)
    return {name: value for name, value in usual.items() if name not in seen}


def _defaults(builder: str) -> dict[str, Any]:
    """The defaults of the function's arguments; None is none."""
    parameters = inspect.signature(function_of(builder)[0]).parameters
    found = {name: parameter.default for name, parameter in parameters.items()}
    absent = (None, inspect.Parameter.empty)
    return {
        name: default
        for name, default in found.items()
        if not any(default is each for each in absent)
    }


def _usual_resolution(builder: str, default: Any) -> Resolution:
    """That of the function's signature: a number or a pair (height, width)."""
    try:
        if isinstance(default, tuple | list):
            return Resolution.of([operator.index(side) for side in default])
        return Resolution.of(operator.index(default))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"The default of `resolution` of {builder} must be whole pixels a side, such as 224, "
            f"or a pair (height, width) such as (224, 160), each from 1 to {RESOLUTION:,}. "
            f"Got {short(repr(default))}."
        ) from error


def _usual_classes(builder: str, default: Any) -> int:
    """That of the function's signature."""
    with contextlib.suppress(TypeError):
        classes = operator.index(default)
        if classes >= 1 and not isinstance(default, bool):
            return int(classes)
    raise ConfigError(
        f"The default of `classes` of {builder} must be a whole number from 1, such as 10. "
        f"Got {short(repr(default))}."
    )


def checked(network: FunctionNetwork) -> FunctionNetwork:
    """The network with its input channels, its source and its counts as they are now.

    Raises ConfigError as `find` does.
    """
    model, other_call = (build_model(network, weights=False) for _ in range(2))
    if _share(model, other_call):
        raise ConfigError(
            f"{network.builder} gives the same layers at every call, so that one training would go "
            "on from another's weights. Make all layers with weights inside the function."
        )
    shape = image_shape(model)
    channels: Any = shape[2] if shape else 3
    network = replace(network, input_channels=channels, counter=counter)
    base = network.cost
    again = count(model).cost
    if again != base:
        raise ConfigError(
            f"{network.builder} builds another network at every call: with the same arguments one "
            f"of {base.macs:,} multiply-accumulates and {base.params:,} parameters, and one of "
            f"{again.macs:,} and {again.params:,}. Make it depend on its arguments alone."
        )
    if not base.macs:
        raise ConfigError(
            f"{network.builder} builds a model without a multiply-accumulate that can be counted: "
            "use convolution and dense layers of Keras."
        )
    own_size = network.resolution
    double = own_size.with_longer(min(RESOLUTION, 2 * own_size.longer)).to_json()
    for name, value, own, before in (
        ("depth", 2 * network.depth, base.macs, network.depth),
        ("width", 2 * network.width, base.macs, network.width),
        ("resolution", double, base.macs, own_size.to_json()),
        ("classes", 2 * network.classes, base.params, network.classes),
    ):
        try:
            other = counter(FunctionNetwork.from_json({**network.to_json(), name: value}))
        except BuildError:  # it cannot be so large, and does not ignore what it was given
            continue
        if (other.params if name == "classes" else other.macs) == own:
            what = "parameters" if name == "classes" else "multiply-accumulates"
            raise ConfigError(
                f"{network.builder} ignores its argument `{name}`: at {_shown(before)} and at "
                f"{_shown(value)} its model has the same {own:,} {what}. Make the model depend on "
                "it."
            )
    # Now that it has been called, what it reads then is known.
    return replace(network, source=source_of(network.builder))


def _share(one: keras.Model, other: keras.Model) -> bool:
    """Whether training one of two models would change the other.

    Frozen weights may be shared once they are there, such as those of an adapted Normalization;
    made at a call that counts alone, they would have no values at any other call.
    """
    known = {id(variable) for variable in one.variables}
    shared = [variable for variable in other.variables if id(variable) in known]
    moved = {id(variable) for variable in other.trainable_variables}
    return any(id(variable) in moved or variable._value is None for variable in shared)


def build_model(network: FunctionNetwork, weights: bool = True) -> keras.Model:
    """What the function builds, with fresh weights or with shapes alone.

    It is called with a number as the resolution of a square, else with a pair (height, width).
    Input (batch, height, width, channels), output (batch, classes). Raises BuildError where it
    raises, or returns something else, and ConfigError where there is no such function.
    """
    function, file = function_of(network.builder)
    call, said = network.arguments, network.call
    model = None
    if not weights:
        # Not every function can be run without weights (one may load some): then it is run with.
        with contextlib.suppress(Exception, SystemExit), users_code(), weightless():
            model = function(**call)
    if not isinstance(model, keras.Model):
        try:
            with users_code():
                model = function(**call)
        except (Exception, SystemExit) as error:
            square = network.resolution.is_square
            pair = "" if square else " Of a rectangle, `resolution` is (height, width)."
            raise BuildError(
                f"{said} raised {blamed(error, file)}. Mend it there.{pair}"
            ) from error
    if isinstance(model, keras.Model) and not is_graph(model):
        try:
            with users_code(), made_with(weights):
                model = as_graph(model, network.resolution)
        except Exception as error:
            raise BuildError(
                f"{said} returned a model by subclassing, whose layers cannot be seen: "
                f"{blamed(error, file)}. Return a functional or sequential model."
            ) from error
    return right(plain(model, weights), network, said)


def file_of(network: FunctionNetwork) -> Path:
    """The file that the network's function is written in. Raises ConfigError as `find`."""
    return function_of(network.builder)[1]


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def counted(network: FunctionNetwork) -> Counted:
    """The whole count of what the function builds; equal networks are built once."""
    sizes = (network.resolution, network.classes, network.depth, network.width)
    return _counted(FunctionNetwork("", network.builder, *sizes))


def counter(network: FunctionNetwork) -> Cost:
    """The counts alone (see `function_network.Counter`)."""
    return counted(network).cost


@lru_cache(maxsize=4096)
def _counted(network: FunctionNetwork) -> Counted:
    try:
        return count(build_model(network, weights=False))
    finally:
        keras.utils.clear_session(
            free_memory=False
        )  # Keras remembers every model's names otherwise
