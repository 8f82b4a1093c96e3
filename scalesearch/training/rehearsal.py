"""One step of training, tried before a search begins: what cannot be trained is refused then."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

import keras
import numpy as np
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import BuildError, ConfigError
from scalesearch.keras_models.functions.function_models import build_model, file_of
from scalesearch.keras_models.functions.signatures import signed
from scalesearch.source_code.user_functions import blamed
from scalesearch.training import trainer
from scalesearch.training.backends import backend_of

T = TypeVar("T")

_BATCH = 4


@lru_cache(maxsize=64)
def signature(network: FunctionNetwork) -> FunctionNetwork:
    """The network with what its model takes and puts out (see `signatures.signed`).

    Raises BuildError as that does, and where the model cannot be run.
    """
    return _told(network, lambda: signed(network, build_model(network)))


def try_training(networks: Iterable[FunctionNetwork], recipe: Recipe) -> None:
    """Train each network for one step on noise, and score it, as a training would.

    Raises BuildError, with the reason, for the first that cannot be trained, or whose model takes
    or puts out something else than the network says.
    """
    recipe = replace(recipe, batch_size=_BATCH, micro_batch=None)
    for network in networks:
        _told(network, lambda network=network: _try(network, recipe))  # type: ignore[misc] # bound now


@lru_cache(maxsize=64)
def _try(network: FunctionNetwork, recipe: Recipe) -> None:
    found = signed(network, build_model(network))
    if found != network:
        raise BuildError(
            f"{network.call} takes {takes(found)} and puts out {found.outputs}, where the smallest "
            f"proxy takes {takes(network)} and puts out {network.outputs}. Let the function build "
            "models of one kind."
        )
    trainer.settle(0)
    learner = backend_of(network).learner(network, recipe, 0)
    rng = np.random.default_rng(0)
    size = network.resolution
    shape = (_BATCH, size.height, size.width, network.input_channels)
    images = tf.constant(rng.integers(0, 256, shape, np.uint8))
    labels = tf.constant(rng.integers(0, network.classes, _BATCH, np.int32))
    rate, moment = tf.constant(recipe.learning_rate, tf.float32), tf.constant([0, 0])
    loss = float(learner.take(images, labels, rate, moment))
    if not math.isfinite(loss):
        raise BuildError(
            f"{network.call} cannot be trained: its loss is {loss} at the first step. Mend it "
            "there, or lower `learning_rate` in a copy of the profile."
        )
    learner.observe(images, tf.constant(1.0))
    learner.state.settle()
    learner.score(images, labels)


def takes(network: FunctionNetwork) -> str:
    """What images the network's model takes, such as "images from -1 to 1 (float32)"."""
    return f"images from {network.low:g} to {network.high:g} ({network.input_dtype})"


def _told(network: FunctionNetwork, run: Callable[[], T]) -> T:
    """What `run` gives; whatever else it raises than ConfigError becomes a BuildError."""
    try:
        return run()
    except ConfigError:
        raise
    except Exception as error:  # a layer may raise anything
        raise BuildError(
            f"{network.call} cannot be trained: one step of it raised "
            f"{blamed(error, file_of(network))}. Mend it there."
        ) from error
    finally:
        keras.utils.clear_session(free_memory=False)
