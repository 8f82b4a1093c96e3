"""Times a few steps of a training on noise: how fast this machine trains a network."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.networks import Network
from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.training import trainer, validation
from scalesearch.training.backends import backend_of
from scalesearch.training.learner import ScoringStep

_WARM_STEPS = 2  # the first makes the graph, the second memory that later ones use again
_LEAST_STEPS, _MOST_STEPS = 3, 200
_SECONDS = 1.5  # of timed steps, unless the fewest take longer
_RESIZED = 512


def calibrate(
    network: Network,
    recipe: Recipe,
    counts: Mapping[str, Any],
    go_on: Callable[[int], bool],
) -> dict[str, Any]:
    """What a training of `network` would take, as a training's own result tells it.

    "images_per_second" is that of its steps at the recipe's batch; "seconds" is what comes beside
    them: building, both graphs, the enlarged or shrunk images, and the scoring, for `counts`
    {"train", "validation", "scored_at_once", "stored"}: images, images a step of scoring, and
    their size on disk as JSON has it (None where they come one by one). Nothing is learnt: "top1"
    is 0. Raises Stopped where `go_on` says no after a step.
    """
    begun = time.perf_counter()
    trainer.settle(0)
    learner = backend_of(network).learner(network, recipe, 0)
    images, labels = _noise(network, recipe.batch_size)
    spent: list[float] = []
    for step in _steps(spent):
        started = time.perf_counter()
        moment = tf.constant([0, step])
        float(learner.take(tf.constant(images), tf.constant(labels), tf.constant(0.0), moment))
        spent.append(time.perf_counter() - started)
        if not go_on(step + 1):
            raise validation.Stopped
    timed = spent[_WARM_STEPS:]
    beside = time.perf_counter() - begun - sum(spent[1:])
    beside += _scoring(learner.score, network, counts)
    beside += _resizing(network, counts)
    rate = recipe.batch_size * len(timed) / sum(timed)
    return {"top1": 0.0, "loss": 0.0, "epochs": 1, "seconds": beside, "images_per_second": rate}


def _steps(spent: list[float]) -> Iterator[int]:
    """Numbers of steps, until the timed ones among those `spent` are enough."""
    for step in range(_WARM_STEPS + _MOST_STEPS):
        timed = spent[_WARM_STEPS:]
        if len(timed) >= _LEAST_STEPS and sum(timed) >= _SECONDS:
            return
        yield step


def _noise(network: Network, count: int) -> tuple[np.ndarray, np.ndarray]:
    size = network.resolution
    shape = (count, size.height, size.width, network.input_channels)
    rng = np.random.default_rng(0)
    labels = rng.integers(0, network.classes, count, np.int32)
    return rng.integers(0, 256, shape, np.uint8), labels


def _scoring(score: ScoringStep, network: Network, counts: Mapping[str, Any]) -> float:
    """Seconds to score all validation images, the graph included."""
    count = min(counts["scored_at_once"], counts["validation"])
    images, labels = (tf.constant(part) for part in _noise(network, count))
    spent = []
    for _ in range(2):
        started = time.perf_counter()
        float(score(images, labels)[1])
        spent.append(time.perf_counter() - started)
    return spent[0] + spent[1] * (counts["validation"] / count - 1)


def _resizing(network: Network, counts: Mapping[str, Any]) -> float:
    """Seconds to bring stored images to the network's resolution, once a training."""
    total = counts["train"] + counts["validation"]
    stored = None if counts["stored"] is None else Resolution.of(counts["stored"])
    if stored in (None, network.resolution):
        return 0.0
    shape = (min(_RESIZED, total), stored.height, stored.width, network.input_channels)
    noise = np.zeros(shape, np.uint8)
    started = time.perf_counter()
    batches.resized(noise, network.resolution)
    return (time.perf_counter() - started) * total / len(noise)
