"""Each activation and its gradient are Keras's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from scalesearch.config import network_files
from scalesearch.training.table_backend.activations import ACTIVATIONS, sigmoid, swish


def test_every_activation_that_a_table_may_name_is_known():
    assert set(network_files.ACTIVATIONS) | {""} == set(ACTIVATIONS)


@pytest.mark.parametrize(("name", "function"), [*ACTIVATIONS.items(), ("sigmoid", sigmoid)])
def test_value_and_gradient_are_keras_own(name, function):
    values = tf.constant(np.linspace(-8, 8, 101, dtype=np.float32))
    pull = tf.constant(np.random.default_rng(1).normal(size=101).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(values)
        expected = keras.activations.get(name or "linear")(values)
    active, back = function(values)
    np.testing.assert_allclose(active, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        back(pull), tape.gradient(expected, values, pull), rtol=1e-4, atol=1e-5
    )


def test_swish_is_right_far_from_0():
    active, back = swish(tf.constant([-100.0, -1e30, 100.0, 1e30]))
    np.testing.assert_allclose(active, [0, 0, 100, 1e30], atol=1e-30)
    np.testing.assert_allclose(back(tf.ones(4)), [0, 0, 1, 1], atol=1e-30)
