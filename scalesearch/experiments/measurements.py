"""Speed and memory of a network on this machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scalesearch.core.networks import Network
from scalesearch.core.resolution import Resolution
from scalesearch.experiments import arguments
from scalesearch.experiments.latency_run import measure_spec
from scalesearch.experiments.network_names import kind_of, network_of


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
    if isinstance(network, str | Path) and kind_of(str(network)) == "keras":
        size = arguments.resolution("resolution", resolution)
        shapes = [tuple(shape) for shape in input_shape]
        pixels = size.to_json() if size else None
        spec: dict[str, Any] = {"keras": str(network), "resolution": pixels, "shapes": shapes}
    else:
        found = network_of(network)
        spec = {"network": found.to_json()}
    return measure_spec(spec, batch)
