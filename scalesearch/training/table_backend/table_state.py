"""What a training of a table carries from step to step: a few long vectors."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.network_table import TableNetwork
from scalesearch.training.optimizers import optimizer_of
from scalesearch.training.table_backend import weight_files
from scalesearch.training.table_backend.weight_vector import initial, normalised, weights_of


class TableState:
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

    def settle(self) -> None:
        """Make ready for scoring: nothing, since the averaged weights are vectors of their own."""

    def write(self, path: Path) -> None:
        """Write the two vectors that a network is scored with; of weights, the averaged."""
        weight_files.write(path, weight_files.Kept(self.average.numpy(), self.statistics.numpy()))
