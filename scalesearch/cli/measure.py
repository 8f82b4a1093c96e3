"""`--measure`: runs a network on this machine, in a process of its own."""

import json
import subprocess
from typing import Any

from scalesearch.core.quantities import mebibytes, ratio
from scalesearch.errors import ScaleSearchError
from scalesearch.surroundings import program


def measure(spec: dict[str, Any], batch: int) -> dict[str, Any]:
    """Speed and memory of the network in `spec` (see `proxy/measuring.py`), built here.

    Raises ScaleSearchError where it cannot be run, such as for want of memory.
    """
    done = subprocess.run(
        **program("scalesearch.keras_models.latency"),
        input=json.dumps({**spec, "batch": batch}),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        told = done.stderr.strip().splitlines()
        why = told[-1] if told and done.returncode > 0 else "it was killed, likely out of memory"
        raise ScaleSearchError(
            f"The network could not be measured at a batch of {batch}: {why}. {_remedy(batch)}"
        )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if "error" in answer:
        raise ScaleSearchError(
            f"The network could not be measured: {answer['error']}. {_remedy(batch)}"
        )
    return answer


def _remedy(batch: int) -> str:
    smaller = "Try a smaller --batch, or" if batch > 1 else "End other programs, or"
    return f"{smaller} leave --measure out."


def measured_lines(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Facts for a person: medians, and the quartiles as spread."""
    latency = {key: 1e3 * value for key, value in answer["latency_seconds"].items()}
    speed = answer["images_per_second"]
    lines = [
        ("latency", f"{_spread(latency, 'ms')} at batch 1, {answer['device']}"),
        ("throughput", f"{_spread(speed, 'images/s')} at batch {answer['batch']}"),
    ]
    if answer["peak_memory_bytes"] is not None:
        before = answer["memory_before_bytes"]
        lines.append(
            (
                "peak memory",
                f"{mebibytes(answer['peak_memory_bytes'])}, of which {mebibytes(before)} before "
                "the model was built",
            )
        )
    if answer["gpu_peak_memory_bytes"] is not None:
        lines.append(("peak GPU memory", mebibytes(answer["gpu_peak_memory_bytes"])))
    return lines


def _spread(values: dict[str, float], unit: str) -> str:
    low, high = ratio(values["quartile_low"]), ratio(values["quartile_high"])
    return f"{ratio(values['median'])} {unit} (half of the runs {low} to {high})"
