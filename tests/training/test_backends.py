"""Every kind of network has a backend, and a further kind is a class and an entry."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.keras_models.network_models import BUILDERS
from scalesearch.training import backends, trainer
from scalesearch.training.learner import Learner
from scalesearch.training.start import Keeper

RECIPE = Recipe(epochs=3, batch_size=50, optimizer="sgd", learning_rate=0.5)


@dataclass(frozen=True)
class Linear:
    """A network of a third kind: pixels times weights."""

    resolution: Resolution
    classes: int


class LinearState:
    def __init__(self) -> None:
        self.weights = tf.Variable(tf.zeros((64, 10)))

    def variables(self) -> list[Any]:
        return [self.weights]

    def scored(self) -> list[Any]:
        return [self.weights]

    def settle(self) -> None:
        pass

    def write(self, path: Path) -> None:
        np.save(path, self.weights.numpy())


class LinearBackend:
    def check_source(self, network: Linear, since: str) -> None:
        pass

    def learner(self, network: Linear, recipe: Recipe, seed: int) -> Learner:
        state = LinearState()

        def losses(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            pixels = tf.reshape(tf.cast(images, tf.float32), (len(images), 64)) / 255.0
            logits = tf.matmul(pixels, state.weights)
            return logits, tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)

        def take(
            images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor, moment: tf.Tensor
        ) -> tf.Tensor:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(losses(images, labels)[1])
            state.weights.assign_sub(rate * tape.gradient(loss, state.weights))
            return loss

        def score(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            logits, each = losses(images, labels)
            hits = tf.equal(tf.argmax(logits, -1, tf.int32), labels)
            return tf.reduce_sum(tf.cast(hits, tf.int32)), tf.reduce_sum(each)

        return Learner(state, take, score, lambda images, share: None)


def test_every_kind_of_network_is_trained_and_built() -> None:
    assert set(backends.BACKENDS) == set(BUILDERS) == {TableNetwork, FunctionNetwork}


def test_a_further_kind_is_trained_by_the_same_trainer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(backends, "BACKENDS", {**backends.BACKENDS, Linear: LinearBackend()})
    data = prepare(DataSpec("digits", train=1200, validation=300), tmp_path)
    kept: list[Any] = []
    keeper = Keeper()
    network: Any = Linear(Resolution.square(8), 10)
    score = trainer.train(network, RECIPE, data, 0, keep=kept.append, keeper=keeper)
    assert score.top1 > 0.8
    assert not keeper.full  # it says no way to begin anew
    kept[0].write(tmp_path / "weights.npy")
    assert np.load(tmp_path / "weights.npy").shape == (64, 10)
