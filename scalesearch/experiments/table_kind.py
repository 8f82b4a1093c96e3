"""Tables in the use cases: what they say of themselves, their files and their proxies."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.config.network_files import write_network
from scalesearch.core.cost import by_layer, by_stage
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.proxies import shrink

if TYPE_CHECKING:
    from scalesearch.config.profiles import Profile
    from scalesearch.config.recipe import Recipe
    from scalesearch.data.facts import DataFacts


class TableKind:
    """A `NetworkKind` of networks that are tables: counted from their stages, trained by us."""

    kept_ready = True

    def document(self, network: TableNetwork) -> dict[str, Any]:
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

    def layers(self, network: TableNetwork) -> list[dict[str, Any]]:
        return [
            {"layer": each.name, "kind": each.kind, "calls": 1, **each.cost._asdict()}
            for each in by_layer(network)
        ]

    def write(self, network: TableNetwork, path: Path, provenance: Mapping[str, Any]) -> None:
        write_network(network, path, provenance)

    def published(self, network: TableNetwork) -> TableNetwork:
        return network

    def proxy(
        self,
        baseline: TableNetwork,
        profile: "Profile",
        facts: "DataFacts",
        tell: Callable[[str], None],
        literal: bool = False,
    ) -> TableNetwork:
        """The proxy for these data; by default it rounds as `core.proxies.shrink` says."""
        return shrink(
            baseline,
            resolution=profile.proxy_resolution(baseline.resolution),
            width=profile.width,
            depth=profile.depth,
            drop_strides=profile.drop_strides,
            drop_last_strides=profile.drop_last_strides,
            classes=facts.classes,
            channels=facts.channels,
            rounding=baseline.rounding if literal else None,
        )

    def try_training(
        self, networks: Iterable[TableNetwork], recipe: "Recipe", tell: Callable[[str], None]
    ) -> None:
        """Nothing to try: the models of tables are ours, and known to train."""

    def source(self, network: TableNetwork) -> tuple[tuple[str, str], ...]:
        return ()

    def pinned(self, network: TableNetwork, source: tuple[tuple[str, str], ...]) -> TableNetwork:
        """Itself: all of it is in its stages."""
        return network

    def model(self, network: TableNetwork) -> None:
        return None


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
