"""The full-size networks of a search, run on this machine one after another.

Times differ from run to run, so they stand beside the search's table (`measured.csv`), not in it;
and a study keeps those that a limit was held against, so that it leaves out the same candidates
when it is continued.
"""

from pathlib import Path
from typing import Any

from scalesearch.core.networks import Network
from scalesearch.errors import ScaleSearchError, parameter
from scalesearch.experiments.grid import SearchPlan, refusing
from scalesearch.experiments.latency_file import Measured, read_measured
from scalesearch.experiments.measurements import measure_spec
from scalesearch.experiments.network_names import Tell, silent


def measured_rows(
    plan: SearchPlan, batch: int, folder: Path | None = None, tell: Tell = silent
) -> dict[str, dict[str, Any]]:
    """Speed and memory by candidate name, the baseline's too; equal networks are run once.

    What `measured.csv` in `folder` says is not measured again. One that cannot be run has its
    reason under "error".
    """
    rows = (plan.baseline, *plan.accepted)
    kept = read_measured(plan, folder) if folder else {}
    done: dict[str, dict[str, Any]] = {}
    known: dict[object, dict[str, Any]] = {}
    for index, row in enumerate(rows, 1):
        network, name = row.full.network, row.name
        key = (network.resolution, network.repeats, row.full.cost)
        if name in kept:
            known.setdefault(key, kept[name])
        elif key not in known:
            tell(f"[{index}/{len(rows)}] measuring {name}")
            known[key] = _one(network, batch)
        done[name] = kept.get(name, known[key])
    return done


def _one(network: Network, batch: int) -> dict[str, Any]:
    try:
        return measure_spec({"network": network.to_json()}, batch)
    except ScaleSearchError as error:
        return {"error": str(error)}


def within_latency(plan: SearchPlan, measured: Measured, most: float) -> SearchPlan:
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
            reasons[name] = (
                f"{latency:.4g} ms an image, more than {parameter('max_latency')} {most:g}"
            )
    return refusing(plan, reasons)
