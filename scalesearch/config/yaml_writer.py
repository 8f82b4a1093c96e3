"""Plain values as YAML text that this package, and any YAML reader, reads back as the same values.

Fields stand one a line; a list of mappings one row a line in flow style, as baselines have them.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

# Text that no YAML version takes for anything else. All other text is quoted.
_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*|[1-9][0-9]*x[1-9][0-9]*")
_RESERVED = frozenset(("y", "yes", "n", "no", "on", "off", "true", "false", "null"))


def scalar(value: Any) -> str:
    """One value on one line. Raises ValueError for what is no plain finite value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, str):
        safe = _SAFE.fullmatch(value) and value.lower() not in _RESERVED
        return value if safe else _quoted(value)
    raise ValueError(f"YAML holds plain values only. Got {value!r}.")


def flow(value: Any) -> str:
    """A value of any depth on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(k))}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def document(values: Mapping[str, Any]) -> str:
    """The text of a whole file."""
    return "".join(f"{line}\n" for line in _lines(values, ""))


def _lines(values: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for key, value in values.items():
        name = f"{indent}{scalar(str(key))}:"
        if isinstance(value, Mapping) and value:
            lines += [name, *_lines(value, f"{indent}  ")]
        elif isinstance(value, list | tuple) and any(isinstance(row, Mapping) for row in value):
            lines += [name, *(f"{indent}  - {flow(row)}" for row in value)]
        else:
            lines.append(f"{name} {flow(value)}")
    return lines


def _number(value: float) -> str:
    """The shortest text of exactly this number, with the point that YAML 1.1 wants before an e."""
    if not math.isfinite(value):
        raise ValueError(f"YAML is written with finite numbers only. Got {value}.")
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    digits, exponent, power = repr(value).partition("e")
    if not exponent:
        return digits
    point = "" if "." in digits else ".0"
    sign = power if power[0] in "+-" else f"+{power}"
    return f"{digits}{point}e{sign}"


def _quoted(text: str) -> str:
    """Double-quoted, with an escape for each character that a YAML stream may not hold as it is."""
    import json  # a written network holds no quoted text as a rule

    whole = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no character
    return "".join(
        char if char.isprintable() else f"\\U{ord(char):08x}"
        for char in json.dumps(whole, ensure_ascii=False)
    )
