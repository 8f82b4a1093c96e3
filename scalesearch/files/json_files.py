"""JSON files read as plain values: bounded in size and depth, no key twice, finite numbers."""

import json
import math
from pathlib import Path
from typing import Any

from scalesearch.errors import ScaleSearchError
from scalesearch.files.whole_files import read_whole

MOST_BYTES = 64_000_000
"""A study's settings hold every candidate; a box may have a million."""
DEEPEST = 40
_DIGITS = 30  # of a whole number; a count of multiply-accumulates has under 20


def read_json(path: Path, error: type[ScaleSearchError], remedy: str) -> Any:
    """What the file at `path` holds.

    Raises FileNotFoundError where there is none, and `error`, with that `remedy`, for
    what cannot be read or is not as `json_of` wants it.
    """
    return json_of(read_whole(path, MOST_BYTES, error), str(path), error, remedy)


def json_of(
    content: bytes,
    name: str,
    error: type[ScaleSearchError],
    remedy: str,
    deepest: int = DEEPEST,
    finite: bool = True,
) -> Any:
    """The value that `content` is the JSON of; `name` stands for it in errors.

    Raises `error` where it is no UTF-8 text, no JSON, nests deeper than `deepest`, repeats a key,
    has a whole number of more than 30 digits or, if `finite`, one that is infinite or NaN.
    """

    def number(text: str) -> float:
        value = float(text)
        if finite and not math.isfinite(value):
            raise ValueError(f"a number is not finite: {text[:40]}")
        return value

    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_whole,
            parse_float=number,
            parse_constant=number,
        )
        _refuse_deep(value, deepest)
    except RecursionError:
        raise error(
            f"{name} is not valid JSON (values must nest at most {deepest} deep).", remedy=remedy
        ) from None
    except ValueError as cause:  # also that of text which is no UTF-8
        raise error(f"{name} is not valid JSON ({cause}).", remedy=remedy) from cause
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"the key {name[:60]!r} stands twice")
            seen.add(name)
    return values


def _whole(text: str) -> int:
    if len(text) > _DIGITS:
        raise ValueError(f"whole numbers must have at most {_DIGITS} digits. Got {len(text)}")
    return int(text)


def _refuse_deep(value: Any, deepest: int) -> None:
    """Without recursion, which the depth itself could break."""
    level = [value]
    for _ in range(deepest + 1):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        if not inner:
            return
        level = inner
    raise ValueError(f"values must nest at most {deepest} deep")
