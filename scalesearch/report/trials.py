"""trials.csv: one row a trial and seed; written whole, read back typed, summed up by network."""

import csv
import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scalesearch.errors import StudyError
from scalesearch.files import write_whole
from scalesearch.report.columns import COLUMNS, Column

__all__ = ["COLUMNS", "SUMMARY_COLUMNS", "Column", "read", "summary", "write"]

# A spreadsheet runs a cell that begins with one of these; the apostrophe is what disarms it.
_ARMED = ("=", "+", "-", "@", "'")
_DTYPES = {str: "str", int: "int64", float: "float64"}
_RESULTS = ("seeds", "top1_mean", "top1_std", "gain")
_OF_ONE_TRIAL = {"stage", "seed", "state", "val_top1", "val_loss", "epochs", "seconds"}
_OF_ONE_TRIAL |= {"images_per_second", "weights", "reason"}
SUMMARY_COLUMNS = (*(c.name for c in COLUMNS if c.name not in _OF_ONE_TRIAL), *_RESULTS)


def write(path: Path | str, records: Iterable[Mapping[str, Any]]) -> None:
    """Write `records` (one mapping a row, keys as in COLUMNS) to `path`, whole.

    What a column may leave empty may be None, NaN or absent. Line breaks in text become spaces, so
    a row is a line. Raises ValueError for a record that does not fit, StudyError for the disk.
    """
    known = {column.name for column in COLUMNS}
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(column.name for column in COLUMNS)
    for record in records:
        if unknown := sorted(set(record) - known):
            raise ValueError(f"trials.csv has no column for {', '.join(unknown)}.")
        writer.writerow(_cell(column, record.get(column.name)) for column in COLUMNS)
    write_whole(path, table.getvalue().encode(), StudyError)


def read(path: Path | str) -> pd.DataFrame:
    """Read trials.csv: text as str, counts as int64 (epochs: Int64), the rest as float64.

    Raises StudyError naming the file, and the column and line where one is at fault.
    """
    path = Path(path)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            lines = [(reader.line_num, row) for row in reader if row]
    except FileNotFoundError:
        raise StudyError(
            f"There is no {path}. Run `scalesearch grid` first, or name the study's folder."
        ) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StudyError(f"Cannot read {path} as a CSV table: {error}.") from error
    if missing := [column.name for column in COLUMNS if column.name not in header]:
        raise StudyError(
            f"{path} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}. "
            "Run the same `scalesearch grid` command again to write it anew."
        )
    for number, row in lines:
        if len(row) != len(header):
            raise StudyError(
                f"{path}, line {number}: every row must have {len(header)} cells. Got {len(row)}."
            )
    return pd.DataFrame(
        {column.name: _series(path, column, header.index(column.name), lines) for column in COLUMNS}
    )


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a network (`cell`), the best first; columns as in SUMMARY_COLUMNS.

    `seeds` counts the complete trials; `top1_mean` is a fraction; `top1_std` the sample standard
    deviation over seeds (NaN for one seed); `gain` over the baseline's mean in percentage points.
    A network of which every trial failed stays, with 0 seeds and NaN, at the end.
    """
    top1 = frame[frame["state"] == "complete"].groupby("cell")["val_top1"]
    networks = frame.drop_duplicates("cell").set_index("cell", drop=False).rename_axis(None)
    networks = networks.assign(
        seeds=top1.count().reindex(networks.index, fill_value=0).astype("int64"),
        top1_mean=top1.mean().reindex(networks.index),
        top1_std=top1.std(ddof=1).reindex(networks.index),
    )
    baseline = networks.loc[networks["role"] == "baseline", "top1_mean"].mean()
    networks["gain"] = 100.0 * (networks["top1_mean"] - baseline)
    return networks.sort_values(
        ["top1_mean", "proxy_macs", "cell"], ascending=[False, True, True], ignore_index=True
    )[list(SUMMARY_COLUMNS)]


def _cell(column: Column, value: Any) -> str:
    """The text of one cell, with fixed decimals; empty for None and for what is not finite."""
    if column.kind is str:
        text = "" if value is None else " ".join(str(value).splitlines())
        if column.choices and text not in column.choices:
            raise ValueError(f"`{column.name}` must be one of {column.choices}. Got {text!r}.")
        return f"'{text}" if text.startswith(_ARMED) else text
    if value is None or pd.isna(value) or not math.isfinite(value):
        if not column.may_be_empty:
            raise ValueError(f"`{column.name}` must be a finite number. Got {value!r}.")
        return ""
    if column.kind is int:
        if int(value) != value:
            raise ValueError(f"`{column.name}` must be a whole number. Got {value!r}.")
        return str(int(value))
    return f"{value:.{column.digits}f}"


def _series(path: Path, column: Column, at: int, lines: list[tuple[int, list[str]]]) -> pd.Series:
    """One typed column out of the rows of text."""
    values = [_value(path, column, row[at], number) for number, row in lines]
    nullable = column.kind is int and column.may_be_empty
    return pd.Series(values, dtype="Int64" if nullable else _DTYPES[column.kind])


def _value(path: Path, column: Column, text: str, line: int) -> str | int | float | None:
    where = f"{path}, line {line}: `{column.name}`"
    if column.kind is str:
        plain = text[1:] if text.startswith("'") and text[1:].startswith(_ARMED) else text
        if column.choices and plain not in column.choices:
            raise StudyError(f"{where} must be {' or '.join(column.choices)}. Got {text!r}.")
        return plain
    if text == "" and column.may_be_empty:
        return math.nan if column.kind is float else None
    try:
        return column.kind(text)
    except ValueError:
        rule = "a whole number" if column.kind is int else "a number"
        raise StudyError(f"{where} must be {rule} ({column.unit}). Got {text!r}.") from None
