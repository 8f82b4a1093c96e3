"""Whether there is a module of that name, as far as can be told without importing anything."""

import os
import sys
from importlib.util import find_spec

from scalesearch.config.function_names import FORM, function_hint
from scalesearch.errors import ConfigError


def refuse_missing(builder: str) -> None:
    """Raise ConfigError where neither the current folder nor what is installed has the module.

    Of a dotted name only the first part is looked for: to find the rest, that would have to be
    imported.
    """
    first = builder.partition(":")[0].partition(".")[0]
    before = list(sys.path)
    sys.path.insert(0, os.getcwd())  # an installed command does not look into the current folder
    try:
        missing = find_spec(first) is None
    except (ImportError, ValueError):  # a module without a spec: importing it tells more
        missing = False
    finally:
        sys.path[:] = before
    if missing:
        raise no_module(first, builder)


def no_module(name: str, builder: str) -> ConfigError:
    """What is said where there is no module `name`."""
    how = function_hint(builder) or f"Give the function as {FORM}."
    return ConfigError(
        f"There is no Python module {name!r} in the current folder or among the installed "
        f"packages. {how} Got {builder}."
    )
