"""One training of one proxy, start to score, in the calling process."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.built import AnyNetwork, BuiltNetwork
from scalesearch.proxy import keras_step, step
from scalesearch.proxy.data import batches
from scalesearch.proxy.data.augment import Augmentation
from scalesearch.proxy.data.prepared import Prepared
from scalesearch.proxy.schedule import rate_at

VALIDATION_BATCH = 250


@dataclass(frozen=True, slots=True)
class Score:
    """What a training came to. `top1` and `loss` are of the validation images."""

    top1: float
    """Share of right answers, from 0 to 1."""
    loss: float
    """Mean cross-entropy in nats, without label smoothing."""
    epochs: int
    seconds: float
    """Wall time of the whole training, building and tracing included."""
    images_per_second: float
    """Training images a second, from the second step on, evaluation excluded."""


def train(
    network: AnyNetwork,
    recipe: Recipe,
    data: Prepared,
    seed: int,
    progress: Callable[[dict], None] = lambda _: None,
    keep: Callable[[Any], None] = lambda _: None,
) -> Score:
    """Train `network` by `recipe` on the prepared images; score it on the validation images.

    Deterministic for its arguments on one machine: weights, order, drops and augmentation all
    follow from `seed`. `progress` is called after each epoch with {"epoch", "epochs", "loss"}, the
    last being the mean training loss of that epoch. `keep` is given the trained state at the end.

    Raises FloatingPointError where the loss stops being a finite number, and DataError where the
    training part holds less than one batch.
    """
    begun = time.perf_counter()
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    # Graph optimisation costs more seconds at the start than it saves in a short training.
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    how = Augmentation(flip=recipe.flip, shift=recipe.shift, cutout=recipe.cutout)
    images = batches.training(data, network.resolution, recipe.batch_size, how)
    form = form_of(network)
    state = form.State(network, recipe, seed)
    take = form.training_step(network, recipe, state)
    done, spent = 0, 0.0
    for epoch in range(recipe.epochs):
        total = tf.constant(0.0)
        for batch, labels in images.epoch(seed, epoch):
            started = time.perf_counter()
            rate = tf.constant(rate_at(recipe, done / images.steps), tf.float32)
            total += take(tf.constant(batch), tf.constant(labels), rate, tf.constant([seed, done]))
            done += 1
            if done > 1:
                spent += time.perf_counter() - started
        loss = float(total) / images.steps
        if not math.isfinite(loss):
            raise FloatingPointError(f"the training loss became {loss} in epoch {epoch + 1}")
        progress({"epoch": epoch + 1, "epochs": recipe.epochs, "loss": loss})
    top1, loss = evaluate(network, state, data)
    keep(state)
    return Score(
        top1=top1,
        loss=loss,
        epochs=recipe.epochs,
        seconds=time.perf_counter() - begun,
        images_per_second=(done - 1) * recipe.batch_size / spent if spent else 0.0,
    )


def evaluate(network: AnyNetwork, state: Any, data: Prepared) -> tuple[float, float]:
    """Top-1 accuracy (0 to 1) and mean cross-entropy on the validation images."""
    score = form_of(network).scoring_step(network, state)
    images = batches.validation(data, network.resolution, VALIDATION_BATCH)
    hits, losses = 0, 0.0
    for batch, labels in images.epoch(0, 0):
        right, loss = score(tf.constant(batch), tf.constant(labels))
        hits += int(right)
        losses += float(loss)
    return hits / images.count, losses / images.count


def form_of(network: AnyNetwork) -> Any:
    """The module that trains this kind of network: both have the same four names."""
    return keras_step if isinstance(network, BuiltNetwork) else step
