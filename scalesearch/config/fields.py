"""Fields of a mapping by name, type and rule, each error with its place, field and value.

The mapping may come from YAML, whose values know their line, or from JSON, whose values know none:
there the field's dotted name says where it stands.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from scalesearch.config.yaml_nodes import MAX_BYTES, Node, read_nodes
from scalesearch.core.plain_text import short
from scalesearch.core.resolution import RULE as RESOLUTION_RULE
from scalesearch.core.resolution import Resolution
from scalesearch.core.spelling import nearest, suggestion
from scalesearch.errors import ConfigError

T = TypeVar("T")


class _Needed:
    """Stands for "no default": the field must be there."""


NEEDED = _Needed()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a number must be, in words and as a test."""

    words: str
    holds: Callable[[Any], bool]


def at_least(low: int) -> Rule:
    return Rule(f"a whole number of at least {low}", lambda value: value >= low)


def between(low: int, high: int) -> Rule:
    return Rule(f"a whole number from {low} to {high:,}", lambda value: low <= value <= high)


SHARE = Rule("a number from 0 to 1", lambda value: 0 <= value <= 1)
RATE = Rule("a number from 0 to under 1", lambda value: 0 <= value < 1)
POSITIVE = Rule("a number above 0", lambda value: value > 0)
NOT_NEGATIVE = Rule("a number of at least 0", lambda value: value >= 0)
FINITE = Rule("a finite number", lambda value: True)


class Reader:
    """One mapping of a file. `at` is its place, such as "stages[2]"; "" is the file's top.

    Each method takes one field and raises ConfigError where it is missing and has no default, or
    breaks its rule. A field with default None may also be written `null`.
    """

    def __init__(self, node: Node, path: str, at: str = "") -> None:
        self.node = node
        self.path = path
        self.at = at
        if not isinstance(node.value, dict):
            what = f"`{at}` must be" if at else "the file must hold"
            form = "fields, one `name: value` a line" if node.line else "fields"
            self.refuse(node, f"{what} {form}. Got {shown(node)}")
        self.fields: dict[str, Node] = node.value

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def only(self, known: Iterable[str]) -> None:
        """Refuse every field that is not one of `known`."""
        known = tuple(known)
        for name, node in self.fields.items():
            if name not in known:
                shown = short(self.label(name))
                near = suggestion(name[:60], known) or f" (known: {', '.join(known)})"
                self.refuse(node, f"`{shown}` is not a known field{near}", node.key_line, shown)

    def whole(self, name: str, rule: Rule, default: T | _Needed = NEEDED) -> int | T:
        """A whole number (never true or false, never 3.0)."""
        node = self._take(name, rule.words, default)
        if node is None:
            return default  # type: ignore[return-value] # _take raised if it is NEEDED
        value = node.value
        if type(value) is not int or not rule.holds(value):
            self.broken(name, rule.words)
        return value

    def resolution(self, name: str) -> Resolution:
        """Whole pixels, of a square's side, or text such as "224x160", height first."""
        node = self._take(name, RESOLUTION_RULE, NEEDED)
        assert node is not None
        if type(node.value) not in (int, str):
            self.broken(name, RESOLUTION_RULE)
        try:
            return Resolution.of(node.value)
        except ValueError:
            self.broken(name, RESOLUTION_RULE)

    def number(self, name: str, rule: Rule, default: T | _Needed = NEEDED) -> float | T:
        """A finite number (never true or false)."""
        node = self._take(name, rule.words, default)
        if node is None:
            return default  # type: ignore[return-value] # _take raised if it is NEEDED
        value = node.value
        if type(value) not in (int, float) or not math.isfinite(value) or not rule.holds(value):  # type: ignore[arg-type] # a number by then
            self.broken(name, rule.words)
        return float(value)  # type: ignore[arg-type] # a number by then

    def flag(self, name: str, default: T | _Needed = NEEDED) -> bool | T:
        node = self._take(name, "true or false", default)
        if node is None:
            return default  # type: ignore[return-value] # _take raised if it is NEEDED
        if not isinstance(node.value, bool):
            self.broken(name, "true or false")
        return node.value

    def text(
        self, name: str, default: T | _Needed = NEEDED, choices: Iterable[str] = ()
    ) -> str | T:
        """Text that is not blank; with `choices`, one of them."""
        choices = tuple(choices)
        words = f"one of {', '.join(choices)}" if choices else "text"
        node = self._take(name, words, default)
        if node is None:
            return default  # type: ignore[return-value] # _take raised if it is NEEDED
        value = node.value
        if not isinstance(value, str) or not value.strip() or (choices and value not in choices):
            near = suggestion(str(value), choices) if choices else ""
            self.broken(name, words, near)
        return value

    def child(self, name: str) -> "Reader | None":
        """The mapping under `name`; None where there is none."""
        node = self._take(name, "fields", None)
        return None if node is None else Reader(node, self.path, self.label(name))

    def rows(self, name: str, words: str) -> tuple["Reader", ...]:
        """The list of mappings under `name`, at least one."""
        node = self._take(name, words, NEEDED)
        assert node is not None
        if not isinstance(node.value, tuple) or not node.value:
            self.broken(name, words)
        return tuple(
            Reader(row, self.path, f"{self.label(name)}[{index}]")
            for index, row in enumerate(node.value)
        )

    def label(self, name: str) -> str:
        """The field's full name, such as "stages[2].kernel"."""
        return f"{self.at}.{name}" if self.at else name

    def broken(self, name: str, words: str, near: str = "") -> NoReturn:
        """Raise the error of a field that is not `words`."""
        node, field = self.fields[name], self.label(name)
        self.refuse(node, f"`{field}` must be {words}. Got {shown(node)}{near}", field=field)

    def refuse(self, node: Node | None, sentence: str, line: int = 0, field: str = "") -> NoReturn:
        """Raise the error of a field, this mapping's own by default, in the line of `node`."""
        line = line or (node.line if node else 0)
        where = f"{self.path}, line {line}" if line else self.path
        raise ConfigError(f"{where}: {sentence}.", field=field or self.at)

    def _take(self, name: str, words: str, default: object) -> Node | None:
        node = self.fields.get(name)
        if node is not None and not (node.value is None and default is None):
            return node
        if default is NEEDED:
            where = f"`{self.at}` needs" if self.at else "the file needs"
            other = next((each for each in self.fields if nearest(each[:60], [name], 1.0)), None)
            got = "none" if other is None else f"`{short(other)}`, which must be renamed"
            sentence = f"{where} a field `{name}`, {words}. It has {got}"
            self.refuse(self.node, sentence, field=self.label(name))
        return None


def read(path: Path | str, most: int = MAX_BYTES) -> Reader:
    """The top of the file at `path`. Raises ConfigError (see `read_nodes`)."""
    return Reader(read_nodes(Path(path), most), str(path))


def shown(node: Node) -> str:
    """The value as an error shows it."""
    value = node.value
    if isinstance(value, dict):
        return "fields"
    if isinstance(value, tuple):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
