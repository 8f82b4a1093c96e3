"""A network as `cost` and `scale` show it: JSON values and a table, stage by stage."""

from typing import Any

from scalesearch.cli.render import quantity, table
from scalesearch.cli.units import MACS, Unit
from scalesearch.core.blocks import BLOCKS
from scalesearch.core.cost import by_layer, by_stage, cost
from scalesearch.core.network_table import TableNetwork

_LEFT = ("block",)


def network_json(network: TableNetwork) -> dict[str, Any]:
    """Name, sizes, exact counts for one image, and the stages.

    `resolution` is pixels a side, or "224x160" where it is no square: of the input at the top, of
    the output in a stage. The last stage is the classifier.
    """
    return {
        "name": network.name,
        "resolution": network.resolution.to_json(),
        "classes": network.classes,
        "dropout": network.dropout,
        "drop_connect": network.drop_connect,
        "repeats": list(network.repeats),
        **cost(network)._asdict(),
        "stages": stages_json(network),
    }


def stages_json(network: TableNetwork) -> list[dict[str, Any]]:
    """One entry a stage, then the classifier; macs, params and acts sum to the network's."""
    *parts, head = by_stage(network)
    rows: list[dict[str, Any]] = [
        {
            "block": stage.block,
            "kernel": stage.kernel,
            "stride": stage.stride,
            "expand": stage.expand,
            "se": stage.se,
            "inner": stage.inner,
            "stride_first": stage.stride_first,
            "channels": part.channels,
            "repeats": stage.repeats,
            "resolution": part.resolution.to_json(),
            **part.cost._asdict(),
        }
        for stage, part in zip(network.stages, parts, strict=True)
    ]
    absent = dict.fromkeys(("kernel", "stride", "expand", "se", "inner", "stride_first"))
    classifier = {"block": "classifier", **absent, "channels": network.classes, "repeats": None}
    return [*rows, {**classifier, "resolution": head.resolution.to_json(), **head.cost._asdict()}]


def layers_json(network: TableNetwork) -> list[dict[str, Any]]:
    """One entry a layer, as for a Keras model, normalisation and activation with it."""
    return [
        {"layer": each.name, "kind": each.kind, "calls": 1, **each.cost._asdict()}
        for each in by_layer(network)
    ]


def stage_table(network: TableNetwork, unit: Unit = MACS) -> str:
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
            unit.cell(row["macs"]),
            quantity(row["params"]),
            quantity(row["acts"]),
        ]
        for index, row in enumerate(stages_json(network))
    ]
    return table(
        ("#", "block", "kernel", "se", "channels", "blocks", "px", unit.label, "params", "acts"),
        rows,
        _LEFT,
    )


def _kind(row: dict[str, Any]) -> str:
    """ "mbconv6" for an expansion of 6, as the paper names them."""
    kind = BLOCKS.get(row["block"])  # the classifier is none
    expands = kind is not None and "expand" in kind.fields
    return f"{row['block']}{row['expand']:g}" if expands else str(row["block"])
