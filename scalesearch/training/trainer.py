"""One training of one proxy, start to score, in the calling process."""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.heap import give_back
from scalesearch.core.networks import Network
from scalesearch.data.prepared_images import Prepared
from scalesearch.training.checkpoints import Checkpoints, Progress
from scalesearch.training.learner import State
from scalesearch.training.loop import Loop
from scalesearch.training.start import Keeper, at_start
from scalesearch.training.validation import Stopped


@dataclass(frozen=True, slots=True)
class Score:
    """What a training came to. `top1` and `loss` are of the validation images."""

    top1: float
    """Share of right answers, from 0 to 1."""
    loss: float
    """Mean cross-entropy in nats, without label smoothing."""
    epochs: float
    """Those done."""
    seconds: float
    """Wall time of the whole training, building and tracing included."""
    images_per_second: float
    """Training images a second, from the second step on, evaluation excluded."""
    weights: str
    """sha256 of what the network was scored with: equal for equal trainings."""


def train(
    network: Network,
    recipe: Recipe,
    data: Prepared,
    seed: int,
    progress: Callable[[dict[str, Any]], object] = lambda _: None,
    keep: Callable[[State], None] = lambda _: None,
    go_on: Callable[[int], bool] = lambda step: True,
    checkpoints: Checkpoints | None = None,
    keeper: Keeper | None = None,
) -> Score:
    """Train `network` by `recipe` on the prepared images; score it on the validation images.

    Deterministic for its arguments on one machine: weights, order, drops and augmentation all
    follow from `seed`. `progress` is called after each epoch with {"epoch", "epochs", "loss"}, the
    last being the mean training loss of that epoch. `keep` is given the trained state at the end.
    `go_on` is asked at the start, after each step and while it is scored, with the number of steps
    done.

    `keeper` may have what an earlier training of the same network made, and is left this one's.

    With `checkpoints` it begins where the newest of them is, if there is one, and ends with the
    same weights as if it had never been interrupted.

    Raises FloatingPointError where the loss stops being a finite number, DataError where the
    training part holds less than one batch, Stopped where `go_on` says no, and StudyError where a
    checkpoint cannot be written.
    """
    since = time.perf_counter()
    settle(seed)
    start = at_start(network, recipe, data, seed, keeper)
    state = start.learner.state
    loop = Loop(start, seed, go_on, checkpoints, since, _resumed(state, checkpoints))
    if not go_on(loop.at.step):  # before seconds go into a graph
        raise Stopped
    for loss in loop.losses():
        progress({"epoch": len(loop.at.losses), "epochs": recipe.epochs, "loss": loss})
    top1, loss = loop.score()
    keep(state)
    if keeper:
        keeper.keep(start)
    at = loop.at
    return Score(
        top1=top1,
        loss=loss,
        epochs=at.step / start.images.steps,
        seconds=loop.seconds,
        images_per_second=at.timed * recipe.batch_size / at.spent if at.spent else 0.0,
        weights=_digest(state.scored()),
    )


def settle(seed: int) -> None:
    """Set TensorFlow as every training here has it."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    # Graph optimisation costs more seconds at the start than it saves in a short training.
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def _digest(variables: Iterable[Any]) -> str:
    digest = hashlib.sha256()
    for variable in variables:
        digest.update(np.ascontiguousarray(variable).data)
    return digest.hexdigest()


def _resumed(state: State, checkpoints: Checkpoints | None) -> Progress:
    """Give `state` the variables of the newest checkpoint; how far that was."""
    found = checkpoints.latest(state.variables()) if checkpoints else None
    if found is None:
        return Progress()
    arrays, progress = found
    for variable, array in zip(state.variables(), arrays, strict=True):
        variable.assign(array)
    del found, arrays, variable, array  # as large as the state, which is large for large networks
    give_back()
    return progress
