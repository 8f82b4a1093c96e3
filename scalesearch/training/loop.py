"""The loop of one training: epochs, steps, when it is kept, and its score."""

import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import tensorflow as tf

from scalesearch.training.checkpoints import Checkpoints, Progress
from scalesearch.training.learning_rate import rate_at
from scalesearch.training.start import Start
from scalesearch.training.validation import Stopped, evaluate, settle_statistics


class Loop:
    """A training under way; `at` says how far it is."""

    def __init__(
        self,
        start: Start,
        seed: int,
        go_on: Callable[[int], bool],
        checkpoints: Checkpoints | None,
        since: float,
        at: Progress,
    ) -> None:
        """`since` is when this call began, `at` how far earlier ones came."""
        self.at = at
        self._start = start
        self._recipe = start.of[1]
        self._seed = seed
        self._go_on = go_on
        self._checkpoints = checkpoints
        self._since = since
        self._earlier = at.seconds
        self._traced = False

    @property
    def seconds(self) -> float:
        """Wall time of the training so far, earlier calls included."""
        return self._earlier + time.perf_counter() - self._since

    def losses(self) -> Iterator[float]:
        """Train to the end: the mean loss of each epoch, once it is whole.

        Raises Stopped where `go_on` says no after a step, a checkpoint being kept, and
        FloatingPointError where the loss stops being a finite number.
        """
        steps = self._start.images.steps
        # An epoch that was stopped after its last step has a total still, and is ended here.
        while len(self.at.losses) < self._recipe.epochs:
            epoch = len(self.at.losses)
            loss = self._epoch(epoch) / steps
            _check_finite(loss, epoch)
            self.at = replace(self.at, total=0.0, losses=(*self.at.losses, loss))
            yield loss

    def _epoch(self, epoch: int) -> float:
        """Do the steps that are left of an epoch; the sum of its losses."""
        images = self._start.images
        total = tf.constant(self.at.total)
        # What of this epoch was trained on before is drawn again, so that the rest is as it was.
        begin = epoch * images.steps
        drawn = images.epoch(self._seed, epoch)
        for batch, labels in itertools.islice(drawn, self.at.step - begin, None):
            total += self._step(batch, labels)
            wanted = not self._go_on(self.at.step)
            if self._checkpoints and (wanted or self._checkpoints.due()):
                _check_finite(float(total), epoch)  # nothing would come of such a checkpoint
                self.at = replace(self.at, total=float(total))
                self._save(self._checkpoints)
            if wanted:
                raise Stopped
        return float(total)

    def _step(self, batch: np.ndarray, labels: np.ndarray) -> tf.Tensor:
        """Do one step, timed unless it is the first, which traces; its loss."""
        began = time.perf_counter()
        epochs = self.at.step / self._start.images.steps
        rate = tf.constant(rate_at(self._recipe, epochs), tf.float32)
        moment = tf.constant([self._seed, self.at.step])
        loss = self._start.learner.take(tf.constant(batch), tf.constant(labels), rate, moment)
        self.at = replace(self.at, step=self.at.step + 1)
        if self._traced:
            spent = self.at.spent + time.perf_counter() - began
            self.at = replace(self.at, spent=spent, timed=self.at.timed + 1)
        self._traced = True
        return loss

    def score(self) -> tuple[float, float]:
        """Top-1 accuracy and mean cross-entropy of the network as it is now. Raises Stopped."""

        def go_on() -> bool:
            return self._go_on(self.at.step)

        try:
            settle_statistics(self._start, self._seed, go_on)
            return evaluate(self._start, go_on)
        except Stopped:
            if self._checkpoints:
                self._save(self._checkpoints)
            raise

    def _save(self, checkpoints: Checkpoints) -> None:
        self.at = replace(self.at, seconds=self.seconds)
        checkpoints.save(self._start.learner.state.variables(), self.at)


def _check_finite(loss: float, epoch: int) -> None:
    if not math.isfinite(loss):
        raise FloatingPointError(f"the training loss became {loss} in epoch {epoch + 1}")
