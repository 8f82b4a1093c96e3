"""Scores a trained network on the validation images."""

import itertools
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from scalesearch.training.start import Start

OBSERVED = 4096
"""Training images from which a trained network has its statistics.

A whole number of batches of at least so many, or one epoch where that is less.
"""


class Stopped(Exception):
    """The training was asked to stop; its checkpoint is on disk, if it has a place for any."""


def settle_statistics(start: Start, seed: int, go_on: Callable[[], bool]) -> None:
    """Measure normalisation's means and variances anew, over `OBSERVED` training images.

    Moving averages are those of weights that have changed since, and of the last batches above all;
    averaged weights have none of their own ("precise" batch normalisation: Wu & Johnson 2021, arXiv
    2105.07576, section 3). Raises Stopped where `go_on` says no.
    """
    start.learner.state.settle()
    _, recipe, _ = start.of
    further = start.images.epoch(seed, recipe.epochs)  # in an order that no epoch trained has
    seen = 0
    for batch, _ in itertools.islice(further, -(-OBSERVED // recipe.batch_size)):
        for part in np.split(batch, recipe.parts):
            seen += 1
            start.learner.observe(tf.constant(part), tf.constant(1 / seen, tf.float32))
        if not go_on():
            raise Stopped


def evaluate(start: Start, go_on: Callable[[], bool] = lambda: True) -> tuple[float, float]:
    """Top-1 accuracy (0 to 1) and mean cross-entropy on the validation images.

    Raises Stopped where `go_on`, asked after each batch, says no.
    """
    start.learner.state.settle()
    images = start.validation
    hits, losses = 0, 0.0
    for batch, labels in images.epoch(0, 0):
        right, loss = start.learner.score(tf.constant(batch), tf.constant(labels))
        hits += int(right)
        losses += float(loss)
        if not go_on():
            raise Stopped
    return hits / images.count, losses / images.count
