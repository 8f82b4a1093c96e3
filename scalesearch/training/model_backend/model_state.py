"""What a training of a function's model carries from step to step."""

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.keras_models.functions.function_models import build_model
from scalesearch.training.model_backend import variable_files
from scalesearch.training.optimizers import optimizer_of


class ModelState:
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

    def settle(self) -> None:
        """Put the averaged weights, if any, in place of the model's, which are scored then."""
        for average, variable in zip(self.averages, self.model.trainable_variables, strict=False):
            variable.assign(average)

    def write(self, path: Path) -> None:
        """Write what the scored model is made of, averaged weights where there are such."""
        variable_files.write(path, self.model)


def normalisations(model: keras.Model) -> list[keras.layers.BatchNormalization]:
    """The model's batch normalisations, those within other layers too."""
    layers = model._flatten_layers()
    return [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
