"""What a measurement leaves: a CSV table, and a page with hardware and date beside it."""

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.errors import ScaleSearchError
from scalesearch.files.csv_files import write_rows

from . import machine


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind; all have the same keys. `name` is the end of the CSV file's name.

    A long one is not `shown` on the page.
    """

    name: str
    caption: str
    rows: Sequence[Mapping[str, Any]]
    shown: bool = True


def write(
    out: Path,
    name: str,
    title: str,
    lines: Sequence[str],
    tables: Sequence[Table],
    program: str = "tests.benchmarks",
) -> str:
    """Write `name`.md and one CSV a table into the folder `out`; returns the page's text.

    `lines` are sentences that stand above the tables; `program` is the module that was run.
    """
    out.mkdir(parents=True, exist_ok=True)
    parts = [f"# {title}", "", *lines]
    for table in tables:
        file = "_".join(filter(None, (name, table.name))) + ".csv"
        names = list(table.rows[0])
        rows = [[row[name] for name in names] for row in table.rows]
        write_rows(out / file, names, rows, ScaleSearchError)
        parts += ["", f"{table.caption} (`{file}`)"]
        parts += ["", markdown(table.rows)] if table.shown else []
    parts += ["", "Measured on:", "", f"- command: `{_command(program, sys.argv[1:])}`"]
    parts += [f"- {key}: {value}" for key, value in machine.facts().items()]
    text = "\n".join(parts) + "\n"
    (out / f"{name}.md").write_text(text, encoding="utf-8")
    return text


def _command(program: str, arguments: Sequence[str]) -> str:
    """What was run, without where folders lie on this machine."""
    folders = {"--out", "--results", "--data-dir", "--work", "--rows"}
    after = ["", *arguments]
    kept = [
        word
        for word, before in zip(arguments, after, strict=False)
        if word not in folders and before not in folders
    ]
    return shlex.join(["python", "-m", program, *kept])


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with the same keys as a Markdown table, numbers to the right."""
    keys = list(rows[0])
    numbers = {key: all(isinstance(row[key], int | float | None) for row in rows) for key in keys}
    lines = [
        [key.replace("_", " ") for key in keys],
        ["---:" if numbers[key] else "---" for key in keys],
        *([_shown(row[key]) for key in keys] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
