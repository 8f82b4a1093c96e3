"""A batch in parts makes the step of the whole batch, normalisation's statistics apart."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.keras_models.functions import function_models
from scalesearch.training import trainer, validation
from scalesearch.training.backends import backend_of
from scalesearch.training.checkpoints import Checkpoints

WHOLE = Recipe(
    epochs=1, batch_size=24, optimizer="sgd", weight_decay=0.05, label_smoothing=0.1,
    dropout=0.0, drop_connect=0.0, average=0.9,
)  # fmt: skip
PARTED = replace(WHOLE, micro_batch=6)


def function(name):
    return replace(function_models.find(f"function_models:{name}"), resolution=8, classes=10)


def after_steps(network, recipe: Recipe, images: np.ndarray, labels: np.ndarray):
    """All variables, and each step's loss."""
    trainer.settle(0)
    learner = backend_of(network).learner(network, recipe, 0)
    batch = tf.constant(images), tf.constant(labels)
    losses = [float(learner.take(*batch, tf.constant(0.01), tf.constant([0, n]))) for n in range(3)]
    return [np.asarray(variable) for variable in learner.state.variables()], losses


def noise(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (count, 8, 8, 1), np.uint8), rng.integers(0, 10, count, np.int32)


def assert_same(one, other) -> None:
    """To rounding: sums are made in another order."""
    for mine, its in zip(one[0], other[0], strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-4, atol=1e-6)
    assert one[1] == pytest.approx(other[1], rel=1e-5)


def test_without_normalisation_any_batch_in_parts_makes_the_same_steps():
    network, batch = function("plain"), noise(24)
    assert_same(after_steps(network, WHOLE, *batch), after_steps(network, PARTED, *batch))


@pytest.mark.parametrize("kind", ["table", "function"])
def test_parts_with_the_whole_batchs_statistics_make_its_steps(tiny, kind: str):
    network = tiny if kind == "table" else function("logits")
    images, labels = (np.concatenate([part] * 4) for part in noise(6))  # every part the same
    assert_same(
        after_steps(network, WHOLE, images, labels), after_steps(network, PARTED, images, labels)
    )


@pytest.mark.parametrize("kind", ["table", "function"])
def test_parts_of_other_statistics_make_other_steps_though(tiny, kind: str):
    network = tiny if kind == "table" else function("logits")
    (whole, _), (parted, _) = (
        after_steps(network, recipe, *noise(24)) for recipe in (WHOLE, PARTED)
    )
    assert max(np.abs(a - b).max() for a, b in zip(whole, parted, strict=True)) > 1e-4


def test_each_part_drops_others(tiny):
    images, labels = (np.concatenate([part] * 2) for part in noise(12))
    halves = replace(WHOLE, micro_batch=12, dropout=0.5)
    whole = replace(WHOLE, batch_size=12, dropout=0.5)
    (parted, _), (single, _) = (
        after_steps(tiny, halves, images, labels),
        after_steps(tiny, whole, images[:12], labels[:12]),
    )
    assert max(np.abs(a - b).max() for a, b in zip(parted, single, strict=True)) > 1e-4


def test_a_training_in_two_parts_learns_and_goes_on_where_it_was_interrupted(tiny, tmp_path):
    data = prepare(DataSpec("digits", train=1000, validation=300), tmp_path)
    recipe = Recipe(epochs=3, batch_size=50, optimizer="adamw", learning_rate=0.02, beta2=0.98,
                    batch_norm_momentum=0.9, micro_batch=25)  # fmt: skip
    score = trainer.train(tiny, recipe, data, 0)
    assert score.top1 > 0.7
    keeping = Checkpoints(tmp_path / "kept", "one", print)
    with pytest.raises(validation.Stopped):
        trainer.train(tiny, recipe, data, 0, go_on=lambda step: step < 30, checkpoints=keeping)
    again = Checkpoints(tmp_path / "kept", "one", print)
    assert trainer.train(tiny, recipe, data, 0, checkpoints=again).weights == score.weights
