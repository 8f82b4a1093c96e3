"""The memory that one training takes, predicted from its network before anything is built.

What is predicted is the peak of a worker's own bytes on a CPU: what it has beyond the process that
it was forked from (libraries, mostly), with one thread. It is a walk over the blocks that the
training walks too, which says what the forward pass keeps for the way back. Constants are fitted to
trainings that were measured; `python -m tests.benchmarks memory` measures again and compares.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from scalesearch.core.cost import Cost
from scalesearch.core.networks import Network
from scalesearch.core.resolution import Resolution

FLOAT = 4
"""Bytes of a number."""
SCORED_AT_ONCE = 250
"""Validation images in one step of scoring."""
HELD_WHOLE = 2**30
"""Bytes up to which one part of the images is held in memory, at the network's resolution."""
RESIZED_AT_ONCE = 512
"""Images that are resized in one step, as floats."""

# Fitted to the tables' trainings in results/benchmarks/memory.md: EfficientNet-B0, MobileNetV1, V2,
# ResNet-50, 8 to 224 px, batches of 4 to 256, 0.02 to 35 M parameters, SGD, AdamW, RMSProp. Four
# were looked at only afterwards (gelu, batch 256, ResNet-50 and MobileNetV2 at 64 px): 1.01 to 1.05
# times. One thread (two took up to 6 % more), Linux on x86-64, TensorFlow 2.21 with oneDNN, glibc's
# malloc, huge pages on request. The same training's peak moved by up to 13 % from run to run.
RUNTIME = 55e6  # bytes: TensorFlow's first steps, pages of the server that a child writes to
LAYER = 1.15e6  # bytes a layer of the block list: the graphs of a training and of a scoring step
KEPT = 1.08  # of what the way back needs: freed pieces that malloc cannot use again
LIVE = 1.05  # the same of scoring
HELD_VECTORS = 2  # as long as the weights, beside the optimiser's: themselves and their decay
STEP_VECTORS = 2.0  # beside what is kept for the way back: the weights in pieces, gradients
UPDATE_VECTORS = 5.5  # after it: gradients, and what the optimiser makes of them
SCORE_VECTORS = 2.5
RESIZED = 2.5  # copies, as floats, of the images that are being resized
SAFETY = 1.05  # measured peaks lie up to 5 % above the fit
SAVED = 0.35  # of the state: a checkpoint leaves freed pieces between those that are in use
LAYER_AGAIN = 0.4e6  # bytes a layer more then: measured with a graph for statistics beside
AGAIN = 20 * 10**6  # bytes more where a process trains its network again, and one copy of its state

# Of a function's model, fitted to the 6 there: what each layer keeps is not known.
BUILT_RUNTIME = 80e6
BUILT_LAYER = 1.55e6
BUILT_KEPT = 4.3  # of all outputs
BUILT_LIVE = 3.2  # of the largest output


@dataclass(frozen=True, slots=True)
class Workload:
    """What of a training decides its memory, the network apart.

    Attributes:
        batch_size: images that go through the network at one time.
        accumulated: gradients of several such are gathered before a step.
        slots: vectors of the optimiser, each as long as the weights.
        averaged: averaged weights are kept too.
        train, validation: image counts.
        stored: size of the images on disk; None where they come batch by batch.
        again: a process may train the network again, with another seed.
    """

    batch_size: int
    slots: int
    averaged: bool
    train: int
    validation: int
    stored: Resolution | None
    accumulated: bool = False
    again: bool = False


class Model(NamedTuple):
    """What is known of a function's model: its layers, the numbers in the largest output of one."""

    layers: int
    largest: int


SLOTS = {"sgd": 1, "adamw": 2, "rmsprop": 2}
"""Vectors of each optimiser."""


def worker_bytes(
    network: Network, counted: Cost, work: Workload, model: Model | None = None
) -> int:
    """The predicted peak of a worker that trains `network`, in bytes.

    A function's network needs its `model`. On the networks named above within 25 % of what was
    measured and never 5 % less; of a function's within 60 %, and others may be further off.
    """
    held: float = _held(network, work)
    vectors = FLOAT * counted.params
    held += vectors * (HELD_VECTORS + work.slots + work.averaged + work.accumulated)
    state = vectors * (1 + work.slots + work.averaged)
    needs = network.footprint(work.batch_size)
    if work.again:
        held += AGAIN + state
    elif needs is not None:
        held += SAVED * state
    if needs is None:
        if model is None:
            raise ValueError(f"worker_bytes needs the model of {network.title}")
        fixed = BUILT_RUNTIME + BUILT_LAYER * model.layers
        kept, live = BUILT_KEPT * counted.acts, BUILT_LIVE * model.largest
    else:
        fixed = RUNTIME + (LAYER + LAYER_AGAIN * work.again) * needs.layers
        kept, live = KEPT * needs.kept, LIVE * needs.live
    train = FLOAT * work.batch_size * kept
    score = FLOAT * min(SCORED_AT_ONCE, work.validation) * live
    peak = max(
        train + vectors * STEP_VECTORS,
        vectors * UPDATE_VECTORS,
        score + vectors * SCORE_VECTORS,
        _resizing(network, work),
    )
    return math.ceil(SAFETY * (fixed + held + peak))


def _held(network: Network, work: Workload) -> int:
    """Bytes of the images that are held at the network's resolution; those of its size are not."""
    if work.stored in (None, network.resolution):
        return 0
    image = network.resolution.pixels * network.input_channels
    parts = (count * image for count in (work.train, work.validation))
    return sum(part for part in parts if part <= HELD_WHOLE)


def _resizing(network: Network, work: Workload) -> float:
    if work.stored is None or work.stored == network.resolution:
        return 0.0
    images = min(RESIZED_AT_ONCE, max(work.train, work.validation))
    return RESIZED * FLOAT * images * work.stored.pixels * network.input_channels


def shrunk_batch(batch: int, bytes_at: Callable[[int], int], available: int) -> int | None:
    """The largest divisor of `batch` at which a worker fits into `available` bytes.

    Gradients of batch / divisor such parts, summed, are those of the whole batch, normalisation's
    statistics apart, which are then those of a part. `bytes_at` gives a worker's bytes at a batch.
    None where not even single images fit.
    """
    for parts in range(1, batch + 1):
        if batch % parts == 0 and bytes_at(batch // parts) <= available:
            return batch // parts
    return None


def saved_bytes(network: Network, counted: Cost, vectors: int) -> int:
    """Bytes of a file with `vectors` vectors as long as the weights, and moving statistics.

    Of a function's network the statistics are not known; a tenth of the weights stands for them.
    """
    statistics = network.statistics
    if statistics is None:
        statistics = math.ceil(counted.params / 10)
    return FLOAT * (vectors * counted.params + statistics)
