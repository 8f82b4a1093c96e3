"""`scalesearch cost` of a Keras model: a saved one, or a name in keras.applications."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scalesearch.cli.names import KERAS_FILE, KERAS_NAME
from scalesearch.cli.quiet import chatter_held_back
from scalesearch.cli.render import facts, quantity, table
from scalesearch.cli.units import MACS, Unit
from scalesearch.core.plain_text import short
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError, ScaleSearchError

if TYPE_CHECKING:
    import keras

    from scalesearch.keras_models.counting.model_cost import Counted

SHOWN = 5
"""Uncounted layers that the text names; the JSON document has them all."""
SCALAR = "scalar"
"""The --input-shape of an input that is one number."""
LARGEST_SIZE, MOST_AXES = 1_000_000, 8


class Loaded(NamedTuple):
    """A model with shapes alone, and the form of the file that it came from."""

    model: "keras.Model"
    form: str | None
    """None for a name in keras.applications."""


def load(name: str, resolution: Resolution | None, shapes: Sequence[tuple[int, ...]]) -> Loaded:
    """The model, for images of `resolution`, inputs of `shapes`, or its own sizes.

    Loads TensorFlow, once nothing about a file can be refused without. Raises ConfigError where
    there is no such model or it cannot be trusted.
    """
    if shapes and resolution is not None:
        raise ConfigError(
            "Options --resolution and --input-shape both say the size of the input. Give one."
        )
    form = None
    if not name.startswith(KERAS_NAME):
        from scalesearch.keras_models.saved_files.keras_archive import saved_in

        form = saved_in(Path(name)).form
    with chatter_held_back():
        from scalesearch.keras_models.applications import application
        from scalesearch.keras_models.counting.model_cost import resized
        from scalesearch.keras_models.model_inputs import sized
        from scalesearch.keras_models.saved_files.keras_files import model_in

        if form is None:
            model = application(name.removeprefix(KERAS_NAME), resolution)
        else:
            model = model_in(Path(name))
            model = model if resolution is None else resized(model, resolution)
        return Loaded(sized(model, shapes) if shapes else model, form)


def shapes_of(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """What each --input-shape says, such as (16, 32) for "16x32". Raises ConfigError."""
    shapes = []
    for text in texts:
        parts = [] if text == SCALAR else text.lower().split("x")
        sizes = tuple(int(part) if re.fullmatch("[0-9]{1,7}", part) else 0 for part in parts)
        if not all(1 <= size <= LARGEST_SIZE for size in sizes) or len(sizes) > MOST_AXES:
            raise ConfigError(
                f"Option --input-shape must be whole numbers from 1 to {LARGEST_SIZE:,} joined by "
                f"x, without the batch, such as 16x32. Got {short(repr(text))}."
            )
        shapes.append(sizes)
    return shapes


def counted(name: str, loaded: Loaded) -> dict[str, Any]:
    """The document of `cost --json` on a Keras model. Costs are of one image."""
    from scalesearch.keras_models.counting.model_cost import count, image_shape
    from scalesearch.keras_models.model_inputs import inputs_of

    model = loaded.model
    found = count(model)
    shape = image_shape(model)
    height, width, _ = shape or (None, None, None)
    size = Resolution(height, width) if height and width else None
    return {
        "name": model.name,
        "source": name,
        "form": loaded.form,
        "resolution": size and size.to_json(),
        "input_shape": [None, *shape] if shape else None,
        "inputs": [
            {"name": each.name, "shape": list(each.shape), "dtype": each.dtype}
            for each in inputs_of(model)
        ],
        **found.cost._asdict(),
        "params_with_statistics": found.weights,
        "layers": layers_json(found),
        "uncounted": uncounted_json(found),
    }


def layers_json(found: "Counted") -> list[dict[str, Any]]:
    """The layers that cost something; their sums are the model's."""
    return [
        {"layer": each.name, "kind": each.kind, "calls": each.calls, **each.cost._asdict()}
        for each in found.layers
        if any(each.cost)
    ]


def uncounted_json(found: "Counted") -> list[dict[str, str]]:
    return [{"layer": each.layer, "kind": each.kind} for each in found.uncounted]


def text(answer: dict[str, Any], unit: Unit, each_layer: bool) -> str:
    several = len(answer["inputs"]) > 1
    inputs = [
        " x ".join(map(str, each["shape"])) + (f"  {each['name']}" if several else "")
        for each in answer["inputs"]
    ]
    lines = [
        *([("file", _file(answer))] if answer["form"] else []),
        ("input", "\n".join(inputs) or "not known"),
        unit.fact(answer["macs"]),
        ("parameters", f"{quantity(answer['params'], 'M')}  ({answer['params']:,})"),
        ("with statistics", f"{answer['params_with_statistics']:,}"),
        ("activations", f"{quantity(answer['acts'], 'M')}  ({answer['acts']:,})"),
    ]
    if answer["uncounted"]:
        lines.append(("not counted", not_counted(answer["uncounted"])))
    rows = (layer_table if each_layer else by_kind)(answer["layers"], unit)
    return f"{answer['name']}\n\n{rows}\n\n{facts(lines)}"


def _file(answer: dict[str, Any]) -> str:
    """What the file is, also where its name says something else."""
    misnamed = answer["source"].endswith(KERAS_FILE) and answer["form"].startswith("HDF5")
    return f"{answer['form']}, though its name ends in {KERAS_FILE}" if misnamed else answer["form"]


def by_kind(layers: Iterable[dict[str, Any]], unit: Unit = MACS) -> str:
    """One row a kind of layer: how many, and what they cost together."""
    sums: dict[str, list[int]] = {}
    for layer in layers:
        row = sums.setdefault(layer["kind"], [0, 0, 0, 0])
        for index, value in enumerate((1, layer["macs"], layer["params"], layer["acts"])):
            row[index] += value
    rows = [
        [kind, str(n), unit.cell(macs), quantity(params), quantity(acts)]
        for kind, (n, macs, params, acts) in sorted(sums.items(), key=lambda each: -each[1][1])
    ]
    return table(("layers", "count", unit.label, "params", "acts"), rows, ("layers",))


def layer_table(layers: Iterable[dict[str, Any]], unit: Unit) -> str:
    """One row a layer that costs something, in the order of the data."""
    rows = [
        [
            each["layer"],
            each["kind"],
            str(each["calls"]),
            unit.cell(each["macs"]),
            quantity(each["params"]),
            quantity(each["acts"]),
        ]
        for each in layers
    ]
    headings = ("layer", "kind", "calls", unit.label, "params", "acts")
    return table(headings, rows, ("layer", "kind"))


def not_counted(uncounted: list[dict[str, str]]) -> str:
    """Which layers' MACs are missing from the sum."""
    named = [f"{each['layer']} ({each['kind']})" for each in uncounted[:SHOWN]]
    more = len(uncounted) - SHOWN
    also = f"\nand {more} more: see --json" if more > 0 else ""
    return "\n".join(["the MACs and activations of", *named]) + also


def refuse_multipliers(**given: object) -> None:
    """Raise ScaleSearchError for options that need a table or a Python function."""
    wrong = [f"--{name}" for name, value in given.items() if value is not None]
    if wrong:
        raise ScaleSearchError(
            f"Option {wrong[0]} needs a table or a Python function: a Keras model is as deep and "
            "wide as it is. Leave it out; --resolution is fine."
        )
