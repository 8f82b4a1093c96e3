"""`scalesearch cost` of a Keras model: a `.keras` file, or a name in keras.applications."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.cli.names import KERAS_NAME
from scalesearch.cli.quiet import chatter_held_back
from scalesearch.cli.render import facts, quantity, table
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError

if TYPE_CHECKING:
    import keras

    from scalesearch.proxy.counting import Counted

SHOWN = 5
"""Uncounted layers that the text names; the JSON document has them all."""


def load(name: str, resolution: Resolution | None) -> "keras.Model":
    """The model, with shapes alone, for images of `resolution` or its own size.

    Loads TensorFlow, once nothing about a file can be refused without. Raises ConfigError where
    there is no such model or it cannot be trusted.
    """
    if not name.startswith(KERAS_NAME):
        from scalesearch.proxy.keras_archive import config_in

        config_in(Path(name))
    with chatter_held_back():
        from scalesearch.proxy.applications import application
        from scalesearch.proxy.counting import resized
        from scalesearch.proxy.keras_files import model_in

        if name.startswith(KERAS_NAME):
            return application(name.removeprefix(KERAS_NAME), resolution)
        model = model_in(Path(name))
        return model if resolution is None else resized(model, resolution)


def counted(name: str, model: "keras.Model") -> dict[str, Any]:
    """The document of `cost --json` on a Keras model. Costs are of one image."""
    from scalesearch.proxy.counting import count, image_shape

    found = count(model)
    shape = image_shape(model)
    height, width, _ = shape or (None, None, None)
    size = Resolution(height, width) if height and width else None
    return {
        "name": model.name,
        "source": name,
        "resolution": size and size.to_json(),
        "input_shape": list(model.input_shape) if shape else None,
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


def text(answer: dict[str, Any]) -> str:
    shape = answer["input_shape"]
    lines = [
        ("input", " x ".join(map(str, shape[1:])) if shape else "not one image"),
        ("MACs", f"{quantity(answer['macs'], 'G')}  ({answer['macs']:,})"),
        ("parameters", f"{quantity(answer['params'], 'M')}  ({answer['params']:,})"),
        ("with statistics", f"{answer['params_with_statistics']:,}"),
        ("activations", f"{quantity(answer['acts'], 'M')}  ({answer['acts']:,})"),
    ]
    if answer["uncounted"]:
        lines.append(("not counted", not_counted(answer["uncounted"])))
    return f"{answer['name']}\n\n{by_kind(answer['layers'])}\n\n{facts(lines)}"


def by_kind(layers: Iterable[dict[str, Any]]) -> str:
    """One row a kind of layer: how many, and what they cost together."""
    sums: dict[str, list[int]] = {}
    for layer in layers:
        row = sums.setdefault(layer["kind"], [0, 0, 0, 0])
        for index, value in enumerate((1, layer["macs"], layer["params"], layer["acts"])):
            row[index] += value
    rows = [
        [kind, str(n), quantity(macs, "M"), quantity(params), quantity(acts)]
        for kind, (n, macs, params, acts) in sorted(sums.items(), key=lambda each: -each[1][1])
    ]
    return table(("layers", "count", "MACs", "params", "acts"), rows, ("layers",))


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
