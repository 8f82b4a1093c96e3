"""Python functions in the use cases: what their models say, their files, proxies and trials.

TensorFlow is loaded where a model must be built, and not before.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.config.function_files import write_built
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments.model_counts import model_layers_json, uncounted_json

if TYPE_CHECKING:
    from scalesearch.config.profiles import Profile
    from scalesearch.config.recipe import Recipe
    from scalesearch.core.memory import Model
    from scalesearch.core.network_table import TableNetwork
    from scalesearch.data.facts import DataFacts


class FunctionKind:
    """A `NetworkKind` of networks that functions build: counted and tried as their models."""

    kept_ready = False

    def document(self, network: FunctionNetwork) -> dict[str, Any]:
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

    def layers(self, network: FunctionNetwork) -> list[dict[str, Any]]:
        from scalesearch.keras_models.functions.function_models import counted

        return model_layers_json(counted(network))

    def write(self, network: FunctionNetwork, path: Path, provenance: Mapping[str, Any]) -> None:
        write_built(network, path, provenance)

    def published(self, network: FunctionNetwork) -> "TableNetwork":
        raise ConfigError(
            f"{parameter('official')} is a published table: it has no Python function."
        )

    def proxy(
        self,
        baseline: FunctionNetwork,
        profile: "Profile",
        facts: "DataFacts",
        tell: Callable[[str], None],
        literal: bool = False,
    ) -> FunctionNetwork:
        """The proxy for these data: the profile's resolution, width and depth.

        Strides, rounding and what drops are the function's own. What its model takes and puts out
        is found by running it. Raises ConfigError where its models take images of other channels
        than the data have, or cannot be trained on images at all.
        """
        from scalesearch.training.rehearsal import signature, takes

        if facts.channels not in (1, baseline.input_channels):
            raise ConfigError(
                f"{baseline.builder} builds a model of {baseline.input_channels}-channel images. "
                f"Those of the dataset have {facts.channels}. Make the model for so many."
            )
        proxy = replace(
            baseline,
            depth=baseline.depth * profile.depth,
            width=baseline.width * profile.width,
            resolution=profile.proxy_resolution(baseline.resolution),
            classes=facts.classes,
        )
        proxy = signature(proxy)
        tell(f"{baseline.builder} takes {takes(proxy)} and puts out {proxy.outputs}.")
        if profile.drop_strides or profile.drop_last_strides:
            tell(
                f"{baseline.builder}: `drop_strides` of profile {profile.name} does not apply; its "
                f"proxies are built at width {proxy.width:g} and {proxy.resolution} px with all "
                "their strides."
            )
        return proxy

    def try_training(
        self, networks: Iterable[FunctionNetwork], recipe: "Recipe", tell: Callable[[str], None]
    ) -> None:
        """Train each for one step."""
        from scalesearch.training.rehearsal import try_training

        tell("Trying one step of the smallest and of the largest proxy ...")
        try_training(networks, recipe)

    def source(self, network: FunctionNetwork) -> tuple[tuple[str, str], ...]:
        from scalesearch.keras_models.functions.builders import source_of

        return source_of(network.builder)

    def pinned(
        self, network: FunctionNetwork, source: tuple[tuple[str, str], ...]
    ) -> FunctionNetwork:
        return replace(network, source=source)

    def model(self, network: FunctionNetwork) -> "Model":
        """Its layers, and the numbers in the largest output of one."""
        from scalesearch.core.memory import Model
        from scalesearch.keras_models.functions.function_models import counted

        layers = counted(network).layers
        return Model(len(layers), max(layer.cost.acts for layer in layers))
