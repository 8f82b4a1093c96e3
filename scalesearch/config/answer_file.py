"""coefficients.yaml as a whole: an `Answer`, written, and read with every field by its rule."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields as fields_of
from pathlib import Path
from typing import Any

from scalesearch.config import fields
from scalesearch.config.coefficients import MOST_BYTES, write_coefficients
from scalesearch.config.fields import FINITE, NOT_NEGATIVE, POSITIVE, SHARE, Reader, Rule, at_least
from scalesearch.config.yaml_nodes import Node
from scalesearch.core.answer import Answer, Ranked
from scalesearch.errors import ConfigError, StudyError

_NEEDED = (
    "baseline", "study", "created", "alpha", "beta", "gamma", "phi", "names", "shares", "realised",
    "top1", "baseline_top1", "gain", "expected_regret", "regret", "within", "beats", "proof",
    "region", "more", "noise", "trainings", "epochs", "stopped_by", "rule", "candidates",
    "beating_baseline", "warning",
)  # fmt: skip
_EARLIER = ("finalists", "tied_with", "top1_mean")
"""Of the answers of earlier releases, which went by other rules."""
_REMEDY = "Run the same `scalesearch grid` command again to write it anew."
_PHI = Rule("a number from -100 to 100", lambda value: -100 <= value <= 100)
_DIMENSIONS = ("depth", "width", "resolution")


def write_answer(path: Path | str, answer: Answer) -> None:
    """Write the answer whole, without passwords. Raises ConfigError where that cannot be done."""
    write_coefficients(path, answer.to_json())


def is_of_an_earlier_rule(values: Mapping[str, Any]) -> bool:
    """Whether these are the fields of an answer that an earlier release came to."""
    return "expected_regret" not in values and all(name in values for name in _EARLIER)


def read_answer(path: Path) -> Answer:
    """The answer in the coefficients.yaml at `path`.

    Raises ConfigError where it is no YAML, StudyError naming file, line and field for the rest.
    """
    top = fields.read(path, MOST_BYTES)
    _check_needed(top.fields, path)
    try:
        _check_point(top)
        _check_found(top)
        _check_finite(top, top.node)
        _check_rest(top)
        for row in _rows(top, "candidates"):
            _check_candidate(row)
    except ConfigError as error:
        raise StudyError(str(error), field=error.field, remedy=_REMEDY) from error
    return Answer.from_json(top.node.plain())


def _check_needed(values: Mapping[str, Any], path: Path) -> None:
    if missing := [key for key in _NEEDED if key not in values]:
        raise StudyError(f"{path} lacks {', '.join(missing)}.", field=missing[0], remedy=_REMEDY)


def _check_point(top: Reader) -> None:
    """The named point, and what it is built as."""
    top.text("baseline")
    for name in ("alpha", "beta", "gamma"):
        top.number(name, POSITIVE)
    top.number("phi", _PHI)
    _check_list(top, "names", "a list of names", str)
    _check_shares(_fields(top, "shares"))
    top.text("instead", None)
    realised = _fields(top, "realised")
    for name in ("width", "counted_ratio"):
        realised.number(name, POSITIVE)
    realised.resolution("resolution")
    for name in ("macs", "params", "acts"):
        realised.whole(name, at_least(1))
    _check_list(realised, "repeats", "blocks of each stage, or text", int, text=True)
    if shares := realised.child("shares"):
        _check_shares(shares)


def _check_found(top: Reader) -> None:
    """How good it is, and how sure that is."""
    _check_estimate(_fields(top, "top1"))
    for name in ("baseline_top1", "gain"):
        if estimate := top.child(name):
            _check_estimate(estimate)
    for name in ("expected_regret", "noise"):
        top.number(name, NOT_NEGATIVE)
    top.number("regret", POSITIVE)
    top.number("within", SHARE)
    top.number("beating_baseline", SHARE, None)
    for name in ("trainings", "epochs"):
        top.whole(name, at_least(1))
    top.text("stopped_by", choices=("regret", "trainings"))
    top.text("rule")
    top.text("warning", None)
    beats, proof = _fields(top, "beats"), _fields(top, "proof")
    for each in (beats, proof):
        _check_names(each, _DIMENSIONS)
    for name in _DIMENSIONS:
        beats.number(name, SHARE, None)
        proof.whole(name, at_least(1), None)
    region = _fields(top, "region")
    _check_names(region, ("share", "shares"))
    region.number("share", SHARE)
    for row in _rows(region, "shares"):
        _check_shares(row)
    for row in _rows(top, "more"):
        _check_names(row, ("trainings", "seconds", "expected_regret"))
        row.whole("trainings", at_least(1))
        row.number("seconds", NOT_NEGATIVE, None)
        row.number("expected_regret", NOT_NEGATIVE)


def _check_rest(top: Reader) -> None:
    """What no sentence or picture needs, but the answer as a value has."""
    for name in ("settings", "versions"):
        top.child(name)
    for name in ("study", "created"):
        top.text(name)
    for name in ("profile", "dataset", "command"):
        top.text(name, None)
    for name in ("estimated_seconds", "search_seconds"):
        top.number(name, NOT_NEGATIVE, None)
    top.whole("failed_trainings", at_least(0), None)


def _check_candidate(row: Reader) -> None:
    _check_names(row, [each.name for each in fields_of(Ranked)])
    _check_list(row, "names", "a list of names", str)
    _check_shares(_fields(row, "shares"))
    row.whole("trainings", at_least(1))
    row.number("top1_mean", SHARE)
    row.number("top1_std", SHARE, None)
    for name in ("surface", "own"):
        _check_estimate(_fields(row, name))
    row.number("best", SHARE)


def _check_estimate(estimate: Reader) -> None:
    """A fraction that is estimated may lie a little beyond 0 and 1."""
    _check_numbers(estimate, ("value", "low", "high"))


def _check_shares(shares: Reader) -> None:
    _check_numbers(shares, _DIMENSIONS)


def _check_numbers(reader: Reader, names: Iterable[str]) -> None:
    _check_names(reader, names)
    for name in names:
        reader.number(name, FINITE)


def _check_names(reader: Reader, names: Iterable[str]) -> None:
    """Refuse a mapping that has other fields than these, which may be null."""
    reader.only(names)
    for name in names:
        if name not in reader:
            reader.refuse(reader.node, f"`{reader.at}` needs a field `{name}`. It has none")


def _check_finite(top: Reader, node: Node) -> None:
    """Refuse NaN and infinity anywhere in `node`: JSON has neither."""
    if isinstance(node.value, float) and not math.isfinite(node.value):
        top.refuse(node, f"numbers must be finite. Got {node.value}")
    if isinstance(node.value, dict | tuple):
        for each in node.value.values() if isinstance(node.value, dict) else node.value:
            _check_finite(top, each)


def _fields(top: Reader, name: str) -> Reader:
    """The mapping under `name`, which is there."""
    if name not in top:
        top.refuse(top.node, f"`{top.label(name)}` must be fields. There is none")
    return top.child(name) or top.broken(name, "fields")


def _rows(top: Reader, name: str) -> tuple[Reader, ...]:
    """The list of mappings under `name`, which may be empty or absent."""
    if name not in top or top.fields[name].value == ():
        return ()
    return top.rows(name, "a list")


def _check_list(top: Reader, name: str, words: str, kind: type, text: bool = False) -> None:
    """Refuse what is no list of `kind`, nor, where that may be, text."""
    if name not in top:
        top.refuse(top.node, f"`{top.label(name)}` must be {words}. There is none")
    value = top.fields[name].plain()
    is_list = isinstance(value, list) and all(type(each) is kind for each in value)
    if not is_list and not (text and isinstance(value, str)):
        top.broken(name, words)
