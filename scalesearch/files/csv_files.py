"""Tables as CSV: the one place that writes and reads them.

A spreadsheet runs a cell that begins like a formula, makes a date of `1-2` and a number of `1e5`;
pandas makes nothing of `NA`. Text that could be taken for anything but text is written with an
apostrophe before it, and read back without; numbers are written as they are, but never with exactly
three decimals, which decimal commas make a number of thousands.
"""

import csv
import io
import math
import numbers
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from scalesearch.core.passwords import without_passwords
from scalesearch.errors import ScaleSearchError
from scalesearch.files.whole_files import read_whole, write_whole

MOST_BYTES = 64_000_000
_MOST_WHOLE = 2**63 - 1  # what a column of int64 holds

# What runs as a formula, also after spaces and quotes, which some readers drop, and in the wide
# forms that they take for the same. A leading apostrophe is one that reading would take away.
_ARMED = re.compile(r"'|[\s\"`\N{LEFT DOUBLE QUOTATION MARK}]*[=+\-@|%＝＋－＠]|[\t\r\n]")  # noqa: RUF001 # the wide forms are meant
# Without a digit, a text can be taken for one of these alone: what pandas makes nothing or a number
# of, and truth values, which spreadsheets know in the language that they are set to.
_KEYWORDS = re.compile(
    r"nan|na|n/a|<na>|null|none|inf|infinity|true|false|yes|no|wahr|falsch|vrai|faux|verdadero|falso"
    r"|verdadeiro|vero|sann|falskt|sand|falsk|tosi|waar|onwaar|prawda|pravda|nepravda|igaz|hamis",
    re.IGNORECASE,
)
# With digits, it may be a number, a date, a time or an amount in one of many languages, unless it
# has what none of those has: brackets around it, a letter beside _ or =, a word of our own.
_SPEAKS = re.compile(
    r"\A\[.*\]\Z|[^\W\d_][_=]|_[^\W\d_]"
    r"|\b(resnet|baseline|paper|depth|width|resolution|compound|cell:|sha256:|at 0\.|x[0-9])"
    r"|\Ad[0-9]+ w[0-9]+ r[0-9]+ /|\A[1-9][0-9]*x[1-9][0-9]*\Z"
)
_NOTHING = "\N{REPLACEMENT CHARACTER}"  # a NUL ends a text for many readers
_WORD = re.compile(r"[^\W\d_]{2,}")
_A_SENTENCE = 5  # words; "Monday 5 March 2020" has two

# A spreadsheet set to decimal commas takes a point before three digits for one of thousands.
_THREE_DECIMALS = re.compile(r"\A([-+]?[0-9]+\.[0-9]{3})(e[-+]?[0-9]+)?\Z")

_WHOLE = re.compile(r"[-+]?[0-9]{1,19}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


class Number(str):
    """The text of a number, which is written as it is. Made by `number`."""

    __slots__ = ()


def number(value: float, form: str) -> Number:
    """A finite number in a format such as ".4f"."""
    return Number(format(value, form))


def cell(value: object) -> str:
    """The text of one cell: empty for None, one line, without passwords, and never mistaken."""
    if value is None:
        return ""
    if isinstance(value, (Number, numbers.Real)):
        return _THREE_DECIMALS.sub(r"\g<1>0\g<2>", str(value))
    text = without_passwords(" ".join(str(value).splitlines())).replace("\0", _NOTHING)
    return f"'{text}" if _mistaken(text) else text


def plain(text: str) -> str:
    """The text that `cell` made this cell of."""
    return text.removeprefix("'")


def _mistaken(text: str) -> bool:
    """Whether a spreadsheet or pandas could take the text of a cell for something else."""
    core = text.strip()
    if _ARMED.match(text) or core.startswith("#") or _KEYWORDS.fullmatch(core):
        return True
    if not any(char.isnumeric() for char in core) or _SPEAKS.search(core):
        return False
    return len(_WORD.findall(core)) < _A_SENTENCE


def text_of(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole table, its names first."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(value) for value in row] for row in rows)
    return table.getvalue()


def write_rows(
    path: Path | str,
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    error: type[ScaleSearchError],
) -> None:
    """Write a table whole. Raises `error` for the disk."""
    # A lone surrogate, of a file name that is no text, has no UTF-8.
    write_whole(path, text_of(names, rows).encode("utf-8", "replace"), error)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table that was read. Its methods raise `error`, naming file, line and column."""

    path: str
    line: int
    cells: dict[str, str]
    """As they stand in the file, by column."""
    error: type[ScaleSearchError]

    def text(self, name: str) -> str:
        return plain(self.cells[name])

    def whole(self, name: str, least: int = 0, unit: str = "") -> int:
        """A whole number from `least` to 2^63 - 1."""
        text = self.cells[name]
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= _MOST_WHOLE:
            self.broken(name, f"a whole number of at least {least}{unit}")
        return int(text)

    def number(
        self, name: str, low: float = -math.inf, high: float = math.inf, unit: str = ""
    ) -> float:
        """A finite number from `low` to `high`."""
        text = self.cells[name]
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value) or not low <= value <= high:
            ends = [] if low == -math.inf else [f" of at least {low:g}"]
            ends = [f" from {low:g} to {high:g}"] if high < math.inf else ends
            self.broken(name, f"a number{''.join(ends)}{unit}")
        return value

    def broken(self, name: str, rule: str) -> NoReturn:
        """Raise the error of a cell that is not `rule`."""
        got = repr(self.cells[name])
        got = got if len(got) <= 60 else f"{got[:57]}..."
        message = f"{self.path}, line {self.line}: `{name}` must be {rule}. Got {got}."
        raise self.error(message, field=name)


def read_rows(
    path: Path | str, needed: Sequence[str], error: type[ScaleSearchError], remedy: str
) -> list[Row]:
    """The rows of the table at `path`, which has the columns `needed` and may have others.

    Raises FileNotFoundError where there is none, and `error`, with that `remedy`,
    where it cannot be read, is no such table, or has a row of more or fewer cells.
    """
    content = read_whole(path, MOST_BYTES, error)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise error(f"{path} is not a CSV table: it is no UTF-8 text.", remedy=remedy) from None
    return rows_of(text, str(path), needed, error, remedy)


def rows_of(
    text: str, name: str, needed: Sequence[str], error: type[ScaleSearchError], remedy: str
) -> list[Row]:
    """The rows of the table that is `text`; `name` stands for it in errors. See `read_rows`."""
    try:
        (_, header), *lines = _lines(text)
    except (csv.Error, ValueError) as cause:  # ValueError: nothing to take apart
        reason = str(cause) if isinstance(cause, csv.Error) else "it is empty"
        raise error(f"{name} is not a CSV table: {reason}.", remedy=remedy) from cause
    columns = set(header)
    if missing := [column for column in needed if column not in columns]:
        raise error(
            f"{name} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}.",
            remedy=remedy,
        )
    if len(columns) < len(header):
        raise error(f"{name} has a column twice.", remedy=remedy)
    for line, row in lines:
        if len(row) != len(header):
            raise error(
                f"{name}, line {line}: every row must have {len(header)} cells. Got {len(row)}.",
                remedy=remedy,
            )
    return [Row(name, line, dict(zip(header, row, strict=True)), error) for line, row in lines]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, and the line it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    for row in reader:
        if row:
            yield reader.line_num, row
