"""What messages call a parameter, as the option that it is on the command line."""

import re
from collections.abc import Mapping

from scalesearch.errors import parameter

_OPTIONS: Mapping[str, str] = {}
"""Options that are not called as their parameter is."""
_NAMED = re.compile(parameter("([a-z][a-z0-9_]*)"))
_RULES = (" must ", " needs ", " has ", " holds ")
"""What follows a parameter that is the subject of its sentence."""


def option(name: str) -> str:
    """The option of the parameter `name`: "target_macs" is "--target-macs"."""
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def with_options(text: str) -> str:
    """`text` with the option of each parameter: "`step=` must be" is "Option --step must be"."""
    if "=`" not in text:
        return text
    return _NAMED.sub(lambda found: f"{_kind(text, found)}{option(found[1])}", text)


def _kind(text: str, found: re.Match[str]) -> str:
    """ "Option " where the parameter begins a text, a value of JSON, or a rule; else ""."""
    before, after = text[: found.start()], text[found.end() :]
    if before and not before.endswith('"'):
        follows = before.endswith((": ", ". ", "\n")) and after.startswith(_RULES)
        return "Option " if follows else ""
    another = _NAMED.match(after.removeprefix(" and ").removeprefix(", "))
    return "Options " if another else "Option "
