"""trials.csv: one row a trial and seed; written whole, read back typed, summed up by network."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scalesearch.core.resolution import RULE, Resolution
from scalesearch.errors import StudyError
from scalesearch.files import csv_files
from scalesearch.files.csv_files import Row
from scalesearch.report.trial_columns import COLUMNS, Column

__all__ = ["COLUMNS", "SUMMARY_COLUMNS", "Column", "read", "records", "summary", "write"]

_NAMES = [column.name for column in COLUMNS]
_REMEDY = "Run the same `scalesearch grid` command again to write it anew."
_DTYPES = {str: "str", int: "int64", float: "float64"}
_RESULTS = ("seeds", "top1_mean", "top1_std", "gain")
_OF_ONE_TRIAL = {"stage", "seed", "state", "val_top1", "val_loss", "epochs", "seconds"}
_OF_ONE_TRIAL |= {"images_per_second", "peak_memory", "weights", "reason"}
SUMMARY_COLUMNS = (*(c.name for c in COLUMNS if c.name not in _OF_ONE_TRIAL), *_RESULTS)


def write(path: Path | str, records: Iterable[Mapping[str, Any]]) -> None:
    """Write `records` (one mapping a row, keys as in COLUMNS) to `path`, whole.

    What a column may leave empty may be None, NaN or absent. Line breaks in text become spaces, so
    a row is a line. Raises ValueError for a record that does not fit, StudyError for the disk.
    """
    rows = []
    for record in records:
        if unknown := sorted(set(record).difference(_NAMES)):
            raise ValueError(f"trials.csv has no column for {', '.join(unknown)}.")
        rows.append([_cell(column, record.get(column.name)) for column in COLUMNS])
    csv_files.write_rows(path, _NAMES, rows, StudyError)


def read(path: Path | str) -> pd.DataFrame:
    """Read trials.csv: text as str, counts as int64, the rest as float64.

    Resolutions are counts where all of a column are squares, else text.

    Raises StudyError naming the file, and the column and line where one is at fault.
    """
    try:
        rows = csv_files.read_rows(path, _NAMES, StudyError, _REMEDY)
    except FileNotFoundError:
        raise StudyError(
            f"There is no {path}. Run `scalesearch grid` first, or name the study's folder."
        ) from None
    return pd.DataFrame({column.name: _series(column, rows) for column in COLUMNS})


def records(path: Path | str) -> list[dict[str, Any]]:
    """The rows of trials.csv as a study has them: None for what is empty. Raises as `read`."""
    rows = read(path).astype(object).to_dict("records")
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in rows
    ]


def summary(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a network (`cell`), the best first; columns as in SUMMARY_COLUMNS.

    `seeds` counts the complete trials; `top1_mean` is a fraction; `top1_std` the sample standard
    deviation over seeds (NaN for one seed); `gain` over the baseline's mean in percentage points.
    A network of which no trial is complete stays, with 0 seeds and NaN, at the end.
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
        ["top1_mean", "proxy_macs", "cell"],
        ascending=[False, True, True],
        ignore_index=True,
    )[list(SUMMARY_COLUMNS)]


def _cell(column: Column, value: Any) -> object:
    """What is written of a value: numbers with fixed decimals; None for what is not finite."""
    if column.kind is str:
        text = "" if value is None else str(value)
        if column.choices and text not in column.choices:
            raise ValueError(f"`{column.name}` must be one of {column.choices}. Got {text!r}.")
        return f"{column.prefix}{text}" if text else ""
    if column.kind is Resolution:
        try:
            return Resolution.of(value).to_json()
        except ValueError:
            raise ValueError(f"`{column.name}` must be {RULE}. Got {value!r}.") from None
    if value is None or pd.isna(value) or not math.isfinite(value):
        if not column.may_be_empty:
            raise ValueError(f"`{column.name}` must be a finite number. Got {value!r}.")
        return None
    if column.kind is int:
        if int(value) != value:
            raise ValueError(f"`{column.name}` must be a whole number. Got {value!r}.")
        return int(value)
    return csv_files.number(value, f".{column.digits}f")


def _series(column: Column, rows: list[Row]) -> pd.Series:
    """One typed column out of the rows of text."""
    nullable = column.kind is int and column.may_be_empty
    values = [_value(column, row) for row in rows]
    if column.kind is Resolution:
        squares = all(isinstance(value, int) for value in values)
        texts = values if squares else [str(value) for value in values]
        return pd.Series(texts, dtype="int64" if squares else "str")
    return pd.Series(values, dtype="Int64" if nullable else _DTYPES[column.kind])


def _value(column: Column, row: Row) -> str | int | float | None:
    name, unit = column.name, f" ({column.unit})"
    if column.kind is str:
        text = row.text(name).removeprefix(column.prefix)
        if column.choices and text not in column.choices:
            row.broken(name, " or ".join(column.choices))
        return text
    if column.may_be_empty and not row.cells[name]:
        return math.nan if column.kind is float else None
    if column.kind is int:
        return row.whole(name, int(column.low), unit)
    if column.kind is Resolution:
        return _resolution(row, name)
    return row.number(name, column.low, column.high, unit)


def _resolution(row: Row, name: str) -> int | str:
    """A square's side, or such as "258x184"."""
    try:
        return Resolution.parse(row.text(name)).to_json()
    except ValueError:
        row.broken(name, RULE)
