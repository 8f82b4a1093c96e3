"""Python functions that build Keras models: finding, calling, counting and checking them."""

import contextlib
import hashlib
import importlib
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras

from scalesearch.core.built import BuiltNetwork
from scalesearch.core.cost import Cost
from scalesearch.core.resolution import RESOLUTION, Resolution
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError
from scalesearch.printing import short
from scalesearch.proxy.counting import Counted, count, image_shape, is_graph
from scalesearch.proxy.modules import no_module
from scalesearch.proxy.weightless import made_with, weightless

ARGUMENTS = ("depth", "width", "resolution", "classes")
RESOLUTION_DEFAULT, CLASSES_DEFAULT = 224, 1000
"""Where the function's own signature gives no default."""


def find(builder: str) -> BuiltNetwork:
    """The network of the function `builder` at depth 1 and width 1, checked.

    Resolution and classes are the defaults of the function's signature, else 224 and 1000. Raises
    ConfigError where there is no such function, it takes other arguments, it raises, it ignores
    one of its arguments, or it returns something else than a Keras model for such images.
    """
    function, _ = _function(builder)
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
    }
    classes = defaults.get("classes")
    network = BuiltNetwork(
        name=builder.replace(":", "."),
        builder=builder,
        resolution=_usual_resolution(builder, defaults.get("resolution")),
        classes=classes if type(classes) is int else CLASSES_DEFAULT,
    )
    return checked(network)


def _usual_resolution(builder: str, default: object) -> Resolution:
    """That of the function's signature: a number, a pair (height, width), or none at all."""
    if default is None or default is inspect.Parameter.empty:
        return Resolution.square(RESOLUTION_DEFAULT)
    try:
        return Resolution.of(None if isinstance(default, str) else default)
    except ValueError as error:
        raise ConfigError(
            f"The default of `resolution` of {builder} must be whole pixels a side, such as 224, "
            f"or a pair (height, width) such as (224, 160), each from 1 to {RESOLUTION:,}. "
            f"Got {short(repr(default))}."
        ) from error


def checked(network: BuiltNetwork) -> BuiltNetwork:
    """The network with its input channels and its source's hash as they are now.

    Raises ConfigError as `find` does.
    """
    source = source_of(network.builder)
    shape = image_shape(build_model(network, weights=False))
    network = replace(network, input_channels=shape[2] if shape else 3, source=source)  # type: ignore[arg-type] # channels were checked
    base = counter(network)
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
        other = counter(BuiltNetwork.from_json({**network.to_json(), name: value}))
        if (other.params if name == "classes" else other.macs) == own:
            what = "parameters" if name == "classes" else "multiply-accumulates"
            raise ConfigError(
                f"{network.builder} ignores its argument `{name}`: at {_shown(before)} and at "
                f"{_shown(value)} its model has the same {own:,} {what}. Make the model depend on "
                "it."
            )
    return network


def source_of(builder: str) -> str:
    """16 hex digits of a hash of the function's file as it is now. Raises ConfigError as `find`."""
    _, file = _function(builder)
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def build_model(network: BuiltNetwork, weights: bool = True) -> keras.Model:
    """What the function builds, with fresh weights or with shapes alone.

    It is called with a number as the resolution of a square, else with a pair (height, width).
    Input (batch, height, width, channels), output (batch, classes). Raises ConfigError
    where it raises, or returns something else.
    """
    function, file = _function(network.builder)
    call = {name: getattr(network, name) for name in ARGUMENTS}
    size = network.resolution
    call["resolution"] = size.height if size.is_square else (size.height, size.width)
    shown = ", ".join(f"{name}={_shown(value)}" for name, value in call.items())
    said = f"{network.builder}({shown})"
    model = None
    if not weights:
        # Not every function can be run without weights (one may load some): then it is run with.
        with contextlib.suppress(Exception, SystemExit), _prints_aside(), weightless():
            model = function(**call)
    if not isinstance(model, keras.Model):
        try:
            with _prints_aside():
                model = function(**call)
        except (Exception, SystemExit) as error:
            pair = "" if size.is_square else " Of a rectangle, `resolution` is (height, width)."
            raise ConfigError(
                f"{said} raised {_blamed(error, file)}. Mend it there.{pair}"
            ) from error
    if isinstance(model, keras.Model) and not is_graph(model):
        try:
            with _prints_aside(), made_with(weights):
                model = _as_graph(model, network.resolution)
        except Exception as error:
            raise ConfigError(
                f"{said} returned a model by subclassing, whose layers cannot be seen: "
                f"{_blamed(error, file)}. Return a functional or sequential model."
            ) from error
    return _right(model, network, said)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _as_graph(model: keras.Model, size: Resolution) -> keras.Model:
    """A functional model of the same layers, seen by passing a symbolic colour image through."""
    image = keras.Input((size.height, size.width, 3))
    return keras.Model(image, model.call(image), name=model.name)


def counted(network: BuiltNetwork) -> Counted:
    """The whole count of what the function builds; equal networks are built once."""
    return _counted(replace(network, name="", source="", input_channels=0))


def counter(network: BuiltNetwork) -> Cost:
    """The counts alone (see `core.built.Counter`)."""
    return counted(network).cost


@lru_cache(maxsize=4096)
def _counted(network: BuiltNetwork) -> Counted:
    try:
        return count(build_model(network, weights=False))
    finally:
        keras.utils.clear_session(
            free_memory=False
        )  # Keras remembers every model's names otherwise


def _right(model: Any, network: BuiltNetwork, said: str) -> keras.Model:
    if not isinstance(model, keras.Model):
        kind = type(model)
        raise ConfigError(
            f"{said} must return a keras.Model. It returned {kind.__module__}.{kind.__name__}."
        )
    height, width = network.resolution.height, network.resolution.width
    shape = image_shape(model)
    if shape is None or shape[:2] != (height, width) or shape[2] is None:
        raise ConfigError(
            f"{said} must return a model of images ({height}, {width}, channels). Its input is "
            f"{getattr(model, 'input_shape', None)}."
        )
    output = getattr(model, "output_shape", None)
    if output != (None, network.classes):
        raise ConfigError(
            f"{said} must return a model with outputs (batch, classes), here (None, "
            f"{network.classes}). Its output is {output}."
        )
    return model


@lru_cache(maxsize=64)
def _function(builder: str) -> tuple[Callable[..., Any], Path]:
    """The function, and the file that it is written in."""
    module_name, _, name = builder.partition(":")
    folder = os.getcwd()
    if folder not in sys.path:  # an installed command does not look into the current folder
        sys.path.insert(0, folder)
    try:
        with _prints_aside():
            module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise no_module(error.name, builder) from error
        raise ConfigError(f"{module_name} cannot be imported: {error}. Install it.") from error
    except (Exception, SystemExit) as error:
        raise ConfigError(
            f"{module_name} cannot be imported: {_blamed(error, None)}. Mend it there."
        ) from error
    function = getattr(module, name, None)
    if not callable(function):
        known = [each for each, value in vars(module).items() if inspect.isfunction(value)]
        raise ConfigError(
            f"The module {module_name} has no function {name!r}{suggestion(name, known)}. Give one "
            f"that takes ({', '.join(ARGUMENTS)})."
        )
    try:
        signature = inspect.signature(function)
        signature.bind(**dict.fromkeys(ARGUMENTS))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"{builder} must take the arguments ({', '.join(ARGUMENTS)}): {error}. Name them so."
        ) from error
    return function, Path(inspect.getsourcefile(inspect.unwrap(function)) or module.__file__ or "")


def _prints_aside() -> contextlib.AbstractContextManager[Any]:
    """What the function prints goes to standard error: standard output is for the answer."""
    return contextlib.redirect_stdout(sys.stderr)


def _blamed(error: BaseException, file: Path | None) -> str:
    """The exception, and where in the user's own file it came from."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({error.filename}, line {error.lineno})"
    here = Path(__file__).parent.parent
    frames = traceback.extract_tb(error.__traceback__)
    outside = [
        frame
        for frame in frames
        if here not in Path(frame.filename).parents
        and "site-packages" not in frame.filename
        and not frame.filename.startswith("<")
        and Path(inspect.__file__).parent not in Path(frame.filename).parents
    ]
    own = [frame for frame in frames if file is not None and Path(frame.filename) == file]
    said = " ".join(str(error).split())[:500]
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    for frame in reversed(own or outside):
        return f"{text} ({frame.filename}, line {frame.lineno}, in {frame.name})"
    return text
