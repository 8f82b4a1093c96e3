"""The lower part of report.html: how the study was made, and what its columns mean."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from scalesearch.report.columns import COLUMNS


def render(frame: pd.DataFrame, coefficients: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Profile, data, counts, `facts`, settings, versions, the command, and what failed."""
    failed = frame[frame["state"] == "failed"]
    lines: dict[str, Any] = {
        key: coefficients[key] for key in ("profile", "dataset", "created") if key in coefficients
    }
    lines |= {"trials": len(frame), "failed trials": len(failed), **facts}
    for group in ("settings", "versions"):
        lines |= _flat(coefficients.get(group) or {}, "version of " * (group == "versions"))
    parts = ["<section><h2>Settings</h2>"]
    if command := coefficients.get("command"):
        parts.append(
            "<p>To repeat it or continue it:</p>"
            f"<pre><code>{html.escape(str(command))}</code></pre>"
        )
    parts.append(_pairs(lines.items()))
    if len(failed):
        labels = failed["names"] + ", seed " + failed["seed"].astype(str)
        reasons = zip(labels, failed["reason"], strict=True)
        parts.append(f"<h3>Failed trials</h3>{_pairs(reasons)}")
    return "".join(parts) + "</section>"


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


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)
