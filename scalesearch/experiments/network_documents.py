"""Networks as plain values, fit for JSON: what `cost` and `scale` say of them."""

from typing import TYPE_CHECKING, Any

from scalesearch.core.cost import by_layer, by_stage
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network

if TYPE_CHECKING:
    from scalesearch.core.function_network import FunctionNetwork
    from scalesearch.keras_models.counting.model_cost import Counted


def network_json(network: Network) -> dict[str, Any]:
    """Name, sizes and exact counts for one image, and what they are made of.

    `resolution` is pixels a side, or "224x160" where it is no square. A table has its `stages`, the
    last of which is the classifier; the network of a function, whose blocks nobody knows, the
    `layers` of its model.
    """
    if isinstance(network, TableNetwork):
        return _table_json(network)
    from scalesearch.core.function_network import FunctionNetwork

    assert isinstance(network, FunctionNetwork)
    return _function_json(network)


def _table_json(network: TableNetwork) -> dict[str, Any]:
    return {
        "name": network.name,
        "resolution": network.resolution.to_json(),
        "classes": network.classes,
        "dropout": network.dropout,
        "drop_connect": network.drop_connect,
        "repeats": list(network.repeats),
        **network.cost._asdict(),
        "stages": _stages_json(network),
    }


def _function_json(network: "FunctionNetwork") -> dict[str, Any]:
    from scalesearch.keras_models.functions.function_models import counted

    found = counted(network)
    return {
        "name": network.name,
        "builder": network.builder,
        "resolution": network.resolution.to_json(),
        "classes": network.classes,
        "depth": network.depth,
        "width": network.width,
        "repeats": [],
        **found.cost._asdict(),
        "params_with_statistics": found.weights,
        "layers": model_layers_json(found),
        "uncounted": uncounted_json(found),
    }


def _stages_json(network: TableNetwork) -> list[dict[str, Any]]:
    """One entry a stage, then the classifier; macs, params and acts sum to the network's.

    `resolution` is that of the stage's output.
    """
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


def layers_json(network: Network) -> list[dict[str, Any]]:
    """One entry a layer that costs something; of a table with its normalisation and activation."""
    if isinstance(network, TableNetwork):
        return [
            {"layer": each.name, "kind": each.kind, "calls": 1, **each.cost._asdict()}
            for each in by_layer(network)
        ]
    from scalesearch.core.function_network import FunctionNetwork
    from scalesearch.keras_models.functions.function_models import counted

    assert isinstance(network, FunctionNetwork)
    return model_layers_json(counted(network))


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
