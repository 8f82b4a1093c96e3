"""Training and scoring of a model that a Python function builds: the face of `step.py`.

The model goes through Keras's own call. What only a table knows (drop-connect, which scales start
at 0, the rate before the classifier) is left to the function.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.keras_models.function_models import build_model
from scalesearch.keras_models.signatures import taken, to_logits
from scalesearch.training import variable_files
from scalesearch.training.accumulation import in_parts
from scalesearch.training.table_step import optimizer_of


class State:
    """Everything a training carries from step to step.

    Attributes:
        model: the built model; its variables are what is trained.
        averages: averaged trainable weights, one tensor each; empty without averaging.
        optimizer: built for the model's trainable variables.
    """

    def __init__(self, network: FunctionNetwork, recipe: Recipe, seed: int) -> None:
        """The state before the first step; weights are drawn from Keras's global `seed`."""
        keras.utils.set_random_seed(seed)
        self.model = build_model(network)
        for layer in normalisations(self.model):
            # Each part of a batch moves them: together as far as a whole batch does.
            layer.momentum = recipe.batch_norm_momentum ** (1 / recipe.parts)
        self.averages = [
            tf.Variable(variable.value)
            for variable in self.model.trainable_variables
            if recipe.average
        ]
        self.optimizer = optimizer_of(recipe)
        if any(layer.compute_dtype == "float16" for layer in self.model._flatten_layers()):
            # Gradients of float16 vanish unless they are scaled (Micikevicius et al. 2018).
            self.optimizer = keras.optimizers.LossScaleOptimizer(self.optimizer)
        self.optimizer.build(self.model.trainable_variables)

    def variables(self) -> list[Any]:
        """All that a training carries from step to step, states of the model's random seeds too."""
        return [*self.model.variables, *self.averages, *self.optimizer.variables]

    def scored(self) -> list[Any]:
        """What the network is scored with, once `settle` has put the averages in place."""
        return list(self.model.variables)

    @property
    def adds_losses(self) -> bool:
        """Whether the loss of a step has more in it than that of its images, as of regularisers."""
        return bool(self.model.losses)

    def settle(self) -> None:
        """Put the averaged weights, if any, in place of the model's, which are scored then."""
        for average, variable in zip(self.averages, self.model.trainable_variables, strict=False):
            variable.assign(average)


def training_step(
    network: FunctionNetwork, recipe: Recipe, state: State
) -> Callable[[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]:
    """A function (images, labels, rate, seed) -> loss that does one step and updates `state`.

    As `step.training_step`; the seed is not used, since the model's own layers carry theirs. Losses
    that the model adds of itself, such as regularisation, are trained on and part of the answer.
    """
    model, variables = state.model, state.model.trainable_variables
    logits_of = to_logits(network)
    # Biases and normalisation are not decayed (He et al. 2019, section 3.1).
    decayed = [variable for variable in variables if len(variable.shape) > 1]
    spare = recipe.label_smoothing / network.classes

    def backward(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        targets = tf.one_hot(labels, network.classes, 1.0 - recipe.label_smoothing + spare, spare)
        with tf.GradientTape() as tape:
            outputs = model(taken(images, network), training=True)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, logits_of(outputs))
            added = [tf.cast(each, tf.float32) for each in model.losses]
            loss = tf.reduce_mean(losses) + tf.add_n([tf.constant(0.0), *added])
            steered = state.optimizer.scale_loss(loss)
        return loss, tape.gradient(steered, [variable.value for variable in variables])

    def update(gradients: list[tf.Tensor], rate: tf.Tensor) -> None:
        state.optimizer.learning_rate.assign(rate)
        if recipe.weight_decay:
            for variable in decayed:
                decay = tf.cast(rate * recipe.weight_decay, variable.dtype)
                variable.assign_sub(decay * variable.value)
        state.optimizer.apply(gradients, variables)
        for average, variable in zip(state.averages, variables, strict=False):
            average.assign_sub((1.0 - recipe.average) * (average - variable.value))

    @tf.function(autograph=False)
    def step(images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        loss, gradients = backward(images, labels)
        update(gradients, rate)
        return loss

    if recipe.parts == 1:
        return step
    gathered = [tf.Variable(tf.zeros_like(variable.value)) for variable in variables]

    @tf.function(autograph=False)
    def gather(images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        loss, gradients = backward(images, labels)
        for total, gradient in zip(gathered, gradients, strict=True):
            if gradient is not None:  # of a weight that the outputs do not depend on
                total.assign_add(tf.convert_to_tensor(gradient) / recipe.parts)
        return loss / recipe.parts

    @tf.function(autograph=False)
    def apply(rate: tf.Tensor) -> None:
        update([total.read_value() for total in gathered], rate)
        for total in gathered:
            total.assign(tf.zeros_like(total))

    return in_parts(recipe, gather, apply)


def scoring_step(
    network: FunctionNetwork, state: State
) -> Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """A function (images, labels) -> (right answers, summed loss), as `step.scoring_step`.

    It scores the model's weights as they are: see `State.settle`.
    """
    model = state.model
    logits_of = to_logits(network)

    @tf.function(autograph=False, reduce_retracing=True)
    def score(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        logits = logits_of(model(taken(images, network), training=False))
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        hits = tf.equal(tf.argmax(logits, -1, output_type=tf.int32), labels)
        return tf.reduce_sum(tf.cast(hits, tf.int32)), tf.reduce_sum(losses)

    return score


def observing_step(
    network: FunctionNetwork, recipe: Recipe, state: State
) -> Callable[[tf.Tensor, tf.Tensor], None]:
    """A function (images, share) that moves the statistics by that share towards those of images.

    As `step.observing_step`, for Keras's own batch normalisation; what the model drops in training
    is dropped here too.
    """
    model = state.model

    @tf.function(autograph=False)
    def observe(images: tf.Tensor, share: tf.Tensor) -> None:
        norms = normalisations(model)
        usual = [layer.momentum for layer in norms]
        for layer in norms:  # read while the graph is made
            layer.momentum = tf.cast(1.0 - share, layer.moving_mean.dtype)
        model(taken(images, network), training=True)
        for layer, momentum in zip(norms, usual, strict=True):
            layer.momentum = momentum

    return observe


def normalisations(model: keras.Model) -> list[keras.layers.BatchNormalization]:
    """The model's batch normalisations, those within other layers too."""
    layers = model._flatten_layers()
    return [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]


def keep(state: State, path: Path) -> None:
    """Write what the scored model is made of, averaged weights where there are such."""
    variable_files.write(path, state.model)
