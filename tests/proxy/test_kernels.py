"""Operations written for speed compute what TensorFlow's own compute, gradients included."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from scalesearch.proxy import kernels  # noqa: E402  # after the skip


def drawn(*shape, seed=0, mean=0.0):
    rng = np.random.default_rng([seed, *shape])
    return tf.constant(rng.normal(mean, 1, shape).astype(np.float32))


def outcome(function, *arguments):
    """The function's value, and its gradients at every argument under a random pull."""
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        value = function(*arguments)
        pull = np.random.default_rng(1).normal(size=value.shape).astype(np.float32)
        loss = tf.reduce_sum(value * pull)
    return [value, *tape.gradient(loss, arguments)]


def assert_same(ours, stock, *arguments, within=2e-6):
    """Value and gradients agree to within that part of the largest expected one."""
    pairs = zip(outcome(ours, *arguments), outcome(stock, *arguments), strict=True)
    for got, expected in pairs:
        assert got.shape == expected.shape
        assert np.abs(got - expected).max() <= within * np.abs(expected).max()


def test_swish_is_the_stock_one():
    assert_same(kernels.swish, tf.nn.swish, drawn(4, 5, 5, 3) * 5)


def test_swish_is_right_far_from_0():
    values = tf.constant([-100.0, -1e30, 100.0, 1e30])
    assert_same(kernels.swish, tf.nn.swish, values)


@pytest.mark.parametrize("shape", [(2, 5, 7, 3, 8), (3, 4, 4, 16, 5), (1, 1, 1, 1, 1)])
def test_pointwise_is_a_1x1_convolution(shape):
    batch, height, width, inputs, outputs = shape
    assert_same(
        kernels.pointwise,
        lambda features, kernel: tf.nn.conv2d(features, kernel, 1, "SAME"),
        drawn(batch, height, width, inputs),
        drawn(1, 1, inputs, outputs),
    )


@pytest.mark.parametrize("size", [3, 5, 7])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("pixels", [(9, 9), (8, 8), (8, 11), (3, 2), (1, 1)])
def test_depthwise_is_the_stock_convolution(size, stride, pixels):
    assert_same(
        lambda features, kernel: kernels.depthwise(features, kernel, stride),
        lambda features, kernel: tf.nn.depthwise_conv2d(
            features, kernel, [1, stride, stride, 1], "SAME"
        ),
        drawn(3, *pixels, 6),
        drawn(size, size, 6, 1),
    )


def stock_norm(features, scale, shift):
    mean, variance = tf.nn.moments(features, [0, 1, 2])
    return tf.nn.batch_normalization(features, mean, variance, shift, scale, kernels.EPSILON)


@pytest.mark.parametrize("channels", [16, 48, 7, 20, 1])
@pytest.mark.parametrize("shape", [(4, 6, 6), (3, 5, 5), (7, 1, 1)])
class TestBatchNorm:
    """Both ways: widths that are multiples of 16 take the fused operation, others our own."""

    def arguments(self, shape, channels):
        return drawn(*shape, channels, mean=0.7), drawn(channels), drawn(channels, seed=1)

    def test_value_and_gradients_are_those_of_the_stock_operation(self, shape, channels):
        assert_same(
            lambda *arguments: kernels.batch_norm(*arguments)[0],
            stock_norm,
            *self.arguments(shape, channels),
            within=1e-5,
        )

    def test_statistics_are_the_batchs_with_the_biased_variance(self, shape, channels):
        features, scale, shift = self.arguments(shape, channels)
        _, mean, variance = kernels.batch_norm(features, scale, shift)
        exact = features.numpy().astype(np.float64)
        np.testing.assert_allclose(mean, exact.mean((0, 1, 2)), atol=1e-6)
        np.testing.assert_allclose(variance, exact.var((0, 1, 2)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("channels", [16, 7])
def test_batch_norm_of_constant_channels_is_the_shift(channels):
    """No division by nought, and no variance under it by rounding."""
    features = tf.fill((2, 5, 5, channels), 3.3)
    outputs, _, variance = kernels.batch_norm(features, drawn(channels), tf.fill((channels,), 0.5))
    np.testing.assert_allclose(outputs, 0.5, atol=1e-3)
    assert (variance.numpy() >= 0).all()
