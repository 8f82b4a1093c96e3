"""Small constants of a graph, each made once.

Making a node takes about a third of a millisecond in Python, and a network asks for the same shapes
and axes hundreds of times.
"""

from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

import numpy as np
import tensorflow as tf

_MADE: WeakKeyDictionary[tf.Graph, dict[Hashable, tf.Tensor]] = WeakKeyDictionary()


def numbers(*values: int) -> tf.Tensor:
    """(n,) int32: a shape, a list of axes, a list of multiples."""
    return _once(("numbers", values), lambda: tf.constant(values, tf.int32, (len(values),)))


def real(value: float) -> tf.Tensor:
    """A float32 scalar."""
    return _once(("real", value), lambda: tf.constant(value, tf.float32))


def row(length: int, value: float) -> tf.Tensor:
    """(1, length) float32, all `value`."""
    return _once(("row", length, value), lambda: tf.fill(numbers(1, length), real(value)))


def matrix(values: np.ndarray) -> tf.Tensor:
    """Any shape, float32."""
    key = ("matrix", values.shape, values.tobytes())
    return _once(key, lambda: tf.constant(values, tf.float32))


def _once(key: Hashable, make: Callable[[], tf.Tensor]) -> tf.Tensor:
    if tf.executing_eagerly():
        return make()
    made = _MADE.setdefault(tf.compat.v1.get_default_graph(), {})
    if key not in made:
        made[key] = make()
    return made[key]
