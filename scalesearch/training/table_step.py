"""One step of training and one of scoring, as TensorFlow functions over a state of few vectors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.network_table import TableNetwork
from scalesearch.training import weight_files
from scalesearch.training.accumulation import in_parts
from scalesearch.training.descent import descend
from scalesearch.training.forward_pass import Mode, forward
from scalesearch.training.weight_vector import initial, normalised, weights_of


class State:
    """Everything a training carries from step to step.

    Attributes:
        vector: trainable weights, (weights,) float32.
        statistics: moving means and variances of each normalisation, (2 * channels,) float32.
        average: averaged weights, (weights,); the same variable as `vector` without averaging.
        decayed: 1 where weight decay holds, 0 for biases and normalisation, (weights,) float32.
        optimizer: with one slot a kind, as long as `vector`.
    """

    def __init__(self, network: TableNetwork, recipe: Recipe, seed: int) -> None:
        """The state before the first step: weights drawn from `seed`, means 0, variances 1."""
        weights = weights_of(network, recipe.zero_init_residual)
        self._start = lambda seed: initial(weights, seed)
        self.vector = keras.Variable(self._start(seed), name="weights")
        self.average = (
            keras.Variable(self.vector.numpy(), trainable=False, name="average")
            if recipe.average
            else self.vector
        )
        channels = normalised(network)
        start = [np.full(size, value) for size in channels for value in (0.0, 1.0)]
        self._statistics = np.concatenate(start).astype(np.float32)
        self.statistics = keras.Variable(self._statistics, trainable=False, name="statistics")
        # Biases and normalisation are not decayed (He et al. 2019, section 3.1).
        self.decayed = tf.constant(
            np.concatenate([np.full(w.size, float(w.kind == "kernel")) for w in weights]),
            tf.float32,
        )
        self.optimizer = optimizer_of(recipe)
        self.optimizer.build([self.vector])

    def restart(self, seed: int) -> None:
        """Be as a new state of that seed, in the same variables."""
        self.vector.assign(self._start(seed))
        if self.average is not self.vector:
            self.average.assign(self.vector.value)
        self.statistics.assign(self._statistics)
        for variable in self.optimizer.variables:
            if variable.name != "learning_rate":  # that is given at each step
                variable.assign(tf.zeros_like(variable.value))

    def variables(self) -> list[Any]:
        """All that a training carries from step to step, always in the same order."""
        average = [] if self.average is self.vector else [self.average]
        return [self.vector, *average, self.statistics, *self.optimizer.variables]

    def scored(self) -> list[Any]:
        """What the network is scored with: weights (the averaged, if any) and statistics."""
        return [self.average, self.statistics]

    @property
    def adds_losses(self) -> bool:
        """Whether the loss of a step has more in it than that of its images: never."""
        return False

    def settle(self) -> None:
        """Make ready for scoring: nothing, since the averaged weights are vectors of their own."""


def training_step(
    network: TableNetwork, recipe: Recipe, state: State
) -> Callable[[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]:
    """A function (images, labels, rate, seed) -> loss that does one step and updates `state`.

    Its arguments: images uint8 (batch, height, width, channels); labels int32 (batch,);
    the learning rate, float32; seed int32 (2,), which decides what is dropped and must differ
    from step to step. The loss is the batch's mean cross-entropy against the smoothed labels, a
    float32 scalar. A batch that the recipe has in parts goes through the network part by part, each
    normalised by its own statistics, and the averaged gradients make one update of the weights.
    """
    size, channels = network.resolution, network.input_channels
    image, label = (
        tf.TensorSpec((recipe.at_once, size.height, size.width, channels), tf.uint8),
        tf.TensorSpec((recipe.at_once,), tf.int32),
    )
    rate_of, seed_of = tf.TensorSpec((), tf.float32), tf.TensorSpec((2,), tf.int32)
    dropout = network.dropout if recipe.dropout is None else recipe.dropout
    drop_connect = network.drop_connect if recipe.drop_connect is None else recipe.drop_connect
    spare = recipe.label_smoothing / network.classes

    def backward(
        images: tf.Tensor, labels: tf.Tensor, vector: tf.Tensor, seed: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Losses (images,), the gradient of their sum over the batch's size, and statistics."""
        mode = Mode(True, dropout, drop_connect, seed)
        passed = forward(network, scaled(images), vector, state.statistics.value, mode)
        targets = tf.one_hot(labels, network.classes, 1.0 - recipe.label_smoothing + spare, spare)
        losses, to_logits = tf.raw_ops.SoftmaxCrossEntropyWithLogits(
            features=passed.logits, labels=targets
        )
        return losses, passed.gradient(to_logits / recipe.batch_size), passed.statistics

    def update(
        vector: tf.Tensor, gradient: tf.Tensor, statistics: tf.Tensor, rate: tf.Tensor
    ) -> None:
        if recipe.weight_decay:
            tf.raw_ops.ResourceApplyGradientDescent(
                var=state.vector.value.handle,
                alpha=rate * recipe.weight_decay,
                delta=state.decayed * vector,
            )
        descend(state.optimizer, state.vector, gradient, rate)
        _towards(state.statistics, statistics, recipe.batch_norm_momentum)
        if recipe.average:
            _towards(state.average, state.vector.value, recipe.average)

    @tf.function(autograph=False, input_signature=(image, label, rate_of, seed_of))
    def step(images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        vector = state.vector.value.read_value()
        losses, gradient, statistics = backward(images, labels, vector, seed)
        update(vector, gradient, statistics, rate)
        return tf.reduce_mean(losses)

    if recipe.parts == 1:
        return step
    gathered = [tf.Variable(tf.zeros_like(of.value)) for of in (state.vector, state.statistics)]

    @tf.function(autograph=False, input_signature=(image, label, seed_of))
    def gather(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        vector = state.vector.value.read_value()
        losses, gradient, statistics = backward(images, labels, vector, seed)
        gathered[0].assign_add(gradient)
        gathered[1].assign_add(statistics / recipe.parts)
        return tf.reduce_sum(losses) / recipe.batch_size

    @tf.function(autograph=False, input_signature=(rate_of,))
    def apply(rate: tf.Tensor) -> None:
        gradient, statistics = (each.read_value() for each in gathered)
        update(state.vector.value.read_value(), gradient, statistics, rate)
        for each in gathered:
            each.assign(tf.zeros_like(each))

    return in_parts(recipe, gather, apply)


def scoring_step(
    network: TableNetwork, state: State
) -> Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """A function (images, labels) -> (right answers, summed loss) that scores the averaged weights.

    Its arguments: images uint8 (batch, height, width, channels), any batch; labels int32
    (batch,). The answers are an int32 scalar, the cross-entropy a float32 scalar, without
    smoothing, decay or drops.
    """

    @tf.function(autograph=False, reduce_retracing=True)
    def score(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        passed = forward(
            network,
            scaled(images),
            state.average.value,
            state.statistics.value,
            Mode(training=False),
        )
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, passed.logits)
        hits = tf.equal(tf.argmax(passed.logits, -1, output_type=tf.int32), labels)
        return tf.reduce_sum(tf.cast(hits, tf.int32)), tf.reduce_sum(losses)

    return score


def observing_step(
    network: TableNetwork, recipe: Recipe, state: State
) -> Callable[[tf.Tensor, tf.Tensor], None]:
    """A function (images, share) that moves the statistics by that share towards those of images.

    Its arguments: images uint8 (recipe.at_once, height, width, channels), the share a
    float32 scalar from 0 to 1. They go through the weights that the network is scored with, and
    nothing is dropped.
    """
    size, channels = network.resolution, network.input_channels
    image = tf.TensorSpec((recipe.at_once, size.height, size.width, channels), tf.uint8)

    @tf.function(autograph=False, input_signature=(image, tf.TensorSpec((), tf.float32)))
    def observe(images: tf.Tensor, share: tf.Tensor) -> None:
        given = state.statistics.value.read_value()
        mode = Mode(training=True)
        passed = forward(network, scaled(images), state.average.value.read_value(), given, mode)
        # At the share 1 nothing is left of what was, were it infinite.
        left = tf.where(share < 1, (1 - share) * given, 0.0)
        state.statistics.assign(left + share * passed.statistics)

    return observe


def keep(state: State, path: Path) -> None:
    """Write the two vectors that a network is scored with; of weights, the averaged."""
    weight_files.write(path, weight_files.Kept(state.average.numpy(), state.statistics.numpy()))


def scaled(images: tf.Tensor) -> tf.Tensor:
    """Images uint8 (batch, height, width, channels) as float32 from -1 to 1, of the same shape."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def _towards(moving: keras.Variable, value: tf.Tensor, momentum: float) -> None:
    """moving * momentum + value * (1 - momentum), in place."""
    moving.assign_sub((1.0 - momentum) * (moving.value - value))


def optimizer_of(recipe: Recipe) -> keras.optimizers.Optimizer:
    """The recipe's optimiser without its decay; RMSProp's constants are those of the paper."""
    match recipe.optimizer:
        case "adamw":  # the decay is ours (see `training_step`), so that it can spare some weights
            return keras.optimizers.Adam(recipe.learning_rate, beta_2=recipe.beta2)
        case "rmsprop":
            return keras.optimizers.RMSprop(
                recipe.learning_rate, 0.9, recipe.momentum, epsilon=1e-3
            )
        case _:
            return keras.optimizers.SGD(recipe.learning_rate, recipe.momentum, nesterov=True)
