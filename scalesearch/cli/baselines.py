"""A baseline of either kind, table or Python function: found, made into a proxy, counted."""

import dataclasses
from collections.abc import Iterable
from typing import Any, TypeVar

from scalesearch.cli.built import find_built, proxy_of_function
from scalesearch.cli.names import is_function
from scalesearch.cli.proxies import proxy_of
from scalesearch.cli.render import note
from scalesearch.config.profiles import Profile
from scalesearch.config.recipe import Recipe
from scalesearch.config.shipped_files import load_network
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network, Realised
from scalesearch.data.facts import DataFacts

T = TypeVar("T")


def find_baseline(name: str) -> Network:
    """The table of that name or file, or the checked network of a function (loads TensorFlow).

    Raises ConfigError where there is none, or the function is not as it must be.
    """
    return find_built(name) if is_function(name) else load_network(name)


def proxy_for(baseline: Network, profile: Profile, facts: DataFacts) -> Network:
    """The baseline's proxy for these data, of the same kind. Raises ScaleSearchError."""
    if isinstance(baseline, FunctionNetwork):
        return proxy_of_function(baseline, profile, facts)
    assert isinstance(baseline, TableNetwork)
    return proxy_of(baseline, profile, facts)


def try_proxies(proxies: Iterable[Realised], recipe: Recipe) -> None:
    """Train the cheapest and the costliest of the proxies for one step.

    Those of a table are ours, and known to train. Raises BuildError where a function's cannot be
    trained.
    """
    built = [each for each in proxies if isinstance(each.network, FunctionNetwork)]
    if not built:
        return
    from scalesearch.training.rehearsal import try_training

    note("Trying one step of the smallest and of the largest proxy ...")
    by_cost = sorted(built, key=lambda each: each.cost.macs)
    ends = dict.fromkeys(each.network for each in (by_cost[0], by_cost[-1]))
    try_training([each for each in ends if isinstance(each, FunctionNetwork)], recipe)


def pinned(planned: T, baseline: Network) -> T:
    """What was planned, each network of a function with the source that is known by now.

    A function may read a file for some of its arguments only, so this is for when all that is
    planned has been built. Then every network has the same source.
    """
    if not isinstance(baseline, FunctionNetwork):
        return planned
    from scalesearch.keras_models.functions.builders import source_of

    return _with_source(planned, source_of(baseline.builder))


def _with_source(value: Any, source: tuple[tuple[str, str], ...]) -> Any:
    """The value with that source of all functions' networks that are in it."""
    if isinstance(value, FunctionNetwork):
        return dataclasses.replace(value, source=source)
    if type(value) is tuple:
        return tuple(_with_source(each, source) for each in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dataclasses.replace(
        value, **{name: _with_source(each, source) for name, each in fields.items()}
    )
