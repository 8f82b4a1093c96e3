"""`counting`: architectures counted a second in one process, beside TensorFlow's own profiler.

Multipliers are drawn at random within the box of the paper's grid, no two the same, and each
network is made and counted. What a stage of given widths costs is remembered, as in a search; the
memory is empty at the start.
"""

import os
import random
import statistics
import time
from pathlib import Path
from typing import Any

from scalesearch.config.shipped_files import load_network
from scalesearch.core import cost as counting
from scalesearch.core.blocks import Classifier, Conv, SqueezeExcite, blocks
from scalesearch.core.cost import cost
from scalesearch.core.multipliers import Multipliers, scale
from scalesearch.core.network_table import TableNetwork

from . import records

LIMIT = 10_000
SEED = 0
OPERATIONS = ("Conv2D", "DepthwiseConv2dNative", "MatMul")
PROFILED = (Multipliers(1, 1, 1), Multipliers(1.2, 1.1, 1.15), Multipliers(1.5, 1.05, 1.1))


def run(out: Path, count: int, rounds: int) -> str:
    """Measure, write the tables, return the page."""
    b0 = load_network("efficientnet_b0")
    rates, distinct = [], 0
    for index in range(rounds):
        drawn = _draw(count, SEED + index)
        counting._block.cache_clear()
        counting._stage.cache_clear()
        start = time.perf_counter()
        found = [(network, cost(network)) for network in (scale(b0, by) for by in drawn)]
        rates.append(count / (time.perf_counter() - start))
        distinct = len({network for network, _ in found})
    profiled = [_profiled(scale(b0, by), by) for by in PROFILED]
    rate = statistics.median(rates)
    each = statistics.median(row["profiler_seconds"] for row in profiled)
    lines = [
        f"{rate:,.0f} architectures a second in one process (median of {rounds} rounds of "
        f"{count:,} different multipliers, {min(rates):,.0f} to {max(rates):,.0f}; in the last "
        f"round {distinct:,} distinct networks). Aim: at least {LIMIT:,}.",
        f"TensorFlow's profiler takes {each:.1f} s an architecture (building the Keras model, "
        f"tracing and freezing it, counting), {each * rate:,.0f} times as long.",
        "The profiler's FLOPs of convolutions and linear layers, halved, are compared with the "
        "MACs counted here without those of biases, which it has under additions.",
    ]
    rows = [{"round": index, "architectures_a_second": rate} for index, rate in enumerate(rates)]
    tables = [
        records.Table("", "Counting", rows),
        records.Table("profiler", "Beside TensorFlow's profiler", profiled),
    ]
    return records.write(out, "counting", "Counting architectures", lines, tables)


def _draw(count: int, seed: int) -> list[Multipliers]:
    """Different multipliers within alpha 1 to 2, beta and gamma 1 to 1.5."""
    draw = random.Random(seed)
    drawn = {(draw.uniform(1, 2), draw.uniform(1, 1.5), draw.uniform(1, 1.5)) for _ in range(count)}
    assert len(drawn) == count
    return [Multipliers(*each) for each in sorted(drawn, key=lambda _: draw.random())]


def _biases(network: TableNetwork) -> int:
    """MACs that are additions of a bias, for one image; convolutions have none."""
    total = 0
    for block in blocks(network):
        for layer in block.all_layers:
            match layer:
                case SqueezeExcite(channels, reduced):
                    total += channels + reduced
                case Classifier(_, classes):
                    total += classes
                case Conv(bias=True):
                    raise NotImplementedError("a convolution with a bias")
    return total


def _profiled(network: TableNetwork, by: Multipliers) -> dict[str, Any]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's start-up chatter
    import keras
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    from scalesearch.keras_models.table_model import build

    keras.backend.clear_session()
    size = network.resolution
    image = tf.TensorSpec((1, size.height, size.width, network.input_channels), tf.float32)
    start = time.perf_counter()
    model = build(network)
    function = tf.function(lambda x: model(x, training=False)).get_concrete_function(image)
    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    with convert_variables_to_constants_v2(function).graph.as_default() as graph:
        found = profiler.profile(graph, cmd="op", options=options.with_empty_output().build())
    elapsed = time.perf_counter() - start
    flops = {child.name: child.float_ops for child in _walk(found)}
    counted = cost(network).macs - _biases(network)
    halved = sum(flops.get(name, 0) for name in OPERATIONS) / 2
    return {
        "depth": by.depth,
        "width": by.width,
        "resolution": network.resolution.to_json(),
        "profiler_seconds": round(elapsed, 2),
        "macs_counted": cost(network).macs,
        "without_biases": counted,
        "profiler_flops_halved": int(halved),
        "the_same": "yes" if halved == counted else f"no: {halved / counted:.4f} times",
        "profiler_flops_of_all_halved": found.total_float_ops // 2,
    }


def _walk(node: Any) -> list[Any]:
    """The operations below a node of the profiler's answer, which nests them."""
    return [each for child in node.children for each in (child, *_walk(child))]
