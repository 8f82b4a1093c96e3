"""How fast a network runs on this machine, and how much memory that takes.

Run as a program (see `surroundings.program`), it reads one JSON spec from standard input and writes
one JSON answer as the last line of standard output, so that the peak of memory is that of this one
network.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError, parameter
from scalesearch.keras_models.model_inputs import inputs_of, inputs_text, is_open, packed, remedy

WARM_UP = 3
FEWEST, MOST = 10, 200
SECONDS = 3.0
"""Runs are added up to MOST until so much time has passed, but at least FEWEST."""


def measured(model: keras.Model, batch: int) -> dict[str, Any]:
    """Latency of one image in seconds, throughput at `batch` in images a second, peak memory.

    Each timing has the median, the quartiles and the number of runs; the first runs, which trace
    and warm up, are left out. Memory is the process's resident bytes at most, beside what it had
    before the model ran, and a GPU's own where there is one. Raises ScaleSearchError where an input
    leaves a size open.
    """
    if not inputs_of(model) or is_open(model):
        raise ScaleSearchError(
            f"{parameter('measure')} needs a model of inputs of known sizes. {model.name!r} takes "
            f"{inputs_text(model) or 'what it does not say'}.",
            remedy=remedy(model),
        )
    one = _times(model, 1)
    many = _times(model, batch)
    return {
        "latency_seconds": _summary(one),
        "images_per_second": _summary([batch / seconds for seconds in many]),
        "batch": batch,
        "peak_memory_bytes": peak_memory(),
        "gpu_peak_memory_bytes": _gpu_memory(),
        "device": "GPU" if tf.config.list_physical_devices("GPU") else "CPU",
    }


def _times(model: keras.Model, batch: int) -> list[float]:
    """Seconds of each forward pass on `batch` drawn inputs."""
    draw = np.random.default_rng(0)
    drawn = [_drawn([batch, *each.shape], each.dtype, draw) for each in inputs_of(model)]
    given = packed(model, drawn)

    @tf.function(autograph=False)
    def forward(values: Any) -> tf.Tensor:
        return model(values, training=False)

    return timed(lambda: tf.nest.flatten(forward(given))[0].numpy())


def _drawn(shape: list[Any], dtype: str, draw: np.random.Generator) -> tf.Tensor:
    """Numbers from -1 to 1; of whole numbers and texts, which may be looked up, the first."""
    kind = tf.as_dtype(dtype)
    if not kind.is_floating:
        return tf.zeros(shape, kind)
    return tf.cast(tf.constant(draw.uniform(-1, 1, shape).astype(np.float32)), kind)


def timed(run: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Seconds of each call of `run`, after the warm-up."""
    for _ in range(WARM_UP):
        run()
    seconds: list[float] = []
    begun = clock()
    while len(seconds) < FEWEST or (len(seconds) < MOST and clock() - begun < SECONDS):
        start = clock()
        run()
        seconds.append(clock() - start)
    return seconds


def _summary(values: list[float]) -> dict[str, float]:
    low, median, high = statistics.quantiles(values, n=4)
    return {"median": median, "quartile_low": low, "quartile_high": high, "runs": len(values)}


def peak_memory() -> int | None:
    """The most resident bytes that this process has had; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _gpu_memory() -> int | None:
    if not tf.config.list_physical_devices("GPU"):
        return None
    return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])


def _model(spec: dict[str, Any]) -> keras.Model:
    """The model with fresh weights: they do not change how fast it is."""
    if "network" in spec:
        from scalesearch.core.function_network import network_from_json
        from scalesearch.keras_models.network_models import model_of

        return model_of(network_from_json(spec["network"]))
    from scalesearch.keras_models.applications import PREFIX, application
    from scalesearch.keras_models.counting.model_cost import resized
    from scalesearch.keras_models.model_inputs import sized
    from scalesearch.keras_models.saved_files.keras_files import model_in

    name, asked = spec["keras"], spec["resolution"]
    resolution = None if asked is None else Resolution.of(asked)
    if name.startswith(PREFIX):
        model = application(name.removeprefix(PREFIX), resolution, weights=True)
    else:
        model = model_in(Path(name), weights=True)
        model = model if resolution is None else resized(model, resolution, weights=True)
    shapes = [tuple(shape) for shape in spec["shapes"]]
    return sized(model, shapes, weights=True) if shapes else model


def main() -> None:
    spec = json.load(sys.stdin)
    before = peak_memory()
    try:
        answer = measured(_model(spec), spec["batch"])
    except tf.errors.ResourceExhaustedError:
        answer = {"error": f"there is not enough memory for a batch of {spec['batch']}"}
    except ScaleSearchError as error:
        answer = {"error": str(error)}
    else:
        answer["memory_before_bytes"] = before
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
