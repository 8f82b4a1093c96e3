"""One training: what it learns, what it repeats, and what each field of a recipe does."""

import hashlib
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.proxies import shrink
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.keras_models.table_model import build
from scalesearch.training import start, trainer
from scalesearch.training.table_backend import table_steps as steps
from scalesearch.training.table_backend.forward_pass import Mode, forward
from scalesearch.training.table_backend.table_state import TableState
from scalesearch.training.table_backend.table_steps import scoring_step, training_step
from scalesearch.training.table_backend.weight_vector import weights_of

LEARNS = Recipe(
    epochs=8,
    batch_size=32,
    optimizer="adamw",
    learning_rate=0.02,
    warmup_epochs=1,
    shift=0.1,
    drop_connect=0.0,
    dropout=0.0,
    batch_norm_momentum=0.9,
)
BRIEF = replace(LEARNS, epochs=1, dropout=None, drop_connect=None, average=0.5, cutout=0.2)
PLAIN = Recipe(epochs=1, batch_size=16, momentum=0.0, dropout=0.0, drop_connect=0.0)


@pytest.fixture(scope="session")
def digits(tmp_path_factory):
    """1,400 scans to train on, 397 to validate on: one whole batch of scoring and a part."""
    data = DataSpec("digits", train=1400, validation=397)
    return prepare(data, tmp_path_factory.mktemp("data"))


def trained(network, recipe, data, seed):
    """The score, and the state at the end."""
    kept = []
    score = trainer.train(network, recipe, data, seed, keep=kept.append)
    return score, kept[0]


@pytest.fixture(scope="module")
def learnt(tiny, digits):
    return trained(tiny, LEARNS, digits, 0)


def test_a_tiny_network_learns_the_embedded_digits(learnt):
    score, _ = learnt
    assert score.top1 > 0.8
    assert score.epochs == 8
    assert score.seconds > 0
    assert score.images_per_second > 0


@pytest.mark.parametrize("name", ["separable", "symmetric"])
def test_other_block_kinds_learn_them_too(name, digits, request):
    network = request.getfixturevalue(name)
    proxy = shrink(network, resolution=8, width=1.0, drop_strides=3, classes=10, channels=1)
    score, _ = trained(proxy, LEARNS, digits, 0)
    assert score.top1 > 0.8


def test_the_score_is_that_of_keras_over_every_validation_image(tiny, digits, learnt, pour):
    """The last, incomplete batch counts by its images."""
    score, state = learnt
    assert digits.validation % start.VALIDATION_BATCH
    model = build(tiny)
    pour(model, state.vector.numpy(), state.statistics.numpy())
    images = digits.images("validation").astype(np.float32) / 127.5 - 1
    labels = digits.labels("validation")
    logits = model.predict(images, verbose=0)
    assert score.top1 == np.mean(logits.argmax(1) == labels)
    losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    assert score.loss == pytest.approx(float(np.mean(losses)), rel=1e-4)


def result(*arguments):
    """All that a training leaves behind but its times, the weights as a hash."""
    score, state = trained(*arguments)
    digest = hashlib.sha256()
    for values in (state.vector, state.statistics, state.average):
        digest.update(values.numpy().tobytes())
    return score.top1, score.loss, digest.hexdigest()


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(tiny, digits):
    """With everything random switched on: order, changes to images, dropout, drop-connect."""
    first = result(tiny, BRIEF, digits, 0)
    assert result(tiny, BRIEF, digits, 0) == first
    other = result(tiny, BRIEF, digits, 1)
    assert other[1] != first[1]
    assert other[2] != first[2]


def test_progress_is_told_after_every_epoch(tiny, digits):
    told = []
    score = trainer.train(tiny, replace(PLAIN, epochs=2), digits, 0, told.append)
    assert [(each["epoch"], each["epochs"]) for each in told] == [(1, 2), (2, 2)]
    assert told[1]["loss"] < told[0]["loss"]
    assert score.epochs == 2


def test_a_loss_that_is_no_number_raises_and_names_the_epoch(tiny, digits):
    wild = replace(PLAIN, learning_rate=1e30)
    with pytest.raises(FloatingPointError, match=r"became (nan|inf) in epoch 1"):
        trainer.train(tiny, wild, digits, 0)


class TestStep:
    """Single steps on one batch of noise, by plain gradient descent where nothing else is said."""

    rng = np.random.default_rng(0)
    images = tf.constant(rng.integers(0, 256, (16, 8, 8, 1), np.uint8))
    labels = tf.constant(rng.integers(0, 10, 16, np.int32))

    def after(self, network, recipe, rate=0.1, steps=1):
        """The loss of the last step, and the state after it."""
        state = TableState(network, recipe, 0)
        step = training_step(network, recipe, state)
        for done in range(steps):
            loss = step(
                self.images, self.labels, tf.constant(rate, tf.float32), tf.constant([0, done])
            )
        return float(loss), state

    @pytest.mark.parametrize("smoothing", [0.0, 0.1])
    def test_the_loss_is_keras_cross_entropy_of_smoothed_labels(self, tiny, smoothing):
        recipe = replace(PLAIN, label_smoothing=smoothing)
        loss, _ = self.after(tiny, recipe)
        start = TableState(tiny, recipe, 0)
        images = tf.cast(self.images, tf.float32) / 127.5 - 1
        logits = forward(
            tiny, images, start.vector.value, start.statistics.value, Mode(training=True)
        ).logits
        keras_loss = keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=smoothing
        )
        expected = keras_loss(keras.ops.one_hot(self.labels, 10), logits)
        assert loss == pytest.approx(float(expected), rel=1e-5)

    def test_weight_decay_shrinks_kernels_by_the_rate_and_spares_the_rest(self, tiny):
        start = TableState(tiny, PLAIN, 0).vector.numpy()
        _, plain = self.after(tiny, PLAIN, rate=0.1)
        _, decayed = self.after(tiny, replace(PLAIN, weight_decay=0.5), rate=0.1)
        moved = decayed.vector.numpy() - plain.vector.numpy()
        sizes = np.cumsum([weight.size for weight in weights_of(tiny)])[:-1]
        for change, before, weight in zip(
            np.split(moved, sizes),
            np.split(start, sizes),
            build(tiny).trainable_weights,
            strict=True,
        ):
            if weight.name == "kernel":
                np.testing.assert_allclose(change, -0.1 * 0.5 * before, atol=1e-6)
            else:
                assert weight.name in ("gamma", "beta", "bias")
                np.testing.assert_array_equal(change, 0)

    def test_moving_statistics_follow_the_batch_by_the_recipes_momentum(self, tiny):
        _, state = self.after(tiny, replace(PLAIN, batch_norm_momentum=0.75), rate=0.0)
        start = TableState(tiny, PLAIN, 0)
        images = tf.cast(self.images, tf.float32) / 127.5 - 1
        seen = forward(
            tiny, images, start.vector.value, start.statistics.value, Mode(training=True)
        ).statistics
        expected = 0.75 * start.statistics.numpy() + 0.25 * seen.numpy()
        np.testing.assert_allclose(state.statistics.numpy(), expected, rtol=1e-4, atol=1e-5)

    def test_averaged_weights_follow_the_last_ones_and_are_what_is_scored(self, tiny):
        recipe = replace(PLAIN, average=0.75)
        _, one = self.after(tiny, recipe, steps=1)
        _, state = self.after(tiny, recipe, steps=2)
        start = TableState(tiny, recipe, 0).vector.numpy()
        first, second = one.vector.numpy(), state.vector.numpy()
        expected = 0.75 * (0.75 * start + 0.25 * first) + 0.25 * second
        np.testing.assert_allclose(state.average.numpy(), expected, rtol=1e-5, atol=1e-6)
        assert np.abs(expected - second).max() > 1e-3

        _, loss = scoring_step(tiny, state)(self.images, self.labels)
        images = tf.cast(self.images, tf.float32) / 127.5 - 1
        statistics = state.statistics.value
        scored = forward(tiny, images, state.average.value, statistics, Mode(training=False))
        losses = keras.losses.sparse_categorical_crossentropy(self.labels, scored.logits, True)
        assert float(loss) == pytest.approx(float(tf.reduce_sum(losses)), rel=1e-5)

    def test_without_averaging_the_last_weights_are_scored(self, tiny):
        state = TableState(tiny, PLAIN, 0)
        assert state.average is state.vector

    @pytest.mark.parametrize(("name", "rate"), [("sgd", 0.1), ("adamw", 0.01), ("rmsprop", 0.003)])
    def test_every_optimiser_lowers_the_loss(self, tiny, name, rate):
        recipe = replace(PLAIN, optimizer=name, momentum=0.9)
        first, _ = self.after(tiny, recipe, rate)
        last, _ = self.after(tiny, recipe, rate, steps=8)
        assert last < 0.8 * first


def test_optimisers_are_as_a_recipe_says(tiny):
    recipe = replace(PLAIN, momentum=0.8)
    sgd = TableState(tiny, recipe, 0).optimizer
    assert isinstance(sgd, keras.optimizers.SGD)
    assert (sgd.momentum, sgd.nesterov) == (0.8, True)
    rmsprop = TableState(tiny, replace(recipe, optimizer="rmsprop"), 0).optimizer
    assert isinstance(rmsprop, keras.optimizers.RMSprop)
    assert (rmsprop.rho, rmsprop.momentum, rmsprop.epsilon) == (0.9, 0.8, 1e-3)
    adam = TableState(tiny, replace(recipe, optimizer="adamw", weight_decay=0.1), 0).optimizer
    assert isinstance(adam, keras.optimizers.Adam)
    assert adam.weight_decay is None  # ours, so that it can spare some weights


def test_images_are_scaled_to_lie_between_minus_1_and_1():
    images = steps.scaled(tf.constant([0, 51, 255], tf.uint8))
    assert images.dtype == tf.float32
    np.testing.assert_allclose(images, [-1, -0.6, 1], atol=1e-6)
