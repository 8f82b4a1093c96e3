"""Networks and Keras models as text: a table of stages, of layers or of their kinds, and facts."""

from collections.abc import Iterable
from typing import Any

from scalesearch.cli.render import facts, table
from scalesearch.cli.units import MACS, Unit
from scalesearch.core.blocks import BLOCKS
from scalesearch.core.quantities import quantity, ratio
from scalesearch.experiments.network_names import KERAS_FILE, SHOWN, not_counted


def network_text(
    answer: dict[str, Any],
    more: Iterable[tuple[str, str]] = (),
    unit: Unit = MACS,
    each_layer: bool = False,
) -> str:
    """A table's or a function's network, as its document says; `more` are further facts."""
    blocks = f"  {sum(answer['repeats'])} blocks" if answer["repeats"] else ""
    lines = [
        ("resolution", f"{answer['resolution']} px"),
        ("depth", f"x {ratio(answer['depth'])}{blocks}"),
        ("width", f"x {ratio(answer['width'])}"),
        *count_lines(answer, unit),
        *more,
    ]
    return f"{answer['name']}\n\n{_rows(answer, unit, each_layer)}\n\n{facts(lines)}"


def model_text(answer: dict[str, Any], unit: Unit, each_layer: bool) -> str:
    """A Keras model as its document says."""
    several = len(answer["inputs"]) > 1
    inputs = [
        " x ".join(map(str, each["shape"])) + (f"  {each['name']}" if several else "")
        for each in answer["inputs"]
    ]
    cost, params, acts = count_lines(answer, unit)
    lines = [
        *([("file", _file(answer))] if answer["form"] else []),
        ("input", "\n".join(inputs) or "not known"),
        cost,
        params,
        ("with statistics", f"{answer['params_with_statistics']:,}"),
        acts,
    ]
    if answer["uncounted"]:
        missing = [f"{each['layer']} ({each['kind']})" for each in answer["uncounted"]]
        see = ": see --json" if len(missing) > SHOWN else ""
        lines.append(("not counted", not_counted(missing) + see))
    return f"{answer['name']}\n\n{_rows(answer, unit, each_layer)}\n\n{facts(lines)}"


def count_lines(answer: dict[str, Any], unit: Unit = MACS) -> list[tuple[str, str]]:
    """MACs or FLOPs, parameters and activations, short and in full."""
    return [
        unit.fact(answer["macs"]),
        ("parameters", f"{quantity(answer['params'], 'M')}  ({answer['params']:,})"),
        ("activations", f"{quantity(answer['acts'], 'M')}  ({answer['acts']:,})"),
    ]


def _file(answer: dict[str, Any]) -> str:
    """What the file is, also where its name says something else."""
    misnamed = answer["source"].endswith(KERAS_FILE) and answer["form"].startswith("HDF5")
    return f"{answer['form']}, though its name ends in {KERAS_FILE}" if misnamed else answer["form"]


def _rows(answer: dict[str, Any], unit: Unit, each_layer: bool) -> str:
    if each_layer:
        return _layer_table(answer["layers"], unit)
    if "stages" in answer:
        return stage_table(answer["stages"], unit)
    return _kind_table(answer["layers"], unit)


def stage_table(stages: Iterable[dict[str, Any]], unit: Unit = MACS) -> str:
    """The stages with kernel and stride, and what they put out: channels, pixels, costs."""
    rows = [
        [
            str(index),
            _kind(row),
            "" if row["kernel"] is None else f"{row['kernel']}x{row['kernel']} /{row['stride']}",
            f"{row['se']:g}" if row["se"] else "",
            str(row["channels"]),
            "" if row["repeats"] is None else str(row["repeats"]),
            str(row["resolution"]),
            *_costs(row, unit),
        ]
        for index, row in enumerate(stages)
    ]
    headings = ("#", "block", "kernel", "se", "channels", "blocks", "px", *_headings(unit))
    return table(headings, rows, ("block",))


def _kind(row: dict[str, Any]) -> str:
    """ "mbconv6" for an expansion of 6, as the paper names them."""
    kind = BLOCKS.get(row["block"])  # the classifier is none
    expands = kind is not None and "expand" in kind.fields
    return f"{row['block']}{row['expand']:g}" if expands else str(row["block"])


def _kind_table(layers: Iterable[dict[str, Any]], unit: Unit) -> str:
    """One row a kind of layer: how many, and what they cost together."""
    sums: dict[str, dict[str, int]] = {}
    for layer in layers:
        row = sums.setdefault(layer["kind"], dict.fromkeys(("count", "macs", "params", "acts"), 0))
        row["count"] += 1
        for name in ("macs", "params", "acts"):
            row[name] += layer[name]
    rows = [
        [kind, str(row["count"]), *_costs(row, unit)]
        for kind, row in sorted(sums.items(), key=lambda each: -each[1]["macs"])
    ]
    return table(("layers", "count", *_headings(unit)), rows, ("layers",))


def _layer_table(layers: Iterable[dict[str, Any]], unit: Unit) -> str:
    """One row a layer that costs something, in the order of the data."""
    rows = [
        [each["layer"], each["kind"], str(each["calls"]), *_costs(each, unit)] for each in layers
    ]
    return table(("layer", "kind", "calls", *_headings(unit)), rows, ("layer", "kind"))


def _headings(unit: Unit) -> tuple[str, ...]:
    return (unit.label, "params", "acts")


def _costs(row: dict[str, Any], unit: Unit) -> tuple[str, ...]:
    return (unit.cell(row["macs"]), quantity(row["params"]), quantity(row["acts"]))
