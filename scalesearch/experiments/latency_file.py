"""`measured.csv` of a study: what its full-size networks took on the machine that ran them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scalesearch.core.pairs import Pair
from scalesearch.errors import StudyError
from scalesearch.experiments.plans import Plan
from scalesearch.files import csv_files

FILE = "measured.csv"
_TIMINGS = ("latency_seconds", "images_per_second")
_PARTS = {"median": float, "quartile_low": float, "quartile_high": float, "runs": int}
_FACTS = {
    "peak_memory_bytes": int,
    "memory_before_bytes": int,
    "gpu_peak_memory_bytes": int,
    "batch": int,
    "device": str,
}
_COSTS = ("macs", "params", "acts")
_TIMES = tuple(f"{what}_{part}" for what in _TIMINGS for part in _PARTS)
_COLUMNS = ("name", *_COSTS, *_TIMES, *_FACTS, "error")

Measured = Mapping[str, dict[str, Any]]
"""Speed and memory by candidate name; the reason under "error" for what could not be run."""


def measured_of(plan: Plan[Any, Any], measured: Measured) -> list[Pair[Any]]:
    """The pairs of the plan that were measured, the baseline's first."""
    return [pair for pair in (plan.baseline, *plan.pairs) if pair.name in measured]


def write_measured(plan: Plan[Any, Any], measured: Measured, folder: Path) -> Path:
    """Write `measured.csv` whole into the study's folder: seconds, images a second, bytes."""
    rows = []
    for pair in measured_of(plan, measured):
        answer = measured[pair.name]
        flat = {
            f"{what}_{part}": value
            for what in _TIMINGS
            for part, value in answer.get(what, {}).items()
        }
        flat |= {name: answer.get(name) for name in (*_FACTS, "error")}
        flat |= {"name": pair.name, **pair.full.cost._asdict()}
        rows.append([flat.get(name) for name in _COLUMNS])
    csv_files.write_rows(folder / FILE, _COLUMNS, rows, StudyError)
    return folder / FILE


def read_measured(plan: Plan[Any, Any], folder: Path) -> dict[str, dict[str, Any]]:
    """What the study's file says of the networks of this plan; empty where there is none.

    Rows of other networks are left out. Raises StudyError for a file that is not as it was written.
    """
    costs = {pair.name: pair.full.cost for pair in (plan.baseline, *plan.pairs)}
    remedy = "Remove it, and the networks are measured again."
    try:
        rows = csv_files.read_rows(folder / FILE, _COLUMNS, StudyError, remedy)
    except FileNotFoundError:
        return {}
    return {
        row.text("name"): _answer(row)
        for row in rows
        if costs.get(row.text("name")) == tuple(row.whole(name) for name in _COSTS)
    }


def _answer(row: csv_files.Row) -> dict[str, Any]:
    if row.cells["error"]:
        return {"error": row.text("error")}
    timings = {
        what: {part: _read(row, f"{what}_{part}", kind) for part, kind in _PARTS.items()}
        for what in _TIMINGS
    }
    facts = {
        name: _read(row, name, kind) if row.cells[name] else None for name, kind in _FACTS.items()
    }
    return timings | facts


def _read(row: csv_files.Row, name: str, kind: type) -> Any:
    if kind is str:
        return row.text(name)
    return row.whole(name) if kind is int else row.number(name, low=0.0)
