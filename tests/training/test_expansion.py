"""An expansion and its normalisation in one product are the two operations one after the other."""

import numpy as np
import pytest
import tensorflow as tf
from stock_comparison import assert_same, drawn

from scalesearch.core.expansion_products import pays
from scalesearch.training.table_backend import expansion, kernels, normalisation

EPSILON = 1e-3


def stock(features, kernel, scale, shift):
    outputs = tf.nn.conv2d(features, kernel[None, None], 1, "SAME")
    mean, variance = tf.nn.moments(outputs, [0, 1, 2])
    return tf.nn.batch_normalization(outputs, mean, variance, shift, scale, EPSILON)


def arguments(shape, inputs, outputs, mean=0.7):
    return (
        drawn(*shape, inputs, mean=mean),
        drawn(inputs, outputs),
        drawn(outputs),
        drawn(outputs, seed=1),
    )


@pytest.mark.parametrize(("inputs", "outputs"), [(3, 18), (16, 96), (2, 8), (7, 15)])
@pytest.mark.parametrize("shape", [(4, 6, 6), (3, 5, 4), (64, 1, 1)])
class TestNormalisedPointwise:
    def test_value_and_gradients_are_those_of_the_stock_operations(self, shape, inputs, outputs):
        assert_same(
            lambda *given: expansion.normalised_pointwise(*given, EPSILON)[:2],
            stock,
            *arguments(shape, inputs, outputs),
            within=1e-5,
        )

    def test_statistics_are_those_of_the_convolutions_output(self, shape, inputs, outputs):
        given = arguments(shape, inputs, outputs)
        _, _, mean, variance = expansion.normalised_pointwise(*given, EPSILON)
        exact = given[0].numpy().astype(np.float64) @ given[1].numpy().astype(np.float64)
        np.testing.assert_allclose(mean[0], exact.mean((0, 1, 2)), atol=2e-6)
        np.testing.assert_allclose(variance[0], exact.var((0, 1, 2)), rtol=1e-5, atol=1e-6)


def test_inputs_far_from_nought_lose_no_precision():
    """Statistics are of the centred inputs, so a large mean does not drown a small spread."""
    given = arguments((8, 5, 5), 4, 24, mean=300.0)
    outputs, *_ = expansion.normalised_pointwise(*given, EPSILON)
    exact = [tf.cast(each, tf.float64) for each in given]
    np.testing.assert_allclose(outputs, stock(*exact), atol=1e-3)


def test_constant_inputs_give_the_shift():
    features = tf.fill((2, 5, 5, 3), 3.3)
    _, kernel, scale, shift = arguments((2, 5, 5), 3, 12)
    outputs, _, _, variance = expansion.normalised_pointwise(
        features, kernel, scale, shift, EPSILON
    )
    np.testing.assert_allclose(outputs, np.broadcast_to(shift, outputs.shape), atol=1e-4)
    assert (variance.numpy() >= 0).all()


def test_it_is_taken_where_outputs_are_many_and_so_are_rows():
    assert pays(16, 96, 16384)
    assert not pays(96, 24, 16384)
    assert not pays(320, 1280, 64)


def test_it_agrees_with_the_two_operations_apart():
    """The form that is taken where it does not pay is the same function."""
    features, kernel, scale, shift = arguments((4, 5, 5), 6, 12)
    apart, _ = kernels.pointwise(features, kernel)
    expected, _, mean, variance = normalisation.batch_norm(apart, scale, shift, EPSILON)
    outputs, _, own_mean, own_variance = expansion.normalised_pointwise(
        features, kernel, scale, shift, EPSILON
    )
    for got, wanted in ((outputs, expected), (own_mean, mean), (own_variance, variance)):
        np.testing.assert_allclose(got, wanted, atol=2e-5)
