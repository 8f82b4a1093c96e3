"""The backend for tables: see `backends.Backend`."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.network_table import TableNetwork
from scalesearch.training.learner import Learner, Pooled
from scalesearch.training.table_backend import table_steps, weight_files
from scalesearch.training.table_backend.forward_pass import Mode, forward
from scalesearch.training.table_backend.table_state import TableState
from scalesearch.training.table_backend.weight_files import Kept
from scalesearch.training.table_backend.weight_vector import weights_of


class TableBackend:
    """Trains tables. Every number that a training carries is in its vectors: all can be reused."""

    def check_source(self, network: TableNetwork, since: str) -> None:
        """Nothing: a table is all that its network comes from."""

    def learner(self, network: TableNetwork, recipe: Recipe, seed: int) -> Learner:
        state = TableState(network, recipe, seed)
        return Learner(
            state,
            table_steps.training_step(network, recipe, state),
            table_steps.scoring_step(network, state),
            table_steps.observing_step(network, recipe, state),
            state.restart,
        )

    def read(self, path: Path, network: TableNetwork) -> Kept:
        return weight_files.read(path, network)

    def pooled(self, network: TableNetwork, trained: Kept, images: np.ndarray) -> Pooled:
        passed = forward(
            network,
            table_steps.scaled(tf.constant(images)),
            tf.constant(trained.vector),
            tf.constant(trained.statistics),
            Mode(training=False),
        )
        *_, kernel, bias = weights_of(network)
        end = len(trained.vector) - bias.size
        weights = trained.vector[end - kernel.size : end].reshape(kernel.shape)
        return Pooled(passed.features.numpy(), weights, passed.logits.numpy())
