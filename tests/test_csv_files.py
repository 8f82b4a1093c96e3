"""One place writes CSV: text comes back as it was, and nothing in it is a formula."""

import csv
import io
import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.core.passwords import without_passwords
from scalesearch.errors import ConfigError
from scalesearch.files import csv_files

from .refusals import tried

# What pandas and spreadsheets, in one language or another, take for something else than text: tried
# by opening a table of them in LibreOffice set to English, German, French and Japanese.
MISTAKEN = re.findall(
    r"\S+",
    """
    1e5 1E+5 12e4567890123456 1234567890123456 0000000000000012 00012 12. .5 1,5 1.000,5 1_000 0x12
    1-2 1-2-3 2-3 1/2 1/2/3 1.2.3 1:30 10:30:11 2023-01-02 2023-01-02T10:00 12% 5% $5 5$ (5) 5kr
    May5 MAR1 SEPT2 Jan-1 Dec-15 R5/1/2 12PM 7a 1d5 2W 1;2 1|2
    TRUE true False WAHR vrai NA N/A n/a <NA> #N/A #REF! #DIV/0! nan NULL null None inf Infinity
    """,
) + re.findall(
    r"'(.+?)'",
    """
    '3 1/2' 'May 5' '5 May 2020' 'mai 3' '12 PM' '2 345' '1\N{NO-BREAK SPACE}000' '5 kr' 'Q1 2020'
    ' 12' '12 ' ' true' 'EUR 5' '1, 1.2, 1.2' '1 2 3' 'Monday 5 March 2020' '\N{EURO SIGN}5'
    '\N{VULGAR FRACTION ONE HALF}' '\N{ARABIC-INDIC DIGIT THREE}' '\N{FULLWIDTH DIGIT TWO}'
    """,
)
TEXT = (
    st.text(max_size=40)
    | st.builds(
        "{}{}".format,
        st.sampled_from([*"=+-@\t\r'|\uff1d", '"=', " ="]),
        st.text(max_size=20),
    )
    | st.sampled_from(MISTAKEN)
    | st.from_regex(r"[ ]?[-+(]?[0-9.,:/ eE-]{1,12}[%a-z)]?[ ]?", fullmatch=True)
)
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


def _read(text: str) -> list[csv_files.Row]:
    return csv_files.rows_of(text, "mine.csv", ("a",), ConfigError, "Write it anew.")


def _once(text: str) -> str:
    """What a cell keeps of a text: one line, no password, no NUL."""
    return without_passwords(" ".join(text.splitlines())).replace("\0", "\N{REPLACEMENT CHARACTER}")


@given(st.lists(TEXT, min_size=1))
def test_every_text_comes_back_on_one_line(texts: list[str]) -> None:
    table = csv_files.text_of(["a", "b"], [[text, "x"] for text in texts])
    assert [row.text("a") for row in _read(table)] == [_once(text) for text in texts]


@given(TEXT)
def test_no_cell_of_text_begins_as_a_formula_does(text: str) -> None:
    table = csv_files.text_of(["a", "b"], [[text, "x"]])
    (_, (cell, _)) = csv.reader(io.StringIO(table, newline=""))
    assert not cell.lstrip("\"` '").startswith(RUN_BY_SPREADSHEETS) or cell.startswith("'")
    assert not cell.startswith(RUN_BY_SPREADSHEETS)


@given(TEXT.filter(_once))
def test_pandas_reads_every_text_as_that_text(text: str) -> None:
    """Alone in its column, where nothing beside it says that the column is one of text."""
    table = csv_files.text_of(["a", "b"], [[text, "x"]])
    read = pd.read_csv(io.BytesIO(table.encode("utf-8", "replace")))["a"][0]
    (_, (cell, _)) = csv.reader(io.StringIO(table, newline=""))
    assert isinstance(read, str)
    assert read == cell.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("text", MISTAKEN)
def test_what_a_spreadsheet_takes_for_something_else_never_stands_bare(text: str) -> None:
    assert csv_files.cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "baseline", "candidate", "search", "complete", "pruned", "depth alone", "depth x2", "x1.41",
        "efficientnet_b0", "resnet50", "d=1.5, r=1.3", "d1 w2 r1 /4", "paper; d1 w2 r1 /4",
        "[1, 2, 2]", "[0.450750]", "224x160", "sha256:0000000000000012", "cell:1234567890123456",
        "at 0.25: 0.5125, 1.61; at 0.5: 0.61, 1.42",
        "ResourceExhaustedError: no memory when allocating a tensor of shape (32, 16)",
    ],
)  # fmt: skip
def test_what_nobody_takes_for_a_number_stands_as_it_is(text: str) -> None:
    assert csv_files.cell(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**63 - 1))
def test_numbers_stay_numbers_and_come_back(value: float) -> None:
    table = csv_files.text_of(["a", "b"], [[value, "x"]])
    assert not table.splitlines()[1].startswith("'")
    (row,) = _read(table)
    assert row.number("a") == float(value)
    if isinstance(value, int) and value >= 0:
        assert row.whole("a") == value


def test_a_negative_number_of_fixed_digits_stays_one() -> None:
    assert csv_files.cell(csv_files.number(-0.5, ".4f")) == "-0.5000"
    assert csv_files.cell(-0.5) == "-0.5"
    assert csv_files.cell("-0.5; x") == "'-0.5; x"


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("utf-8", "replace")))
def test_any_text_is_rows_or_refused(text: str) -> None:
    rows, said = tried(_read, text)
    assert said.startswith("mine.csv") if said else all("a" in row.cells for row in rows)


@given(st.text(max_size=20) | st.from_regex(r"[-+]?[0-9]{1,25}(\.[0-9]*)?(e[0-9]+)?"))
def test_any_cell_is_a_number_in_its_range_or_refused(text: str) -> None:
    row = csv_files.Row("mine.csv", 2, {"a": text}, ConfigError)
    for read, holds in (
        (lambda: row.whole("a", 1), lambda value: 1 <= value < 2**63),
        (lambda: row.number("a", 0, 1), lambda value: 0 <= value <= 1),
        (lambda: row.number("a"), math.isfinite),
    ):
        value, said = tried(read)
        assert said.startswith("mine.csv, line 2: `a` must be a ") if said else holds(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        ("b\n1\n", "lacks the column a"),
        ("a,a\n1,2\n", "has a column twice"),
        ("a,b\n1\n", "line 2: every row must have 2 cells. Got 1"),
        ('a\n"x', "not a CSV table"),
        ("a\n" + "x" * 200_000, "not a CSV table"),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _read(text)
    assert said in str(caught.value)
    assert str(caught.value).endswith("Write it anew.")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (csv_files.number(1, ".3f"), "1.0000"),
        (csv_files.number(-12.3456, ".3f"), "-12.3460"),
        (csv_files.number(1.189, ".6g"), "1.1890"),
        (csv_files.number(1.234e-5, ".6g"), "1.2340e-05"),
        (csv_files.number(1.18921, ".6g"), "1.18921"),
        (0.125, "0.1250"),
        (np.float64(2.125), "2.1250"),
        (1234, "1234"),
    ],
)
def test_no_number_could_be_one_of_thousands(value: object, written: str) -> None:
    """A spreadsheet set to German takes 1.000 for a thousand."""
    assert csv_files.text_of(["a"], [[value]]) == f"a\n{written}\n"
    assert _read(f"a\n{written}\n")[0].number("a") == float(str(value))
