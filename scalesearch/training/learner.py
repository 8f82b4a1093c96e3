"""A network while it is trained, and once it is: the same to a trainer whatever its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import tensorflow as tf

TrainingStep = Callable[[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]
"""(images, labels, rate, seed) -> loss: one step, which updates the state.

images uint8 (batch, height, width, channels); labels int32 (batch,); the learning rate, float32;
seed int32 (2,), which decides what is dropped and must differ from step to step. The loss is the
batch's mean cross-entropy against the smoothed labels, a float32 scalar.
"""
ScoringStep = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""(images, labels) -> (right answers, summed loss), of any batch.

images uint8 (batch, height, width, channels); labels int32 (batch,). The answers are an int32
scalar, the cross-entropy a float32 scalar, without smoothing, decay or drops.
"""
ObservingStep = Callable[[tf.Tensor, tf.Tensor], None]
"""(images, share): moves normalisation's statistics by that share towards those of the images.

images uint8 (recipe.at_once, height, width, channels); the share a float32 scalar from 0 to 1.
They go through the weights that the network is scored with.
"""


class State(Protocol):
    """Everything a training carries from step to step."""

    def variables(self) -> list[Any]:
        """All of it as variables of Keras or TensorFlow, always in the same order."""

    def scored(self) -> list[Any]:
        """What the network is scored with, once it is settled."""

    def settle(self) -> None:
        """Make ready for scoring: averaged weights, if any, are what is scored from then on."""

    def write(self, path: Path) -> None:
        """Write what the network is scored with. Raises StudyError for the disk."""


@dataclass(frozen=True, slots=True)
class Learner:
    """A network's state, and the functions over it, each traced at its first call."""

    state: State
    take: TrainingStep
    score: ScoringStep
    observe: ObservingStep
    restart: Callable[[int], None] | None = None
    """Makes the state that before the first step of a training with this seed, in the same
    variables. None where it cannot be used again, since layers may hold what nobody knows of."""


class Pooled(NamedTuple):
    """What a network makes of some images just before its global mean, and after."""

    features: np.ndarray
    """(batch, height, width, channels) float32."""
    kernel: np.ndarray
    """Of the linear layer after the mean, (channels, classes) float32."""
    logits: np.ndarray
    """(batch, classes) float32; of a model that puts out probabilities, their logarithm."""
