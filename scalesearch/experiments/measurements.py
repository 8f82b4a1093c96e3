"""Speed and memory of networks on this machine: of one, or of a search's full-size networks.

Times differ from run to run, so a search's stand beside its table (`measured.csv`), not in it; and
a study keeps those that a limit was held against, so that it leaves out the same candidates when it
is continued.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scalesearch.core.networks import Network
from scalesearch.core.plan import Plan, refusing
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.latency_file import Measured, read_measured
from scalesearch.experiments.latency_run import measure_spec
from scalesearch.experiments.network_names import Tell, kind_of, load, silent


def measure(
    network: Network | str | Path,
    *,
    batch: int = 32,
    resolution: Resolution | int | str | None = None,
    input_shapes: Sequence[Sequence[int]] = (),
) -> dict[str, Any]:
    """Run a network on this machine, in a process of its own, and say how fast it is.

    Args:
        network: a network, its name (see `load`), or that of a Keras model (see `count`).
        batch: images of the batch whose throughput is taken.
        resolution: of a Keras model's input, in pixels; None for its own.
        input_shapes: sizes of a Keras model's inputs without the batch, in the model's order.

    Returns:
        `latency_seconds` of a batch of one image and `images_per_second` at `batch`, each with
        `median`, `quartile_low`, `quartile_high` and `runs`; `peak_memory_bytes`,
        `memory_before_bytes` and `gpu_peak_memory_bytes` (None where not known); `batch`, `device`.

    Raises ScaleSearchError where it cannot be run, such as for want of memory.
    """
    if isinstance(network, str | Path) and kind_of(str(network)) == "keras":
        size = None if resolution is None else Resolution.of(resolution).to_json()
        shapes = [tuple(shape) for shape in input_shapes]
        spec: dict[str, Any] = {"keras": str(network), "resolution": size, "shapes": shapes}
    else:
        found = load(network) if isinstance(network, str | Path) else network
        spec = {"network": found.to_json()}
    return measure_spec(spec, batch)


def measured_rows(
    plan: Plan, batch: int, folder: Path | None = None, tell: Tell = silent
) -> dict[str, dict[str, Any]]:
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
            tell(f"[{index}/{len(rows)}] measuring {name}")
            known[key] = _one(network, batch)
        done[name] = kept.get(name, known[key])
    return done


def _one(network: Network, batch: int) -> dict[str, Any]:
    try:
        return measure_spec({"network": network.to_json()}, batch)
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
