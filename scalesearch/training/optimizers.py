"""The optimiser of a recipe."""

import keras

from scalesearch.config.recipe import Recipe


def optimizer_of(recipe: Recipe) -> keras.optimizers.Optimizer:
    """The recipe's optimiser without its decay; RMSProp's constants are those of the paper."""
    match recipe.optimizer:
        case "adamw":  # each training step decays, so that it can spare some weights
            return keras.optimizers.Adam(recipe.learning_rate, beta_2=recipe.beta2)
        case "rmsprop":
            return keras.optimizers.RMSprop(
                recipe.learning_rate, 0.9, recipe.momentum, epsilon=1e-3
            )
        case _:
            return keras.optimizers.SGD(recipe.learning_rate, recipe.momentum, nesterov=True)
