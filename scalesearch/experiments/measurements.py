"""Speed and memory of a network on this machine: it is run in a process of its own."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scalesearch.core.networks import Network
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError, parameter
from scalesearch.experiments import arguments
from scalesearch.experiments.network_names import meaning_of, network_of
from scalesearch.surroundings import program


def measure(
    network: Network | str | Path,
    *,
    batch: int = 32,
    resolution: Resolution | int | str | None = None,
    input_shape: Sequence[Sequence[int]] = (),
) -> dict[str, Any]:
    """Run a network on this machine, in a process of its own, and say how fast it is.

    Args:
        network: a network, its name (see `load`), or that of a Keras model (see `count`).
        batch: images of the batch whose throughput is taken.
        resolution: of a Keras model's input, in pixels; None for its own.
        input_shape: sizes of a Keras model's inputs without the batch, in the model's order.

    Returns:
        `latency_seconds` of a batch of one image and `images_per_second` at `batch`, each with
        `median`, `quartile_low`, `quartile_high` and `runs`; `peak_memory_bytes`,
        `memory_before_bytes` and `gpu_peak_memory_bytes` (None where not known); `batch`, `device`.

    Raises ScaleSearchError where it cannot be run, such as for want of memory.
    """
    batch = arguments.whole("batch", batch)
    if isinstance(network, str | Path) and meaning_of(str(network)) == "keras":
        size = arguments.resolution("resolution", resolution)
        shapes = [tuple(shape) for shape in input_shape]
        pixels = size.to_json() if size else None
        spec: dict[str, Any] = {"keras": str(network), "resolution": pixels, "shapes": shapes}
    else:
        found = network_of(network)
        spec = {"network": found.to_json()}
    return measure_spec(spec, batch)


def measure_spec(spec: dict[str, Any], batch: int) -> dict[str, Any]:
    """Speed and memory of the network in `spec` (see `keras_models/latency.py`), built here.

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
            f"The network could not be measured at a batch of {batch}: {why}.",
            remedy=_remedy(batch),
        )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if "error" in answer:
        raise ScaleSearchError(
            f"The network could not be measured: {answer['error']}.", remedy=_remedy(batch)
        )
    return answer


def _remedy(batch: int) -> str:
    smaller = f"Try a smaller {parameter('batch')}, or" if batch > 1 else "End other programs, or"
    return f"{smaller} leave {parameter('measure')} out."
