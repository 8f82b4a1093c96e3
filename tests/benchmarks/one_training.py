"""One training that keeps more than a search does: several averaged weights and their scores."""

import itertools
import math
import time
from typing import Any

import numpy as np
import tensorflow as tf

from scalesearch.core.network_table import TableNetwork
from scalesearch.data.augmentation import Augmentation
from scalesearch.data.batches import ArrayBatches
from scalesearch.training.backends import backend_of
from scalesearch.training.learner import Learner
from scalesearch.training.learning_rate import rate_at
from scalesearch.training.trainer import settle

from .training_images import Part
from .training_jobs import Job
from .training_outcomes import PARTS

VALIDATION_BATCH = 250
_FIRST = 4000 // VALIDATION_BATCH
FEW, MANY = 1024, 4096
"""Training images over which statistics are measured anew."""


def train(job: Job, training: Part, validation: Part) -> dict[str, Any]:
    """Train the job's network and score it: plain values, as `training_rows.outcome_from` reads.

    Equal jobs give equal values but for their seconds, on one machine, with one thread.
    """
    network, recipe = job.network, job.recipe
    settle(job.seed)
    since = time.perf_counter()
    how = Augmentation(flip=recipe.flip, shift=recipe.shift, cutout=recipe.cutout)
    images = ArrayBatches(*training, network.resolution, recipe.batch_size, how)
    held_out = ArrayBatches(*validation, network.resolution, VALIDATION_BATCH, None)
    learner = backend_of(network).learner(network, recipe, job.seed)
    averages = _Averages(learner, job.decays)
    losses, spent = _steps(job, images, learner, averages)
    if not math.isfinite(sum(losses)):
        raise FloatingPointError(f"the training loss became {sum(losses)}")
    scores: dict[str, Any] = {}

    def score(name: str) -> None:
        scores[name] = found = _score(learner, held_out)
        if not math.isfinite(found["loss"]):
            raise FloatingPointError(f"the validation loss of {name} is {found['loss']}")

    def observe(count: int) -> None:
        further = images.epoch(job.seed, recipe.epochs)
        for seen, (batch, _) in enumerate(
            itertools.islice(further, count // recipe.batch_size), start=1
        ):
            learner.observe(tf.constant(batch), tf.constant(1 / seen, tf.float32))

    if job.full:
        score("last-moving")
        for count in (FEW, MANY):
            observe(count)
            score(f"last-{count}")
    for decay in job.decays:
        averages.use(decay)
        if job.full:
            observe(FEW)
            score(f"{decay}-{FEW}")
        observe(MANY)
        score(f"{decay}-{MANY}")
    return _facts(network, len(losses)) | {
        "losses": [float(part.mean()) for part in np.array_split(np.array(losses), PARTS)],
        "train_seconds": spent,
        "scores": scores,
        "seconds": time.perf_counter() - since,
    }


class _Averages:
    """The weights, averaged after each step with several decays at once."""

    def __init__(self, learner: Learner, decays: tuple[float, ...]) -> None:
        self._vector: Any = learner.state.vector  # type: ignore[attr-defined] # of a table
        kept = {decay: tf.Variable(self._vector.value) for decay in decays}
        self._kept = kept

        @tf.function(autograph=False)
        def follow() -> None:
            weights = self._vector.value.read_value()
            for decay, average in kept.items():
                average.assign_sub((1 - decay) * (average - weights))

        self.follow = follow

    def use(self, decay: float) -> None:
        """Score these from now on."""
        self._vector.assign(self._kept[decay].numpy())


def _steps(
    job: Job, images: ArrayBatches, learner: Learner, averages: _Averages
) -> tuple[list[float], float]:
    """Each step's loss, and the seconds from the end of the first step to that of the last."""
    recipe = job.recipe
    losses: list[tf.Tensor] = []
    began = None
    for epoch in range(recipe.epochs):
        for batch, labels in images.epoch(job.seed, epoch):
            step = len(losses)
            rate = tf.constant(rate_at(recipe, step / images.steps), tf.float32)
            moment = tf.constant([job.seed, step])
            losses.append(learner.take(tf.constant(batch), tf.constant(labels), rate, moment))
            averages.follow()
            began = began or time.perf_counter()
    found = [float(loss) for loss in losses]
    return found, time.perf_counter() - (began or 0.0)


def _score(learner: Learner, held_out: ArrayBatches) -> dict[str, float]:
    hits, losses = [], 0.0
    for batch, labels in held_out.epoch(0, 0):
        right, loss = learner.score(tf.constant(batch), tf.constant(labels))
        hits.append(int(right))
        losses += float(loss)
    first = sum(hits[:_FIRST])
    return {
        "top1": 100 * sum(hits) / held_out.count,
        "first4000": 100 * first / min(4000, held_out.count),
        "loss": losses / held_out.count,
    }


def _facts(network: TableNetwork, steps: int) -> dict[str, Any]:
    cost = network.cost
    return {"blocks": network.blocks, "macs": cost.macs, "params": cost.params, "steps": steps}
