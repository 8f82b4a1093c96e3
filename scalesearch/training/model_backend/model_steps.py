"""The steps of a training of a function's model, through Keras's own call.

What only a table knows (drop-connect, which scales start at 0, the rate before the classifier) is
left to the function.
"""

import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.keras_models.functions.signatures import taken, to_logits
from scalesearch.training.gradient_accumulation import in_parts
from scalesearch.training.learner import ObservingStep, ScoringStep, TrainingStep
from scalesearch.training.model_backend.model_state import ModelState, normalisations


def training_step(network: FunctionNetwork, recipe: Recipe, state: ModelState) -> TrainingStep:
    """The step that trains the model of `state`.

    The seed is not used, since the model's own layers carry theirs. Losses that the model adds of
    itself, such as regularisation, are trained on and part of the loss.
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


def scoring_step(network: FunctionNetwork, state: ModelState) -> ScoringStep:
    """The step that scores the model's weights as they are: see `ModelState.settle`."""
    model = state.model
    logits_of = to_logits(network)

    @tf.function(autograph=False, reduce_retracing=True)
    def score(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        logits = logits_of(model(taken(images, network), training=False))
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        hits = tf.equal(tf.argmax(logits, -1, output_type=tf.int32), labels)
        return tf.reduce_sum(tf.cast(hits, tf.int32)), tf.reduce_sum(losses)

    return score


def observing_step(network: FunctionNetwork, recipe: Recipe, state: ModelState) -> ObservingStep:
    """The step that measures the statistics of Keras's own batch normalisation anew.

    What the model drops in training is dropped here too.
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
