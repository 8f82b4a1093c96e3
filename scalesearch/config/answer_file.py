"""coefficients.yaml as a whole: an `Answer`, written, and read with every field by its rule."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scalesearch.config import fields
from scalesearch.config.coefficients import MOST_BYTES, write_coefficients
from scalesearch.config.fields import FINITE, NOT_NEGATIVE, POSITIVE, SHARE, Reader, Rule, at_least
from scalesearch.config.yaml_nodes import Node
from scalesearch.core.answer import Answer
from scalesearch.errors import ConfigError, StudyError

_NEEDED = (
    "baseline", "alpha", "beta", "gamma", "phi", "shares", "names", "chosen_from", "rule", "tie",
    "tied_with", "top1_mean", "top1_std", "seeds", "baseline_top1_mean", "baseline_top1_std",
    "beating_baseline", "warning", "realised", "study", "created",
)  # fmt: skip
_REMEDY = "Run the same `scalesearch grid` command again to write it anew."
_PHI = Rule("a number from -100 to 100", lambda value: -100 <= value <= 100)
_DIMENSIONS = ("depth", "width", "resolution")


def write_answer(path: Path | str, answer: Answer) -> None:
    """Write the answer whole, without passwords. Raises ConfigError where that cannot be done."""
    write_coefficients(path, answer.to_json())


def read_answer(path: Path) -> Answer:
    """The answer in the coefficients.yaml at `path`.

    Raises ConfigError where it is no YAML, StudyError naming file, line and field for the rest.
    """
    top = fields.read(path, MOST_BYTES)
    _check_needed(top.fields, path)
    try:
        _check_result(top)
        _check_groups(top)
        _check_finite(top, top.node)
        _check_rest(top)
        _check_lists(top)
    except ConfigError as error:
        raise StudyError(str(error), field=error.field, remedy=_REMEDY) from error
    return Answer.from_json(top.node.plain())


def _check_needed(values: Mapping[str, Any], path: Path) -> None:
    if missing := [key for key in _NEEDED if key not in values]:
        raise StudyError(f"{path} lacks {', '.join(missing)}.", field=missing[0], remedy=_REMEDY)


def _check_result(top: Reader) -> None:
    for name in ("baseline", "rule"):
        top.text(name)
    top.text("warning", None)
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
    for name in ("names", "tied_with"):
        _check_list(top, name, "a list of names", str)


def _check_groups(top: Reader) -> None:
    for name in ("settings", "versions"):
        top.child(name)
    _check_shares(_fields(top, "shares"))
    realised = _fields(top, "realised")
    for name in ("width", "counted_ratio"):
        realised.number(name, POSITIVE)
    realised.resolution("resolution")
    for name in ("macs", "params", "acts"):
        realised.whole(name, at_least(1))
    _check_list(realised, "repeats", "blocks of each stage, or text", int)


def _check_rest(top: Reader) -> None:
    """What no sentence or picture needs, but the answer as a value has."""
    for name in ("study", "created"):
        top.text(name)
    for name in ("profile", "dataset", "command"):
        top.text(name, None)
    for name in ("gain", "gain_on_further_seeds"):
        top.number(name, FINITE, None)
    top.whole("failed_trainings", at_least(0), None)
    if shares := _fields(top, "realised").child("shares"):
        _check_shares(shares)


def _check_lists(top: Reader) -> None:
    for row in _rows(top, "ranking"):
        row.only(("names", "top1_mean", "top1_smoothed", "cut_at"))
        _check_list(row, "names", "a list of names", str)
        row.number("top1_mean", SHARE)
        row.number("top1_smoothed", FINITE, None)
        row.number("cut_at", SHARE, None)
    for row in _rows(top, "finalists"):
        row.only(("names", "alpha", "beta", "gamma", "top1_mean", "top1_std", "seeds"))
        _check_list(row, "names", "a list of names", str)
        for name in ("alpha", "beta", "gamma"):
            row.number(name, POSITIVE)
        row.number("top1_mean", SHARE)
        row.number("top1_std", SHARE, None)
        row.whole("seeds", at_least(1))


def _check_shares(shares: Reader) -> None:
    shares.only(_DIMENSIONS)
    for name in _DIMENSIONS:
        shares.number(name, FINITE)


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


def _rows(top: Reader, name: str) -> tuple[Reader, ...]:
    """The list of mappings under `name`, which may be empty or absent."""
    if name not in top or top.fields[name].value in (None, ()):
        return ()
    return top.rows(name, "a list of networks")


def _check_list(top: Reader, name: str, words: str, kind: type) -> None:
    """Refuse what is neither text nor a list of `kind`."""
    if name not in top:
        top.refuse(top.node, f"`{top.label(name)}` must be {words}. There is none")
    value = top.fields[name].plain()
    if not isinstance(value, str) and not (
        isinstance(value, list) and all(type(each) is kind for each in value)
    ):
        top.broken(name, words)
