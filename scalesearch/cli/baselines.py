"""A baseline of either kind, table or Python function: found, made into a proxy, counted."""

from scalesearch.cli.built import counter, find_built, proxy_of_function
from scalesearch.cli.names import is_function
from scalesearch.cli.proxies import proxy_of
from scalesearch.config.profiles import Profile
from scalesearch.config.shipped import load_network
from scalesearch.core.built import AnyNetwork, BuiltNetwork, Counter
from scalesearch.proxy.data.facts import DataFacts


def find_baseline(name: str) -> AnyNetwork:
    """The table of that name or file, or the checked network of a function (loads TensorFlow).

    Raises ConfigError where there is none, or the function is not as it must be.
    """
    return find_built(name) if is_function(name) else load_network(name)


def counter_of(baseline: AnyNetwork) -> Counter | None:
    """What counts the models of a function; None for a table, which the core counts itself."""
    return counter() if isinstance(baseline, BuiltNetwork) else None


def proxy_for(baseline: AnyNetwork, profile: Profile, facts: DataFacts) -> AnyNetwork:
    """The baseline's proxy for these data, of the same kind. Raises ScaleSearchError."""
    if isinstance(baseline, BuiltNetwork):
        return proxy_of_function(baseline, profile, facts)
    return proxy_of(baseline, profile, facts)
