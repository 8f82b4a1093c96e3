"""The errors people see. Each says which parameter or field it is about, and what to do.

A message names a parameter of ours as `parameter` writes it: "`step=` must be above 0". So a Python
user reads it, and so it is recorded; the command line alone turns it into the option, "--step".
"""

import re
from collections.abc import Mapping
from typing import Self

_PARAMETER = re.compile(r"`([a-z][a-z0-9_]*)=`")
_SUBJECT = re.compile(r"`([a-z][a-z0-9_]*)=?`")


def parameter(name: str) -> str:
    """The parameter `name` as messages and remedies hold it: "`name=`"."""
    return f"`{name}=`"


def parameters_in(text: str) -> tuple[str, ...]:
    """The names of the parameters that `text` speaks of, in their order."""
    return tuple(_PARAMETER.findall(text))


class ScaleSearchError(Exception):
    """Something the user can mend. The command line prints it and exits with code 2.

    `message` says what is wrong, in sentences. `remedy` says what to do about it, in sentences; it
    is "" where the message makes that plain. `field` is the parameter ("step") or the field of a
    file ("stages[2].kernel") that they are about: where none is given, that which the message
    begins with, else the first parameter that they name, and "" where there is neither. `str` gives
    the message and the remedy, which stands in a line of its own where the message ends its own.
    """

    def __init__(self, message: str, *, field: str = "", remedy: str = "") -> None:
        joint = "" if not remedy or message.endswith("\n") else " "
        whole = f"{message}{joint}{remedy}"
        super().__init__(whole)
        self.message = message.rstrip("\n")
        self.remedy = remedy
        self.field = field or _field_of(whole)

    def renamed(self, names: Mapping[str, str]) -> Self:
        """The same with other names of parameters, for those who know them by these."""

        def told(text: str) -> str:
            return _PARAMETER.sub(lambda found: parameter(names.get(found[1], found[1])), text)

        message = str(self).removesuffix(self.remedy).rstrip(" ")  # with the line's end, if any
        field = names.get(self.field, self.field)
        return type(self)(told(message), field=field, remedy=told(self.remedy))


def _field_of(text: str) -> str:
    subject = _SUBJECT.match(text)
    return subject[1] if subject else next(iter(parameters_in(text)), "")


class ConfigError(ScaleSearchError):
    """A configuration file or a parameter breaks a rule."""


class BuildError(ConfigError):
    """A network cannot be built, or not trained, at the sizes that it is asked for."""


class DataError(ScaleSearchError):
    """A dataset is missing, damaged or too small."""


class StudyError(ScaleSearchError):
    """A study cannot be opened, continued or written."""
