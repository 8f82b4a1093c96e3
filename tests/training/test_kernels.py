"""Operations written for speed compute what TensorFlow's own compute, gradients included."""

import numpy as np
import pytest
import tensorflow as tf
from stock_comparison import assert_same, drawn

from scalesearch.training.table_backend import kernels, normalisation

EPSILON = 1e-3


@pytest.mark.parametrize("shape", [(2, 5, 7, 3, 8), (3, 4, 4, 16, 5), (1, 1, 1, 1, 1)])
def test_pointwise_is_a_1x1_convolution(shape):
    batch, height, width, inputs, outputs = shape
    assert_same(
        kernels.pointwise,
        lambda features, kernel: tf.nn.conv2d(features, kernel[None, None], 1, "SAME"),
        drawn(batch, height, width, inputs),
        drawn(inputs, outputs),
    )


def test_a_linear_layer_is_keras_own():
    inputs, kernel, bias = drawn(4, 7), drawn(7, 5), drawn(5)
    assert_same(kernels.linear, lambda x, k, b: tf.matmul(x, k) + b, inputs, kernel, bias)
    assert_same(kernels.biased, lambda x, b: x + b, drawn(2, 3, 3, 5), bias)


@pytest.mark.parametrize("activation", ["swish", "relu"])
def test_squeeze_and_excitation_gates_by_the_means(activation):
    def stock(features, reduce, reduce_bias, expand, expand_bias):
        means = tf.reduce_mean(features, [1, 2])
        hidden = getattr(tf.nn, activation)(tf.matmul(means, reduce) + reduce_bias)
        gates = tf.sigmoid(tf.matmul(hidden, expand) + expand_bias)
        return features * gates[:, None, None, :]

    assert_same(
        lambda *arguments: kernels.squeeze_excite(*arguments, activation),
        stock,
        *(drawn(3, 5, 4, 8), drawn(8, 2), drawn(2), drawn(2, 8), drawn(8)),
        within=1e-5,
    )


def stock_norm(features, scale, shift):
    mean, variance = tf.nn.moments(features, [0, 1, 2])
    return tf.nn.batch_normalization(features, mean, variance, shift, scale, EPSILON)


@pytest.mark.parametrize("channels", [16, 48, 7, 20, 1, 65])
@pytest.mark.parametrize("shape", [(4, 6, 6), (3, 5, 5), (7, 1, 1)])
class TestBatchNorm:
    """Both ways: widths that are multiples of 16 take the fused operation, others our own."""

    def arguments(self, shape, channels):
        return drawn(*shape, channels, mean=0.7), drawn(channels), drawn(channels, seed=1)

    def test_value_and_gradients_are_those_of_the_stock_operation(self, shape, channels):
        assert_same(
            lambda *arguments: normalisation.batch_norm(*arguments, EPSILON)[:2],
            stock_norm,
            *self.arguments(shape, channels),
            within=1e-5,
        )

    def test_statistics_are_the_batchs_with_the_biased_variance(self, shape, channels):
        features, scale, shift = self.arguments(shape, channels)
        _, _, mean, variance = normalisation.batch_norm(features, scale, shift, EPSILON)
        exact = features.numpy().astype(np.float64)
        np.testing.assert_allclose(mean[0], exact.mean((0, 1, 2)), atol=1e-6)
        np.testing.assert_allclose(variance[0], exact.var((0, 1, 2)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("channels", [16, 7])
def test_batch_norm_of_constant_channels_is_the_shift(channels):
    """No division by nought, and no variance under it by rounding."""
    features = tf.fill((2, 5, 5, channels), 3.3)
    weights = drawn(channels), tf.fill((channels,), 0.5)
    outputs, _, _, variance = normalisation.batch_norm(features, *weights, EPSILON)
    np.testing.assert_allclose(outputs, 0.5, atol=1e-3)
    assert (variance.numpy() >= 0).all()
