"""`grid --measure` and `--max-latency`: a search's full-size networks, run one after another.

Times differ from run to run, so they stand beside the search's table (`measured.csv`), not in it;
and a study keeps those that a limit was held against, so that it leaves out the same candidates
when it is continued.
"""

from pathlib import Path
from typing import Any

from scalesearch.cli.measure import measure
from scalesearch.cli.measured_file import Measured, measured_of, read_measured
from scalesearch.cli.render import note, ratio, table
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.networks import Network
from scalesearch.core.plan import Plan, refusing
from scalesearch.errors import ScaleSearchError


def measured_rows(plan: Plan, batch: int, folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Speed and memory by candidate name, the baseline's too; equal networks are run once.

    What `measured.csv` in `folder` says is not measured again. One that cannot be run has its
    reason under "error".
    """
    rows = (plan.reference, *plan.accepted)
    kept = read_measured(plan, folder) if folder else {}
    done: dict[str, dict[str, Any]] = {}
    known: dict[object, dict[str, Any]] = {}
    for index, row in enumerate(rows, 1):
        network, name = row.full.network, row.candidate.name
        key = (network.resolution, network.repeats, row.full.cost)
        if name in kept:
            known.setdefault(key, kept[name])
        elif key not in known:
            note(f"[{index}/{len(rows)}] measuring {name}")
            known[key] = _one(network, batch)
        done[name] = kept.get(name, known[key])
    return done


def _one(network: Network, batch: int) -> dict[str, Any]:
    kind = "function" if isinstance(network, FunctionNetwork) else "table"
    try:
        return measure({kind: network.to_json()}, batch)
    except ScaleSearchError as error:
        return {"error": str(error)}


def within_latency(plan: Plan, measured: Measured, most: float) -> Plan:
    """The plan with candidates slower than `most` milliseconds, or never run, refused.

    Latency is the median time of one image. Raises ScaleSearchError where no candidate is left.
    """
    reasons = {}
    for name, answer in measured.items():
        if "error" in answer:
            reasons[name] = answer["error"]
            continue
        latency = 1e3 * answer["latency_seconds"]["median"]
        if latency > most:
            reasons[name] = f"{latency:.4g} ms an image, more than --max-latency {most:g}"
    return refusing(plan, reasons)


def measured_text(plan: Plan, measured: Measured) -> str:
    """Medians as a table, in the order of the candidates."""
    lines = [
        (row.candidate.name, ratio(row.full.ratio), *_medians(measured[row.candidate.name]))
        for row in measured_of(plan, measured)
    ]
    headings = ("candidate", "MACs ratio", "latency, ms", "images/s", "peak memory, MiB")
    return table(headings, lines, left=("candidate",))


def _medians(answer: dict[str, Any]) -> tuple[str, str, str]:
    if "error" in answer:
        return "-", "-", "-"
    memory = answer["peak_memory_bytes"]
    return (
        ratio(1e3 * answer["latency_seconds"]["median"]),
        ratio(answer["images_per_second"]["median"]),
        "-" if memory is None else f"{memory / 2**20:,.0f}",
    )
