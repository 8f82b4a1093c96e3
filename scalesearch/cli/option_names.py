"""What messages call a parameter, as the option that it is on the command line."""

import re
from collections.abc import Mapping

from scalesearch.errors import parameter

_OPTIONS: Mapping[str, str] = {}
"""Options that are not called as their parameter is."""
_NAMED = re.compile(parameter("([a-z][a-z0-9_]*)"))
_BEFORE_A_SENTENCE = (". ", "? ", "\n", '"')
"""What stands before a sentence's first word; a quote in JSON."""


def option(name: str) -> str:
    """The option of the parameter `name`: "target_macs" is "--target-macs"."""
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def with_options(text: str) -> str:
    """`text` with the option of each parameter: "`step=` must be" is "Option --step must be"."""

    def named(found: re.Match[str]) -> str:
        before = text[max(0, found.start() - 2) : found.start()]
        begins = not before or before.endswith(_BEFORE_A_SENTENCE)
        return f"{'Option ' if begins else ''}{option(found[1])}"

    return _NAMED.sub(named, text) if "=`" in text else text
