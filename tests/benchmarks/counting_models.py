"""`counting_models`: counting Keras models that are built, beside TensorFlow's own profiler.

Both are handed the same model. The profiler needs a frozen graph of it, so tracing and freezing
belong to its time; building the model belongs to neither. Compared is what both count: the
profiler's FLOPs of convolutions and matrix products, halved, and the MACs counted here without
those of biases, which it has under additions.
"""

import os
import statistics
import time
from pathlib import Path
from typing import Any

from . import records

AIM = 100
OPERATIONS = ("Conv2D", "DepthwiseConv2dNative", "MatMul")
MODELS = ("ResNet50", "ResNet152", "DenseNet169", "InceptionV3", "Xception", "EfficientNetB0")


def run(out: Path, rounds: int, models: tuple[str, ...] = MODELS) -> str:
    """Measure, write the table, return the page."""
    rows = [_row(name, rounds) for name in models]
    times = [row["times_as_fast"] for row in rows]
    same = sum(row["the_same"] == "yes" for row in rows)
    lines = [
        f"Counting a built Keras model is {min(times):,.0f} to {max(times):,.0f} times as fast as "
        f"TensorFlow's profiler on the same model. Aim: at least {AIM} times.",
        f"Both count the same for convolutions and dense layers of {same} of {len(rows)} models.",
        f"Counting is the median of {rounds} rounds, the profiler runs once; building the model is "
        "in neither time.",
    ]
    table = records.Table("", "Beside TensorFlow's profiler", rows)
    return records.write(out, "counting_models", "Counting Keras models", lines, [table])


def _row(name: str, rounds: int) -> dict[str, Any]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up chatter
    import keras

    from scalesearch.keras_models.counting.model_cost import count

    keras.backend.clear_session()
    model = getattr(keras.applications, name)(weights=None)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        found = count(model)
        seconds.append(time.perf_counter() - start)
    counting = statistics.median(seconds)
    profiling, flops = _profiled(model)
    counted = found.cost.macs - _biases(model, found)
    return {
        "model": name,
        "layers": len(model.layers),
        "counting_seconds": round(counting, 5),
        "profiler_seconds": round(profiling, 2),
        "times_as_fast": round(profiling / counting),
        "macs": found.cost.macs,
        "without_biases": counted,
        "profiler_flops_halved": flops // 2,
        "the_same": "yes" if flops == 2 * counted else f"no: {flops / 2 / counted:.4f} times",
    }


def _biases(model: Any, found: Any) -> int:
    """MACs that are additions of a bias, for one image: one for each element put out."""
    biased = {layer.name for layer in model.layers if getattr(layer, "use_bias", False)}
    layers = [layer for layer in found.layers if layer.name in biased]
    if any(layer.kind == "SeparableConv2D" for layer in layers):
        raise NotImplementedError("a separable convolution with a bias: half its output has none")
    return sum(layer.cost.acts for layer in layers)


def _profiled(model: Any) -> tuple[float, int]:
    """Seconds of TensorFlow's profiler, and its FLOPs of convolutions and matrix products."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    image = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
    start = time.perf_counter()
    function = tf.function(lambda x: model(x, training=False)).get_concrete_function(image)
    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    with convert_variables_to_constants_v2(function).graph.as_default() as graph:
        found = profiler.profile(graph, cmd="op", options=options.with_empty_output().build())
    elapsed = time.perf_counter() - start
    return elapsed, sum(each.float_ops for each in _walk(found) if each.name in OPERATIONS)


def _walk(node: Any) -> list[Any]:
    """The operations below a node of the profiler's answer, which nests them."""
    return [each for child in node.children for each in (child, *_walk(child))]
