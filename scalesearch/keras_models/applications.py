"""The networks of keras.applications by name, without weights: nothing is downloaded."""

from collections.abc import Callable

import keras

from scalesearch.core.resolution import Resolution
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError, parameter
from scalesearch.keras_models.counting.model_cost import image_shape
from scalesearch.keras_models.shape_models import made_with

PREFIX = "keras:"
USUAL_RESOLUTION = Resolution.square(224)
"""For those that take any size (MobileNetV3), as they were trained."""


def names() -> list[str]:
    """Every network of keras.applications in this Keras."""
    return sorted(
        name
        for name in dir(keras.applications)
        if name[0].isupper() and callable(getattr(keras.applications, name))
    )


def application(
    name: str, resolution: Resolution | None = None, weights: bool = False
) -> keras.Model:
    """The network `name` of keras.applications, with shapes alone or with fresh weights.

    `resolution` is that of the input, by default the network's own. Raises ConfigError for
    an unknown name, with the nearest ones, and for a size that the network does not take.
    """
    if name not in names():
        near = suggestion(name, names()) or f" (known: {', '.join(names())})"
        raise ConfigError(
            f"keras.applications has no network {name!r}{near}. Give one as {PREFIX}ResNet50."
        )
    make = getattr(keras.applications, name)
    try:
        with made_with(weights):
            model = make(weights=None) if resolution is None else _sized(make, resolution)
            shape = image_shape(model)
            if shape is not None and None in shape:
                model = _sized(make, USUAL_RESOLUTION)
    except ValueError as error:
        raise ConfigError(
            f"{parameter('resolution')} {resolution}: keras.applications.{name} says: {error}"
        ) from error
    return model


def _sized(make: Callable[..., keras.Model], resolution: Resolution) -> keras.Model:
    return make(weights=None, input_shape=(resolution.height, resolution.width, 3))
