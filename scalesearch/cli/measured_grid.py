"""`grid --measure`: the full-size networks of a search, run on this machine one after another.

Times differ from run to run, so they stand beside the search's table (`measured.csv`), not in it.
"""

import csv
import io
from pathlib import Path
from typing import Any

from scalesearch.cli.measure import measure
from scalesearch.cli.render import note, ratio, table
from scalesearch.core.built import AnyNetwork, BuiltNetwork
from scalesearch.core.plan import Plan, Row
from scalesearch.errors import ScaleSearchError
from scalesearch.files import write_whole

FILE = "measured.csv"
_FACTS = ("peak_memory_bytes", "memory_before_bytes", "gpu_peak_memory_bytes", "batch", "device")


def measured_rows(plan: Plan, batch: int) -> dict[str, dict[str, Any]]:
    """Speed and memory by candidate name, the baseline's too; equal networks are run once.

    One that cannot be run has its reason under "error".
    """
    rows = (plan.reference, *plan.accepted)
    done: dict[str, dict[str, Any]] = {}
    known: dict[object, dict[str, Any]] = {}
    for index, row in enumerate(rows, 1):
        network = row.full.network
        key = (network.resolution, network.repeats, row.full.cost)
        if key not in known:
            note(f"[{index}/{len(rows)}] measuring {row.candidate.name}")
            known[key] = _one(network, batch)
        done[row.candidate.name] = known[key]
    return done


def _one(network: AnyNetwork, batch: int) -> dict[str, Any]:
    kind = "function" if isinstance(network, BuiltNetwork) else "table"
    try:
        return measure({kind: network.to_json()}, batch)
    except ScaleSearchError as error:
        return {"error": str(error)}


def measured_text(plan: Plan, measured: dict[str, dict[str, Any]]) -> str:
    """Medians as a table, in the order of the candidates."""
    lines = [
        (row.candidate.name, ratio(row.full.ratio), *_medians(measured[row.candidate.name]))
        for row in _rows(plan, measured)
    ]
    headings = ("candidate", "MACs ratio", "latency, ms", "images/s", "peak memory, MiB")
    return table(headings, lines, left=("candidate",))


def write_measured(plan: Plan, measured: dict[str, dict[str, Any]], folder: Path) -> Path:
    """Write `measured.csv` whole into the study's folder: seconds, images a second, bytes."""
    columns = ["name", "macs", "params", "acts"]
    for what in ("latency_seconds", "images_per_second"):
        columns += [
            f"{what}_{part}" for part in ("median", "quartile_low", "quartile_high", "runs")
        ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*columns, *_FACTS, "error"], lineterminator="\n")
    writer.writeheader()
    for row in _rows(plan, measured):
        answer = measured[row.candidate.name]
        flat = {
            f"{what}_{part}": value
            for what in ("latency_seconds", "images_per_second")
            for part, value in answer.get(what, {}).items()
        }
        flat |= {name: answer.get(name) for name in (*_FACTS, "error")}
        writer.writerow({"name": row.candidate.name, **row.full.cost._asdict(), **flat})
    write_whole(folder / FILE, text.getvalue().encode(), ScaleSearchError)
    return folder / FILE


def _rows(plan: Plan, measured: dict[str, dict[str, Any]]) -> list[Row]:
    return [row for row in (plan.reference, *plan.rows) if row.candidate.name in measured]


def _medians(answer: dict[str, Any]) -> tuple[str, str, str]:
    if "error" in answer:
        return "-", "-", "-"
    memory = answer["peak_memory_bytes"]
    return (
        ratio(1e3 * answer["latency_seconds"]["median"]),
        ratio(answer["images_per_second"]["median"]),
        "-" if memory is None else f"{memory / 2**20:,.0f}",
    )
