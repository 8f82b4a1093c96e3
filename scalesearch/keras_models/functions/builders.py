"""Functions that build networks: found, and pinned to the code that they are."""

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import ConfigError, StudyError
from scalesearch.source_code import function_code
from scalesearch.source_code.user_functions import file_of, function_named

ARGUMENTS = ("depth", "width", "resolution", "classes")
_TAKES = f"({', '.join(ARGUMENTS)})"


@functools.lru_cache(maxsize=64)
def function_of(builder: str) -> tuple[Callable[..., Any], Path]:
    """The function package.module:name, and the file that it is written in.

    Raises ConfigError where there is none, its module cannot be imported, or it takes other
    arguments than `ARGUMENTS`.
    """
    function, module = function_named(builder, _TAKES)
    try:
        signature = inspect.signature(function)
        signature.bind(**dict.fromkeys(ARGUMENTS))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"{builder} must take the arguments {_TAKES}: {error}. Name them so."
        ) from error
    return function, file_of(function, module)


def source_of(builder: str) -> tuple[tuple[str, str], ...]:
    """What the function's networks come from as it is now (see `FunctionNetwork.source`).

    Raises ConfigError as `function_of`.
    """
    function_of(builder)
    return tuple(function_code.code_of(_module(builder)).items())


def check_source(network: FunctionNetwork, since: str) -> None:
    """Raise StudyError where that is not what it was; `since` ends the sentence, and says more.

    Raises ConfigError as `function_of` where it is, and cannot be imported all the same.
    """
    failure = None
    try:
        function_of(network.builder)
    except ConfigError as error:  # perhaps for the change itself
        failure = error
    changed = function_code.changed(network.source, _module(network.builder))
    if changed:
        raise StudyError(f"{function_code.have(changed)} changed since {since}") from failure
    if failure:
        raise failure


def _module(builder: str) -> str:
    return builder.partition(":")[0]
