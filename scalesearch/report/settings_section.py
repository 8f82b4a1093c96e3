"""The lower part of report.html: how the study was made, and what its columns mean."""

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from scalesearch.report.columns import COLUMNS

_ABOVE = ("candidates", "coefficients")


def render(frame: pd.DataFrame, coefficients: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Profile, data, counts, `facts`, settings, versions, the command, and what failed."""
    failed = frame[frame["state"] == "failed"]
    lines: dict[str, Any] = {
        key: coefficients[key] for key in ("profile", "dataset", "created") if key in coefficients
    }
    lines |= {"trials": len(frame), "failed trials": len(failed), **_time(coefficients), **facts}
    for group in ("settings", "versions"):
        lines |= _flat(coefficients.get(group) or {}, "version of " * (group == "versions"))
    parts = ["<section><h2>Settings</h2>"]
    if command := coefficients.get("command"):
        parts.append(
            "<p>To repeat it or continue it:</p>"
            f"<pre><code>{html.escape(str(command))}</code></pre>"
        )
    # Candidates and their coefficients stand in the table of all networks.
    lines = {key: value for key, value in lines.items() if key not in _ABOVE}
    tables = {key: value for key, value in lines.items() if _is_table(value)}
    parts.append(_pairs((key, value) for key, value in lines.items() if key not in tables))
    parts += (f"<h3>{html.escape(key)}</h3>{_table(rows)}" for key, rows in tables.items())
    if len(failed):
        labels = failed["names"] + ", seed " + failed["seed"].astype(str)
        reasons = zip(labels, failed["reason"], strict=True)
        parts.append(f"<h3>Failed trials</h3>{_pairs(reasons)}")
    return "".join(parts) + "</section>"


def _time(coefficients: Mapping[str, Any]) -> dict[str, str]:
    """What the search took, where one run trained it all, and what it was said to take."""
    took, estimated = (coefficients.get(f"{name}_seconds") for name in ("search", "estimated"))
    if took is None:
        return {}
    said = "" if estimated is None else f", estimated {estimated:.0f} s before it began"
    return {"time": f"{took:.0f} s{said}"}


def render_columns() -> str:
    """What each column of trials.csv holds, folded away."""
    rows = (
        f"<tr><th scope='row'><code>{column.name}</code></th><td>{html.escape(column.unit)}</td>"
        f"<td>{html.escape(column.meaning)}</td></tr>"
        for column in COLUMNS
    )
    return (
        "<section><details><summary>The columns of trials.csv</summary><div class='scroll'>"
        "<table class='text'><thead><tr><th>column</th><th>unit</th><th>meaning</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div></details></section>"
    )


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, with dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        flat |= _flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return flat


def _pairs(pairs: Iterable[tuple[Any, Any]]) -> str:
    inside = "".join(
        f"<div><dt>{html.escape(str(label))}</dt><dd>{html.escape(_plain(value))}</dd></div>"
        for label, value in pairs
    )
    return f"<dl>{inside}</dl>"


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    cells = ([html.escape(_plain(row.get(name))) for name in names] for row in rows)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    return (
        f"<div class='scroll'><table class='text'><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)
