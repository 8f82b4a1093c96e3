"""What goes to standard output: plain text tables, or one JSON document."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from scalesearch.cli.option_names import with_options


def print_json(value: Any) -> None:
    """Print `value` as one JSON document. Raises ValueError for NaN and infinity."""
    import json

    from scalesearch.core.passwords import plain_without_passwords

    _write(json.dumps(plain_without_passwords(value), indent=2, allow_nan=False))


def say(text: str = "") -> None:
    """Print one line, or several, on standard output."""
    from scalesearch.core.passwords import without_passwords

    _write(without_passwords(text))


def _write(text: str) -> None:
    sys.stdout.write(f"{with_options(text)}\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Print one line on standard error: progress and remarks, so that stdout holds the answer."""
    sys.stderr.write(f"{with_options(text)}\n")
    sys.stderr.flush()


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], left: Iterable[str] = ()) -> str:
    """Columns two spaces apart: those named in `left` begin at their left edge, others end right.

    Every row has as many cells as there are headings.
    """
    lines = [list(headings), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    to_left = [heading in set(left) for heading in headings]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if flush else cell.rjust(width)
            for cell, width, flush in zip(line, widths, to_left, strict=True)
        ).rstrip()
        for line in lines
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """One fact a line, its name to the left. A fact of several lines stays in its column."""
    pairs = list(pairs)
    width = max(len(name) for name, _ in pairs)
    gap = "\n" + " " * (width + 2)
    return "\n".join(f"{name:<{width}}  {fact.replace(chr(10), gap)}" for name, fact in pairs)
