"""The gradient of a depthwise filter, by whichever of three ways is quick for its size.

oneDNN's kernel is the quickest for 3x3 filters over features that are no smaller than they; for
larger filters, and features of a few pixels, it falls back to one that is two to twenty times
slower than TensorFlow's own. That one is taken where the padding is written out: so it is written
out. Over features of one to four pixels both are beaten by multiplying every pixel by every pixel,
which are then few.
"""

import numpy as np
import tensorflow as tf

from scalesearch.training.table_backend.graph_constants import matrix, numbers, row

_FEW_PAIRS = 16
"""Pairs of an input and an output pixel up to which every pair is multiplied."""


def filter_gradient(
    features: tf.Tensor, upstream: tf.Tensor, size: int, stride: int, rule: str
) -> tf.Tensor:
    """(size, size, channels, 1): from the gradient of a depthwise convolution to its filter's.

    Features (batch, height, width, channels) and upstream (batch, rows, columns, channels) are
    what goes into the convolution and the gradient of what comes out; `rule` is its padding, SAME
    or VALID.
    """
    _, height, width, channels = features.shape
    _, rows, columns, _ = upstream.shape
    padding = [_pads(side, size, stride, rule) for side in (height, width)]
    if height * width * rows * columns <= _FEW_PAIRS:
        return _by_pairs(features, upstream, size, stride, [before for before, _ in padding])
    own = size > 3 or min(height, width) < size + stride - 1
    return tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(
        input=features,
        filter_sizes=numbers(size, size, channels, 1),
        out_backprop=upstream,
        strides=[1, stride, stride, 1],
        padding="EXPLICIT" if own else rule,
        explicit_paddings=[0, 0, *padding[0], *padding[1], 0, 0] if own else [],
    )


def _by_pairs(
    features: tf.Tensor, upstream: tf.Tensor, size: int, stride: int, before: list[int]
) -> tf.Tensor:
    """The product of each pixel in with each pixel out, summed over the batch and by offset."""
    batch, height, width, channels = features.shape
    _, rows, columns, _ = upstream.shape
    pixels, places = height * width, rows * columns
    products = tf.reshape(features, numbers(batch, pixels, 1, channels)) * tf.reshape(
        upstream, numbers(batch, 1, places, channels)
    )
    sums = tf.matmul(row(batch, 1.0), tf.reshape(products, numbers(batch, -1)))
    taps = np.zeros((size, size, height, width, rows, columns))
    for y, x, i, j in np.ndindex(height, width, rows, columns):
        down, across = y + before[0] - i * stride, x + before[1] - j * stride
        if 0 <= down < size and 0 <= across < size:
            taps[down, across, y, x, i, j] = 1
    chosen = matrix(taps.reshape(size * size, pixels * places))
    filters = tf.matmul(chosen, tf.reshape(sums, numbers(pixels * places, channels)))
    return tf.reshape(filters, numbers(size, size, channels, 1))


def _pads(side: int, size: int, stride: int, rule: str) -> tuple[int, int]:
    """Pixels that the rule pads before and after."""
    if rule == "VALID":
        return 0, 0
    total = max((-(-side // stride) - 1) * stride + size - side, 0)
    return total // 2, total - total // 2
