"""The coefficients.yaml of a study as a report needs it: whole, and every field by its rule."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scalesearch.config import fields
from scalesearch.config.coefficients import MOST_BYTES
from scalesearch.config.fields import FINITE, NOT_NEGATIVE, POSITIVE, SHARE, Reader, Rule, at_least
from scalesearch.config.yaml_nodes import Node
from scalesearch.errors import ConfigError, StudyError

_NEEDED = (
    "baseline", "alpha", "beta", "gamma", "phi", "shares", "names", "chosen_from", "rule", "tie",
    "tied_with", "top1_mean", "top1_std", "seeds", "baseline_top1_mean", "baseline_top1_std",
    "beating_baseline", "warning", "realised",
)  # fmt: skip
_REMEDY = "Run the same `scalesearch grid` command again to write it anew."
_PHI = Rule("a number from -100 to 100", lambda value: -100 <= value <= 100)


def read(path: Path) -> dict[str, Any]:
    """The coefficients.yaml at `path` as parsed, with all that an answer needs, each by its rule.

    Raises ConfigError where it is no YAML, StudyError naming file, line and field for the rest.
    """
    top = fields.read(path, MOST_BYTES)
    values = top.node.plain()
    check(values, path)
    try:
        _check_result(top)
        _check_realised(top)
        _check_finite(top, top.node)
    except ConfigError as error:
        raise StudyError(str(error), field=error.field, remedy=_REMEDY) from error
    return values


def check(coefficients: Mapping[str, Any], path: Path | str = "coefficients.yaml") -> None:
    """Raise StudyError naming the keys that the file at `path` lacks."""
    if missing := [key for key in _NEEDED if key not in coefficients]:
        raise StudyError(f"{path} lacks {', '.join(missing)}.", field=missing[0], remedy=_REMEDY)


def _check_result(top: Reader) -> None:
    for name in ("baseline", "rule"):
        top.text(name)
    for name in ("alpha", "beta", "gamma"):
        top.number(name, POSITIVE)
    top.number("phi", _PHI)
    top.number("top1_mean", SHARE)
    for name in ("top1_std", "baseline_top1_mean", "baseline_top1_std", "beating_baseline"):
        top.number(name, SHARE, None)
    for name in ("estimated_seconds", "search_seconds"):
        top.number(name, NOT_NEGATIVE, None)
    for name in ("chosen_from", "seeds"):
        top.whole(name, at_least(1))
    top.flag("tie")
    top.text("warning", None)
    for name in ("names", "tied_with"):
        _list(top, name, "a list of names", str)
    for name in ("settings", "versions"):
        top.child(name)


def _check_realised(top: Reader) -> None:
    shares = _fields(top, "shares")
    for name in ("depth", "width", "resolution"):
        shares.number(name, FINITE)
    realised = _fields(top, "realised")
    for name in ("width", "counted_ratio"):
        realised.number(name, POSITIVE)
    realised.resolution("resolution")
    for name in ("macs", "params", "acts"):
        realised.whole(name, at_least(1))
    _list(realised, "repeats", "blocks of each stage, or text", int)


def _check_finite(top: Reader, node: Node) -> None:
    """Refuse NaN and infinity anywhere in `node`: JSON has neither."""
    if isinstance(node.value, float) and not math.isfinite(node.value):
        top.refuse(node, f"numbers must be finite. Got {node.value}")
    if isinstance(node.value, dict | tuple):
        for each in node.value.values() if isinstance(node.value, dict) else node.value:
            _check_finite(top, each)


def _fields(top: Reader, name: str) -> Reader:
    """The mapping under `name`, which is there."""
    return top.child(name) or top.broken(name, "fields")


def _list(top: Reader, name: str, words: str, kind: type) -> None:
    """Refuse what is neither text nor a list of `kind`."""
    if name not in top:
        top.refuse(top.node, f"`{top.label(name)}` must be {words}. There is none")
    value = top.fields[name].plain()
    if not isinstance(value, str) and not (
        isinstance(value, list) and all(type(each) is kind for each in value)
    ):
        top.broken(name, words)
