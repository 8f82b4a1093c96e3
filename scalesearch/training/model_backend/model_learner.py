"""The backend for the models that a Python function builds: see `backends.Backend`."""

from pathlib import Path

import keras
import numpy as np

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.keras_models.functions import builders
from scalesearch.training.learner import Learner, Pooled
from scalesearch.training.model_backend import model_steps, pooling_head, variable_files
from scalesearch.training.model_backend.model_state import ModelState


class ModelBackend:
    """Trains what a function builds.

    No learner can be used again: layers may hold random and other state that nobody knows of.
    """

    def check_source(self, network: FunctionNetwork, since: str) -> None:
        """As `builders.check_source`; a network that is pinned to no code is not checked."""
        if network.source:
            builders.check_source(network, since)

    def learner(self, network: FunctionNetwork, recipe: Recipe, seed: int) -> Learner:
        state = ModelState(network, recipe, seed)
        return Learner(
            state,
            model_steps.training_step(network, recipe, state),
            model_steps.scoring_step(network, state),
            model_steps.observing_step(network, recipe, state),
        )

    def read(self, path: Path, network: FunctionNetwork) -> keras.Model:
        return variable_files.read(path, network)

    def pooled(self, network: FunctionNetwork, trained: keras.Model, images: np.ndarray) -> Pooled:
        return pooling_head.pooled(network, trained, images)
