"""Networks of Python functions on the command line: found, checked, counted, shown, shrunk."""

from dataclasses import replace
from typing import Any

from scalesearch.cli.keras_cost import (
    by_kind,
    layer_table,
    layers_json,
    not_counted,
    uncounted_json,
)
from scalesearch.cli.names import kind_of
from scalesearch.cli.quiet import chatter_held_back
from scalesearch.cli.render import facts, note, quantity, ratio
from scalesearch.cli.units import MACS, Unit
from scalesearch.config.function_files import read_built
from scalesearch.config.profiles import Profile
from scalesearch.config.shipped_files import find_network
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.memory import Model
from scalesearch.core.networks import Network
from scalesearch.data.facts import DataFacts
from scalesearch.errors import ConfigError
from scalesearch.source_code.module_search import refuse_missing


def find_built(name: str) -> FunctionNetwork:
    """The checked network of a Python function, or of a file that names one.

    Loads TensorFlow, once there is such a module. Raises ConfigError where there is none or the
    function is not as it must be (see `function_models.find`).
    """
    if kind_of(name) == "function":
        refuse_missing(name)
        with chatter_held_back():
            from scalesearch.keras_models.functions.function_models import find, taken_instead
        for argument, value in taken_instead(name).items():
            seen = f"No default of `{argument}` is seen in the signature of {name}"
            note(f"{seen}: {value} is taken.")
        return _noted(find(name))
    network = read_built(find_network(name))
    refuse_missing(network.builder)
    with chatter_held_back():
        from scalesearch.keras_models.functions.function_models import checked
    return _noted(checked(network))


def model_of(network: Network) -> Model | None:
    """What the prediction of memory needs to know of a function's model; None for a table."""
    if not isinstance(network, FunctionNetwork):
        return None
    from scalesearch.keras_models.functions.function_models import counted

    layers = counted(network).layers
    return Model(len(layers), max(layer.cost.acts for layer in layers))


def proxy_of_function(
    baseline: FunctionNetwork, profile: Profile, facts: DataFacts
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
    note(f"{baseline.builder} takes {takes(proxy)} and puts out {proxy.outputs}.")
    if profile.drop_strides:
        note(
            f"{baseline.builder}: `drop_strides` of profile {profile.name} does not apply; its "
            f"proxies are built at width {proxy.width:g} and {proxy.resolution} px with all their "
            "strides."
        )
    return proxy


def _noted(network: FunctionNetwork) -> FunctionNetwork:
    from scalesearch.keras_models.functions.function_models import counted

    missing = uncounted_json(counted(network))
    if missing:
        note(f"Not counted in {network.name}: {not_counted(missing)}.")
    return network


def built_json(network: FunctionNetwork) -> dict[str, Any]:
    """As `stages.network_json`, with layers in place of stages."""
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
        "layers": layers_json(found),
        "uncounted": uncounted_json(found),
    }


def built_text(
    answer: dict[str, Any],
    more: list[tuple[str, str]],
    unit: Unit = MACS,
    each_layer: bool = False,
) -> str:
    """What `built_json` says, for a person; `more` are further facts."""
    lines = [
        ("resolution", f"{answer['resolution']} px"),
        ("depth", f"x {ratio(answer['depth'])}"),
        ("width", f"x {ratio(answer['width'])}"),
        unit.fact(answer["macs"]),
        ("parameters", f"{quantity(answer['params'], 'M')}  ({answer['params']:,})"),
        ("activations", f"{quantity(answer['acts'], 'M')}  ({answer['acts']:,})"),
        *more,
    ]
    rows = (layer_table if each_layer else by_kind)(answer["layers"], unit)
    return f"{answer['name']}\n\n{rows}\n\n{facts(lines)}"
