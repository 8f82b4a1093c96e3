"""`measured.csv` of a study: what its full-size networks took on the machine that ran them."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scalesearch.core.plan import Plan, Row
from scalesearch.errors import StudyError
from scalesearch.files import write_whole

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

Measured = Mapping[str, dict[str, Any]]
"""Speed and memory by candidate name; the reason under "error" for what could not be run."""


def measured_of(plan: Plan, measured: Measured) -> list[Row]:
    """The rows of the plan that were measured, the baseline's first."""
    return [row for row in (plan.reference, *plan.rows) if row.candidate.name in measured]


def write_measured(plan: Plan, measured: Measured, folder: Path) -> Path:
    """Write `measured.csv` whole into the study's folder: seconds, images a second, bytes."""
    columns = ["name", *_COSTS, *(f"{what}_{part}" for what in _TIMINGS for part in _PARTS)]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*columns, *_FACTS, "error"], lineterminator="\n")
    writer.writeheader()
    for row in measured_of(plan, measured):
        answer = measured[row.candidate.name]
        flat = {
            f"{what}_{part}": value
            for what in _TIMINGS
            for part, value in answer.get(what, {}).items()
        }
        flat |= {name: answer.get(name) for name in (*_FACTS, "error")}
        writer.writerow({"name": row.candidate.name, **row.full.cost._asdict(), **flat})
    write_whole(folder / FILE, text.getvalue().encode(), StudyError)
    return folder / FILE


def read_measured(plan: Plan, folder: Path) -> dict[str, dict[str, Any]]:
    """What the study's file says of the networks of this plan; empty where there is none.

    Rows of other networks are left out. Raises StudyError for a file that is not as it was written.
    """
    path = folder / FILE
    costs = {row.candidate.name: row.full.cost for row in (plan.reference, *plan.rows)}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {
                row["name"]: _answer(row)
                for row in csv.DictReader(file, strict=True)
                if costs.get(row["name"]) == tuple(int(row[name]) for name in _COSTS)
            }
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise StudyError(
            f"{path} is damaged ({error!r}). Remove it, and the networks are measured again."
        ) from error


def _answer(row: Mapping[str, str]) -> dict[str, Any]:
    if row["error"]:
        return {"error": row["error"]}
    timings = {
        what: {part: kind(row[f"{what}_{part}"]) for part, kind in _PARTS.items()}
        for what in _TIMINGS
    }
    facts = {name: kind(row[name]) if row[name] else None for name, kind in _FACTS.items()}
    return timings | facts
