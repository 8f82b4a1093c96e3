"""Comparing an operation and its written-out gradient with TensorFlow's own."""

import numpy as np
import tensorflow as tf


def drawn(*shape, seed=0, mean=0.0):
    rng = np.random.default_rng([seed, *shape])
    return tf.constant(rng.normal(mean, 1, shape).astype(np.float32))


def assert_same(ours, stock, *arguments, within=2e-6):
    """Value, and gradients under a random pull, agree to within that part of the largest one."""
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        expected = stock(*arguments)
    pull = tf.constant(np.random.default_rng(1).normal(size=expected.shape).astype(np.float32))
    outputs, back = ours(*arguments)
    gradients = tape.gradient(expected, arguments, pull)
    for got, wanted in zip([outputs, *back(pull)], [expected, *gradients], strict=True):
        assert got.shape == wanted.shape
        assert np.abs(got - wanted).max() <= within * np.abs(wanted).max()
