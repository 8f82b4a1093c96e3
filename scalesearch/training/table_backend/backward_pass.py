"""The way back through a network: from the gradient of its logits to that of its weights."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import tensorflow as tf

from scalesearch.training.table_backend.graph_constants import numbers
from scalesearch.training.table_backend.kernels import Back


@dataclass(frozen=True, slots=True)
class Way:
    """The gradients of one block's steps, each list in the order of the forward pass."""

    residual: bool
    shortcut: list[Back] = field(default_factory=list)
    """What the block's input passes through before it is added; empty for the input itself."""
    branch: list[Back] = field(default_factory=list)
    end: list[Back] = field(default_factory=list)
    """What comes after the sum."""


def gradient(ways: Sequence[Way], upstream: tf.Tensor) -> tf.Tensor:
    """From the gradient of the logits to that of the weight vector (weights,).

    `ways` are the blocks in the order of the forward pass, in each of which the shortcut's weights
    come before the branch's.
    """
    found: list[tf.Tensor] = []  # the last weight's first

    def against(steps: list[Back], upstream: tf.Tensor) -> tf.Tensor:
        for step in reversed(steps):
            upstream, *to_weights = step(upstream)
            found.extend(reversed(to_weights))
        return upstream

    for way in reversed(ways):
        around = against(way.end, upstream)
        upstream = against(way.branch, around)
        if way.residual:
            upstream = against(way.shortcut, around) + upstream
    flat = [part if part.shape.rank == 1 else tf.reshape(part, numbers(-1)) for part in found]
    return tf.concat(flat[::-1], 0)
