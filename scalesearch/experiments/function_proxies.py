"""Proxies of networks that Python functions build, and what memory they need."""

from dataclasses import replace

from scalesearch.config.profiles import Profile
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.memory import Model
from scalesearch.core.networks import Network
from scalesearch.data.facts import DataFacts
from scalesearch.errors import ConfigError
from scalesearch.experiments.network_names import Tell


def model_of(network: Network) -> Model | None:
    """What the prediction of memory needs to know of a function's model; None for a table."""
    if not isinstance(network, FunctionNetwork):
        return None
    from scalesearch.keras_models.functions.function_models import counted

    layers = counted(network).layers
    return Model(len(layers), max(layer.cost.acts for layer in layers))


def proxy_of_function(
    baseline: FunctionNetwork, profile: Profile, facts: DataFacts, tell: Tell
) -> FunctionNetwork:
    """The proxy for these data: the profile's resolution, width and depth.

    Strides and what drops are the function's own. What its model takes and puts out is found by
    running it. Raises ConfigError where its models take images of other channels than the data
    have, or cannot be trained on images at all.
    """
    from scalesearch.training.rehearsal import signature, takes

    if facts.channels not in (1, baseline.input_channels):
        raise ConfigError(
            f"{baseline.builder} builds a model of {baseline.input_channels}-channel images. Those "
            f"of the dataset have {facts.channels}. Make the model for so many."
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
    if profile.drop_strides:
        tell(
            f"{baseline.builder}: `drop_strides` of profile {profile.name} does not apply; its "
            f"proxies are built at width {proxy.width:g} and {proxy.resolution} px with all their "
            "strides."
        )
    return proxy
