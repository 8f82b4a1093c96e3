"""An update in one operation is Keras's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from scalesearch.training.table_backend.descent import descend

RATES = (0.3, 0.1, 0.02, 0.1)
OPTIMISERS = [
    lambda: keras.optimizers.SGD(0.1, 0.9, nesterov=True),
    lambda: keras.optimizers.SGD(0.1, 0.0, nesterov=True),
    lambda: keras.optimizers.RMSprop(0.1, 0.9, 0.9, epsilon=1e-3),
    lambda: keras.optimizers.RMSprop(0.1, 0.9, 0.0, epsilon=1e-3),
    lambda: keras.optimizers.Adam(0.1, beta_2=0.98),
]


@pytest.mark.parametrize("make", OPTIMISERS)
def test_weights_and_slots_after_several_steps_are_those_of_keras(make):
    rng = np.random.default_rng(0)
    start = rng.normal(size=50).astype(np.float32)
    ours, theirs = (keras.Variable(start) for _ in range(2))
    own, stock = make(), make()
    own.build([ours])
    stock.build([theirs])
    update = tf.function(lambda g, rate: descend(own, ours, g, rate), autograph=False)
    for rate in RATES:
        gradient = tf.constant(rng.normal(size=50).astype(np.float32))
        update(gradient, tf.constant(rate))
        stock.learning_rate.assign(rate)
        stock.apply([gradient], [theirs])
    np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=2e-6)
    for slot, wanted in zip(own.variables, stock.variables, strict=True):
        if wanted.name != "learning_rate":
            np.testing.assert_allclose(slot, wanted, rtol=2e-6, atol=2e-6)
    assert int(own.iterations.numpy()) == len(RATES)
