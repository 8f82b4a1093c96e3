"""The lower part of report.html: how the study was made, and what its columns mean."""

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scalesearch.core.answer import Answer
from scalesearch.report.page_parts import About, Part
from scalesearch.report.trial_columns import COLUMNS

_ABOVE = ("candidates", "coefficients")


def render_settings(about: About) -> Part:
    """Profile, data, counts, facts, settings, versions, the command, and what failed."""
    answer, trials = about.answer, about.trials
    failed = trials[trials["state"] == "failed"]
    lines = _made(answer) if answer else {}
    lines |= {"trials": len(trials), "failed trials": len(failed)}
    lines |= {**(_time(answer) if answer else {}), **about.facts}
    if answer:
        lines |= _flat(answer.settings) | _flat(answer.versions, "version of ")
    parts = ["<section><h2>Settings</h2>"]
    if answer and answer.command:
        parts.append(
            "<p>To repeat it or continue it:</p>"
            f"<pre><code>{html.escape(answer.command)}</code></pre>"
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
    return Part("".join(parts) + "</section>")


def _made(answer: Answer) -> dict[str, Any]:
    """What the study was made of and when, as far as it is known."""
    lines = {"profile": answer.profile, "dataset": answer.dataset, "created": answer.created}
    return {name: value for name, value in lines.items() if value is not None}


def _time(answer: Answer) -> dict[str, str]:
    """What the search took, where one run trained it all, and what it was said to take."""
    took, estimated = answer.search_seconds, answer.estimated_seconds
    if took is None:
        return {}
    said = "" if estimated is None else f", estimated {estimated:.0f} s before it began"
    return {"time": f"{took:.0f} s{said}"}


def render_columns(about: About) -> Part:
    """What each column of trials.csv holds, folded away."""
    rows = (
        f"<tr><th scope='row'><code>{column.name}</code></th><td>{html.escape(column.unit)}</td>"
        f"<td>{html.escape(column.meaning)}</td></tr>"
        for column in COLUMNS
    )
    return Part(
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
