"""The steps of a table's training, as TensorFlow functions over a state of few vectors."""

import keras
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.network_table import TableNetwork
from scalesearch.training.gradient_accumulation import in_parts
from scalesearch.training.learner import ObservingStep, ScoringStep, TrainingStep
from scalesearch.training.table_backend.descent import descend
from scalesearch.training.table_backend.forward_pass import Mode, forward
from scalesearch.training.table_backend.table_state import TableState


def training_step(network: TableNetwork, recipe: Recipe, state: TableState) -> TrainingStep:
    """The step that trains the weights of `state`.

    A batch that the recipe has in parts goes through the network part by part, each normalised by
    its own statistics, and the averaged gradients make one update of the weights.
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


def scoring_step(network: TableNetwork, state: TableState) -> ScoringStep:
    """The step that scores the averaged weights of `state`."""

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


def observing_step(network: TableNetwork, recipe: Recipe, state: TableState) -> ObservingStep:
    """The step that measures the statistics of `state` anew, with nothing dropped."""
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


def scaled(images: tf.Tensor) -> tf.Tensor:
    """Images uint8 (batch, height, width, channels) as float32 from -1 to 1, of the same shape."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def _towards(moving: keras.Variable, value: tf.Tensor, momentum: float) -> None:
    """moving * momentum + value * (1 - momentum), in place."""
    moving.assign_sub((1.0 - momentum) * (moving.value - value))
