"""Arguments from Python, checked where they come in: each refusal names the argument and its rule.

The command line has its own checks of what is typed; a program may hand in values of any type.
"""

import math
import operator
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, SupportsIndex, TypeVar, cast

from scalesearch.core.multipliers import Coefficients
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError, parameter

T = TypeVar("T")

MOST_SEED = 2**32 - 1
"""The largest seed that every library takes."""
MOST_SEEDS = 1000
MOST_WORKERS = 1024


def refused(name: str, rule: str, got: object) -> ConfigError:
    """The error of an argument: "`name=` must be ... Got ..."."""
    return ConfigError(f"{parameter(name)} must be {rule}. Got {repr(got)[:80]}.", field=name)


def number(name: str, value: Any) -> float:
    """A finite number of whatever library, as it came in. Raises ConfigError."""
    try:
        if isinstance(value, bool | str | bytes) or not math.isfinite(value):
            raise TypeError
    except (TypeError, ValueError, OverflowError):
        raise refused(name, "a finite number", value) from None
    return value if isinstance(value, int | float) else float(value)


def numbers(name: str, values: Any) -> tuple[float, ...]:
    """Several finite numbers. Raises ConfigError."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise refused(name, "a sequence of numbers", values)
    return tuple(float(number(name, value)) for value in values)


def whole(name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """A whole number from `least` to `most`. Raises ConfigError."""
    rule = f"a whole number of at least {least:,}"
    if most is not None:
        rule = f"a whole number from {least:,} to {most:,}"
    try:
        found = operator.index(cast(SupportsIndex, value))
    except TypeError:
        raise refused(name, rule, value) from None
    if isinstance(value, bool) or found < least or (most is not None and found > most):
        raise refused(name, rule, value)
    return found


def whole_or_none(name: str, value: Any, most: int | None = None) -> int | None:
    """The same of a number of at least 1, or None where it is left out."""
    return None if value is None else whole(name, value, 1, most)


def seed_of(value: Any) -> int:
    """Where seeds begin. Raises ConfigError."""
    return whole("seed", value, 0, MOST_SEED)


def flag(name: str, value: Any) -> bool:
    """True or False. Raises ConfigError."""
    if not isinstance(value, bool):
        raise refused(name, "True or False", value)
    return value


def text(name: str, value: Any) -> str:
    """A name, or a path as text. Raises ConfigError."""
    if not isinstance(value, str | os.PathLike):
        raise refused(name, "a name or a path", value)
    return os.fspath(value)


def path(name: str, value: Any) -> Path:
    """A path. Raises ConfigError."""
    return Path(text(name, value))


def function(name: str, value: Any) -> Callable[..., Any]:
    """What can be called. Raises ConfigError."""
    if not callable(value):
        raise refused(name, "a function", value)
    return cast(Callable[..., Any], value)


def coefficients(name: str, value: Any) -> Coefficients:
    """Three numbers above 0: alpha, beta, gamma. Raises ConfigError."""
    rule = "three finite numbers above 0: alpha, beta and gamma"
    given = value
    if hasattr(value, "alpha") and hasattr(value, "beta") and hasattr(value, "gamma"):
        given = (value.alpha, value.beta, value.gamma)
    try:
        values = numbers(name, given)
    except ConfigError:
        raise refused(name, rule, value) from None
    if len(values) != 3 or min(values) <= 0:
        raise refused(name, rule, value)
    return Coefficients(*values)


def resolution(name: str, value: Any) -> Resolution | None:
    """Pixels a side, "224x160" or (height, width); None stays None. Raises ConfigError."""
    try:
        return None if value is None else Resolution.of(value)
    except ValueError as error:
        raise refused(name, str(error).removeprefix("must be "), value) from None


def number_or_none(name: str, given: Any) -> float | None:
    """A number, or None where nothing was given."""
    return None if given is None else number(name, given)


def two(name: str, given: Any, words: str) -> tuple[float, float]:
    """Two numbers; `words` say what they are."""
    values = numbers(name, given)
    if len(values) != 2:
        raise refused(name, words, given)
    return values[0], values[1]


def several(name: str, given: Iterable[T]) -> Iterable[T]:
    """A sequence of anything but a text."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise refused(name, "a sequence", given)
    return given
