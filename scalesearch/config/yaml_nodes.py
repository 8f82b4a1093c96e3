"""YAML text to plain values that know their line.

Nodes are made from the parser's events, so depth is bounded before anything recurses and no tag is
ever acted upon. Plain scalars follow the core schema of YAML 1.2 (true and false, null and ~,
decimal numbers; all else is text), so that `no` and `1:30` mean what they look like.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scalesearch.core.plain_text import short
from scalesearch.errors import ConfigError
from scalesearch.files.whole_files import read_whole

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml: slower, same events
    from yaml import SafeLoader as Loader  # type: ignore[assignment]  # the pure form, where the C one is missing

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
# No leading zero: YAML 1.1 takes 017 for 15, and 1.2 for 17.
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it starts on (from 1); `key_line` is its key's, 0 without a key.

    Values that come from elsewhere, such as from JSON, have the line 0.
    """

    value: "Scalar | tuple[Node, ...] | dict[str, Node]"
    line: int
    key_line: int = 0

    def plain(self) -> Any:
        """The value without lines: None, bool, int, float, str, list or dict."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value


Scalar = None | bool | int | float | str


def nodes_without_lines(value: Any) -> Node:
    """Plain values, as JSON has them, as nodes."""
    if isinstance(value, Mapping):
        return Node({name: nodes_without_lines(each) for name, each in value.items()}, 0)
    if isinstance(value, list | tuple):
        return Node(tuple(map(nodes_without_lines, value)), 0)
    return Node(value, 0)


def plain_scalar(text: str) -> Scalar:
    """What an unquoted scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def read_nodes(path: Path, most: int = MAX_BYTES) -> Node:
    """The one document in the file at `path`.

    Raises ConfigError where the file cannot be read, is larger than `most` bytes, is no UTF-8 text
    or no YAML, is empty, nests deeper than 20 levels, repeats a key, or holds an anchor, alias or
    tag.
    """
    try:
        content = read_whole(path, most, ConfigError)
    except FileNotFoundError:
        raise ConfigError(f"{path} cannot be read: No such file or directory.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not YAML: it is no UTF-8 text.") from None
    return nodes_of(text, str(path))


def nodes_of(text: str, path: str) -> Node:
    """The one document in `text`; `path` names it in errors. Raises ConfigError as `read_nodes`."""
    try:
        return _Builder(text, path).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}," if mark else ""
        raise ConfigError(f"{path}{line} is not YAML: {error.problem}.") from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # libyaml takes no lone surrogates
        reason = str(error).splitlines()[0]
        raise ConfigError(f"{path} is not YAML: {reason}.") from error


class _Builder:
    """Walks the parser's events once."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.events: Iterator[Any] = yaml.parse(text, Loader=Loader)

    def document(self) -> Node:
        next(self.events)  # the stream's start
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise ConfigError(f"{self.path} is empty.")
        root = self.node(next(self.events), 1)
        next(self.events)  # the document's end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.refuse(after, "a file holds one YAML document. Here a second one begins")
        if root.value is None:
            raise ConfigError(f"{self.path} is empty.")
        return root

    def node(self, event: Any, depth: int, key_line: int = 0) -> Node:
        if depth > MAX_DEPTH:
            raise self.refuse(event, f"values must nest at most {MAX_DEPTH} deep")
        if getattr(event, "anchor", None):
            raise self.refuse(
                event, "anchors (&) and aliases (*) are not read. Write the value out"
            )
        if event.tag is not None:
            raise self.refuse(event, f"tags are not read. Got {short(event.tag)}")
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0]
            return Node(plain_scalar(event.value) if plain else event.value, line, key_line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(tuple(self.items(depth)), line, key_line)
        return Node(dict(self.pairs(depth)), line, key_line)

    def items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.node(event, depth + 1)

    def pairs(self, depth: int) -> Iterator[tuple[str, Node]]:
        seen: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.refuse(event, "a key must be a plain name")
            name, line = event.value, self.node(event, depth).line
            if name in seen:
                raise self.refuse(
                    event, f"`{short(name)}` stands twice, first in line {seen[name]}"
                )
            seen[name] = line
            yield name, self.node(next(self.events), depth + 1, line)

    def refuse(self, event: Any, rule: str) -> ConfigError:
        return ConfigError(f"{self.path}, line {event.start_mark.line + 1}: {rule}.")
