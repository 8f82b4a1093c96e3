"""Statistics that are measured anew are those of the weights that are scored."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.keras_models.functions import function_models
from scalesearch.training import validation
from scalesearch.training.model_backend.model_state import normalisations
from scalesearch.training.start import at_start
from scalesearch.training.table_backend import table_steps
from scalesearch.training.table_backend.forward_pass import Mode, forward
from scalesearch.training.trainer import train

RECIPE = Recipe(
    epochs=4, batch_size=32, optimizer="sgd", learning_rate=0.1, warmup_epochs=0.1,
    dropout=0.2, drop_connect=0.2, batch_norm_momentum=0.99,
)  # fmt: skip


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return prepare(DataSpec("digits", train=1200, validation=400), tmp_path_factory.mktemp("data"))


@pytest.fixture
def function(monkeypatch):
    return replace(function_models.find("function_models:logits"), resolution=8, classes=10)


def settled(network, recipe, digits, changed=lambda state: None):
    start = at_start(network, recipe, digits, 3)
    changed(start.learner.state)
    validation.settle_statistics(start, 3, lambda: True)
    return start


@pytest.mark.parametrize("micro_batch", [0, 8])
def test_statistics_are_the_mean_of_those_of_all_training_images_where_these_are_few(
    tiny, digits, micro_batch
):
    """Of the averaged weights, without drops, whatever the moving averages were before."""
    recipe = replace(RECIPE, average=0.9, micro_batch=micro_batch or None)

    def spoil(state):
        state.vector.assign(state.vector * 0)  # the averaged ones are scored
        state.statistics.assign(state.statistics * 0 + float("inf"))

    start = settled(tiny, recipe, digits, spoil)
    state, seen = start.learner.state, []
    for batch, _ in start.images.epoch(3, recipe.epochs):
        for part in np.split(batch, recipe.parts):
            given = state.average.value, state.statistics.value
            seen.append(
                forward(tiny, table_steps.scaled(part), *given, Mode(training=True)).statistics
            )
    np.testing.assert_allclose(state.statistics, tf.reduce_mean(seen, 0), rtol=1e-4, atol=1e-5)
    assert len(seen) == 1200 // 32 * recipe.parts


def test_statistics_take_no_more_than_some_thousand_images(tiny, digits, monkeypatch):
    monkeypatch.setattr(validation, "OBSERVED", 96)
    start = at_start(tiny, RECIPE, digits, 3)
    asked = []
    validation.settle_statistics(start, 3, lambda: asked.append(1) or True)
    assert len(asked) == 3


def test_a_whole_training_is_scored_with_such_statistics(tiny, digits):
    """Not by moving averages, which are those of weights that have changed since."""
    kept = []
    train(tiny, replace(RECIPE, epochs=1), digits, 3, keep=kept.append)
    [state] = kept
    start = at_start(tiny, replace(RECIPE, epochs=1), digits, 3)
    seen = [
        forward(
            tiny, table_steps.scaled(batch), state.average.value, state.statistics.value,
            Mode(training=True),
        ).statistics
        for batch, _ in start.images.epoch(3, 1)
    ]  # fmt: skip
    np.testing.assert_allclose(state.statistics, tf.reduce_mean(seen, 0), rtol=1e-4, atol=1e-5)


def test_a_function_has_its_own_statistics_and_keeps_its_momentum(function, digits):
    start = settled(function, RECIPE, digits)
    [first, *_] = normalisations(start.learner.state.model)
    conv = start.learner.state.model.layers[1]
    means = [
        np.mean(conv(table_steps.scaled(np.repeat(batch, 3, -1))), (0, 1, 2))
        for batch, _ in start.images.epoch(3, RECIPE.epochs)
    ]
    np.testing.assert_allclose(first.moving_mean, np.mean(means, 0), rtol=1e-4, atol=1e-5)
    assert first.momentum == 0.99


def test_a_stop_is_heeded_meanwhile(tiny, digits):
    start = at_start(tiny, RECIPE, digits, 3)
    asked = iter([True, True, False])
    with pytest.raises(validation.Stopped):
        validation.settle_statistics(start, 3, lambda: next(asked))
