"""Keras models that are counted: found by a name or in a file, at given sizes, as plain values."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments.network_names import KERAS_NAME
from scalesearch.experiments.tensorflow_start import chatter_held_back

if TYPE_CHECKING:
    import keras

    from scalesearch.keras_models.counting.model_cost import Counted


class FoundModel(NamedTuple):
    """A model, with shapes alone where it was found by a name."""

    model: "keras.Model"
    source: str
    """The name that it was found by; "" of one that was handed over."""
    form: str | None
    """That of its file; None of a model that comes from none."""


def find_model(
    model: "keras.Model | str | Path",
    resolution: Resolution | None,
    shapes: Sequence[tuple[int, ...]],
) -> FoundModel:
    """The model, for images of `resolution`, inputs of `shapes`, or its own sizes.

    Loads TensorFlow, once nothing about a file can be refused without. Raises ConfigError where
    there is no such model or it cannot be trusted.
    """
    if shapes and resolution is not None:
        raise ConfigError(
            f"{parameter('resolution')} and {parameter('input_shape')} both say the size of the "
            "input.",
            remedy="Give one.",
        )
    source, form = "", None
    if isinstance(model, str | Path):
        source = str(model)
        if not source.startswith(KERAS_NAME):
            from scalesearch.keras_models.saved_files.keras_archive import saved_in

            form = saved_in(Path(source)).form
    with chatter_held_back():
        from scalesearch.keras_models.applications import application
        from scalesearch.keras_models.counting.model_cost import resized
        from scalesearch.keras_models.model_inputs import sized
        from scalesearch.keras_models.saved_files.keras_files import model_in

        if source and form is None:
            found = application(source.removeprefix(KERAS_NAME), resolution)
        else:
            found = model_in(Path(source)) if source else model
            found = found if resolution is None else resized(found, resolution)
        return FoundModel(sized(found, shapes) if shapes else found, source, form)


def model_json(found: FoundModel) -> dict[str, Any]:
    """What `cost` gives of a Keras model, as plain values fit for JSON. Costs are of one image."""
    from scalesearch.keras_models.counting.model_cost import count, image_shape
    from scalesearch.keras_models.model_inputs import inputs_of

    model = found.model
    counted = count(model)
    shape = image_shape(model)
    height, width, _ = shape or (None, None, None)
    size = Resolution(height, width) if height and width else None
    return {
        "name": model.name,
        "source": found.source,
        "form": found.form,
        "resolution": size and size.to_json(),
        "input_shape": [None, *shape] if shape else None,
        "inputs": [
            {"name": each.name, "shape": list(each.shape), "dtype": each.dtype}
            for each in inputs_of(model)
        ],
        **counted.cost._asdict(),
        "params_with_statistics": counted.weights,
        "layers": model_layers_json(counted),
        "uncounted": uncounted_json(counted),
    }


def model_layers_json(found: "Counted") -> list[dict[str, Any]]:
    """The layers of a Keras model that cost something; their sums are the model's."""
    return [
        {"layer": each.name, "kind": each.kind, "calls": each.calls, **each.cost._asdict()}
        for each in found.layers
        if any(each.cost)
    ]


def uncounted_json(found: "Counted") -> list[dict[str, str]]:
    """The layers whose MACs and activations are not known."""
    return [{"layer": each.layer, "kind": each.kind} for each in found.uncounted]
