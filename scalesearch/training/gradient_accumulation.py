"""A step over the micro batches of a batch: gradients are gathered, then there is one update."""

from collections.abc import Callable

import tensorflow as tf

from scalesearch.config.recipe import Recipe


def in_parts(
    recipe: Recipe,
    gather: Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor],
    apply: Callable[[tf.Tensor], None],
) -> Callable[[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]:
    """A step that calls `gather` for each micro batch, with a seed of its own, then `apply`.

    `gather` answers with the part's share of the batch's mean loss. Separate calls, not a loop in
    one graph, so that one part's tensors are gone before the next begins.
    """

    def step(images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        loss = tf.constant(0.0)
        for part in range(recipe.parts):
            chosen = slice(part * recipe.at_once, (part + 1) * recipe.at_once)
            own = tf.random.experimental.stateless_fold_in(seed, part)
            loss += gather(images[chosen], labels[chosen], own)
        apply(rate)
        return loss

    return step
