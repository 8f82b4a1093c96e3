"""The network as it is trained computes what the Keras model computes."""

from dataclasses import replace

import keras
import keras_order
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from scalesearch.core.proxies import shrink
from scalesearch.keras_models.table_model import build
from scalesearch.training.table_backend import forward_pass as module
from scalesearch.training.table_backend.forward_pass import Mode, forward
from scalesearch.training.table_backend.weight_vector import Weight, initial, normalised, weights_of

BATCH = 6


NETWORKS = ["odd", "even", "separable", "residual", "symmetric", "oblong", "portrait"]


@pytest.fixture(scope="module", params=NETWORKS)
def case(request, pour):
    """A network, its Keras model without drops, and the same random weights for both."""
    network = replace(request.getfixturevalue(request.param), dropout=0.0, drop_connect=0.0)
    rng = np.random.default_rng(3)
    vector = initial(weights_of(network), 0)
    vector += rng.normal(0, 0.1, vector.shape).astype(np.float32)
    statistics = rng.uniform(0.5, 1.5, 2 * sum(normalised(network))).astype(np.float32)
    model = build(network)
    pour(model, vector, statistics)
    shape = (BATCH, network.resolution.height, network.resolution.width, network.input_channels)
    images = rng.normal(0, 1, shape).astype(np.float32)
    return network, model, images, vector, statistics


def agree(got, expected):
    """To within 1e-5 of the largest expected value."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    assert np.abs(got - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("name", [*NETWORKS, "tiny", "b0"])
def test_weights_have_the_shapes_of_keras_in_the_order_of_the_blocks(name, request):
    network = request.getfixturevalue(name)
    if name == "b0":  # the whole table, thin
        network = shrink(network, resolution=32, width=0.1, drop_strides=1, classes=10, channels=3)
    model = build(network)
    kinds = {"gamma": "scale", "beta": "shift", "bias": "bias", "kernel": "kernel"}
    assert [(weight.shape, weight.kind) for weight in weights_of(network)] == [
        (tuple(weight.shape), kinds[weight.name]) for weight in keras_order.trainable(model)
    ]
    channels = [size for size in normalised(network) for _ in range(2)]
    assert channels == [weight.shape[0] for weight in keras_order.statistics(model)]


def test_inference_is_the_keras_models(case):
    network, model, images, vector, statistics = case
    passed = forward(network, images, vector, statistics, Mode(training=False))
    agree(passed.logits, model(images, training=False))
    np.testing.assert_array_equal(passed.statistics, statistics)


def test_training_has_the_keras_models_logits_statistics_and_gradients(case, pour):
    network, model, images, vector, statistics = case
    pull = np.random.default_rng(5).normal(size=(BATCH, network.classes)).astype(np.float32)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0  # so that what moves becomes this batch's own statistics
    with tf.GradientTape() as tape:
        expected = model(images, training=True)
        loss = tf.reduce_sum(expected * pull)
    gradients = tape.gradient(loss, [weight.value for weight in keras_order.trainable(model)])
    moved = np.concatenate([np.ravel(weight) for weight in keras_order.statistics(model)])
    pour(model, vector, statistics)  # as the other tests need it

    passed = forward(network, tf.constant(images), tf.constant(vector), statistics, Mode(True))
    ours = passed.gradient(tf.constant(pull))

    agree(passed.logits, expected)
    agree(passed.statistics, moved)
    sizes = [weight.size for weight in weights_of(network)]
    # Some gradients are 0 but for rounding (a shift that the next normalisation takes away), so
    # the largest of all is a measure too.
    largest = max(float(tf.reduce_max(tf.abs(gradient))) for gradient in gradients)
    for got, wanted in zip(tf.split(ours, sizes), gradients, strict=True):
        wanted = np.ravel(wanted)
        allowed = 1e-4 * np.abs(wanted).max() + 1e-6 * largest
        assert np.abs(got - wanted).max() <= allowed


def test_batches_of_unknown_size_can_be_scored(case):
    network, _, images, vector, statistics = case
    spec = tf.TensorSpec((None, *images.shape[1:]), tf.float32)
    score = tf.function(
        lambda batch: forward(network, batch, vector, statistics, Mode(False)).logits,
        input_signature=[spec],
        autograph=False,
    )
    few, many = score(images[:2]), score(images)
    agree(few, many[:2])


class TestDrops:
    """Dropout and drop-connect of a training pass."""

    def logits(self, network, seed, dropout=0.0, drop_connect=0.0, training=True):
        rng = np.random.default_rng(0)
        shape = (BATCH, network.resolution.height, network.resolution.width, network.input_channels)
        images = tf.constant(rng.normal(size=shape).astype(np.float32))
        vector = initial(weights_of(network), 0)
        statistics = np.ones(2 * sum(normalised(network)), np.float32)
        mode = Mode(training, dropout, drop_connect, tf.constant(seed, tf.int32))
        return forward(network, images, vector, statistics, mode).logits.numpy()

    @pytest.mark.parametrize("rates", [{"dropout": 0.5}, {"drop_connect": 0.8}])
    def test_they_follow_the_seed_and_differ_from_step_to_step(self, odd, rates):
        first = self.logits(odd, (0, 0), **rates)
        np.testing.assert_array_equal(first, self.logits(odd, (0, 0), **rates))
        assert not np.array_equal(first, self.logits(odd, (0, 1), **rates))
        assert not np.array_equal(first, self.logits(odd, (1, 0), **rates))
        assert not np.array_equal(first, self.logits(odd, (0, 0)))

    def test_nothing_is_dropped_where_the_rates_are_0_or_nothing_is_trained(self, odd):
        np.testing.assert_array_equal(self.logits(odd, (0, 0)), self.logits(odd, (0, 1)))
        np.testing.assert_array_equal(
            self.logits(odd, (0, 0), 0.5, 0.8, training=False),
            self.logits(odd, (0, 0), training=False),
        )

    def masks(self, step, seed=0, count=4):
        """What is kept by the drops of one step, each over (512, 1, 1, 1)."""
        walk = module._Pass((), (), Mode(True, seed=tf.constant([seed, step])), 1e-3)
        ones = tf.ones((512, 2, 2, 3))
        return [walk.drop(ones, 0.25, (512, 1, 1, 1)).numpy() for _ in range(count)]

    def test_drop_connect_drops_whole_branches_and_keeps_the_mean(self):
        (mask,) = self.masks(0, count=1)
        assert (mask == mask[:, :1, :1, :1]).all()
        kept = mask[:, 0, 0, 0] > 0
        np.testing.assert_allclose(mask[kept], 1 / 0.75, rtol=1e-6)
        assert abs(kept.mean() - 0.75) < 0.08  # four deviations of 512 draws

    def test_no_two_drops_share_a_stream_whatever_their_steps(self):
        """A drop's place in the network and its step must not add up to the same stream."""
        masks = [mask for seed in (0, 1) for step in range(4) for mask in self.masks(step, seed)]
        kept = {(mask[:, 0, 0, 0] > 0).tobytes() for mask in masks}
        assert len(kept) == len(masks) == 32


class TestInitial:
    """The official initialisation: that of the Keras model's initialisers."""

    KERNELS = (
        Weight((1, 1, 40, 200), "kernel"),
        Weight((3, 3, 8, 96), "kernel"),
        Weight((5, 5, 400, 1), "kernel"),
        Weight((1, 1, 9, 900), "kernel"),
    )

    @pytest.mark.parametrize("weight", KERNELS, ids=lambda weight: str(weight.shape))
    def test_kernels_have_variance_2_over_fan_out_and_keras_distribution(self, weight):
        height, width, _, outputs = weight.shape
        deviation = np.sqrt(2 / (height * width * outputs))
        values = initial((weight,), 0)
        assert values.shape == (weight.size,)
        assert values.dtype == np.float32
        assert values.std() == pytest.approx(deviation, rel=0.03)
        assert np.abs(values).max() <= 2 * deviation / 0.87962566 * (1 + 1e-6)
        stock = keras.initializers.VarianceScaling(2.0, "fan_out", "truncated_normal", seed=1)
        theirs = np.ravel(stock(weight.shape))
        assert stats.ks_2samp(values, theirs).pvalue > 1e-3

    def test_the_linear_layer_is_uniform_within_the_root_of_its_fan_out(self):
        values = initial((Weight((300, 25), "kernel"),), 0)
        assert 0.199 < np.abs(values).max() <= 0.2
        stock = keras.initializers.VarianceScaling(1 / 3, "fan_out", "uniform", seed=1)
        assert stats.ks_2samp(values, np.ravel(stock((300, 25)))).pvalue > 1e-3

    def test_other_weights_start_where_they_change_nothing(self):
        kinds = ("scale", "zero_scale", "shift", "bias")
        values = initial(tuple(Weight((2,), kind) for kind in kinds), 0)
        assert values.tolist() == [1, 1, 0, 0, 0, 0, 0, 0]

    def test_it_follows_from_the_seed(self, odd):
        weights = weights_of(odd)
        np.testing.assert_array_equal(initial(weights, 7), initial(weights, 7))
        assert not np.array_equal(initial(weights, 7), initial(weights, 8))

    def test_zeroed_residuals_start_as_the_identity(self, odd):
        """The last scale of each residual branch, and no other, starts at 0."""
        plain, zeroed = weights_of(odd), weights_of(odd, zero_init_residual=True)
        changed = [
            (before, after) for before, after in zip(plain, zeroed, strict=True) if before != after
        ]
        assert [(a.kind, b.kind) for a, b in changed] == [("scale", "zero_scale")] * 4
        assert [weight.shape for weight, _ in changed] == [(7,), (9,), (11,), (10,)]

    def test_of_a_projected_residual_only_the_branch_starts_at_0(self, residual):
        kinds = [weight.kind for weight in weights_of(residual, zero_init_residual=True)]
        zeroed = [index for index, kind in enumerate(kinds) if kind == "zero_scale"]
        assert len(zeroed) == 5
        last_shift = len(kinds) - 3  # then the classifier's kernel and bias
        assert zeroed[-1] == last_shift - 1
        projected = residual.stages[3]
        places = [
            index
            for index, weight in enumerate(weights_of(residual))
            if weight.shape == (1, 1, 12, projected.channels)  # the projection's kernel, then its
        ]  # scale
        assert [kinds[index + 1] for index in places] == ["scale"]
