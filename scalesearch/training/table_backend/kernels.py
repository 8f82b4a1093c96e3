"""Layers as plain operations, each with its gradient written out.

Each function takes features (batch, height, width, channels) and weights, all float32, and gives
the outputs and a function from the gradient of those to the gradients of features and weights, in
order. Writing gradients out spares what a tape adds to every operation, in nodes and in time to
build them, and lets a slow operation be replaced by a quicker one that computes the same. Only the
batch may be unknown, and then the gradients must not be asked for.
"""

from collections.abc import Callable

import tensorflow as tf

from scalesearch.training.table_backend.activations import ACTIVATIONS, sigmoid
from scalesearch.training.table_backend.graph_constants import numbers, real

Back = Callable[[tf.Tensor], tuple[tf.Tensor, ...]]


def pointwise(features: tf.Tensor, kernel: tf.Tensor) -> tuple[tf.Tensor, Back]:
    """A 1x1 convolution of stride 1 as one matrix product; the kernel is (inputs, outputs)."""
    batch, height, width, inputs = features.shape
    outputs = kernel.shape[1]
    rows = tf.reshape(features, numbers(-1, inputs))

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        given = tf.reshape(upstream, numbers(-1, outputs))
        to_rows = tf.matmul(given, kernel, transpose_b=True)
        to_kernel = tf.matmul(rows, given, transpose_a=True)
        return tf.reshape(to_rows, numbers(*features.shape)), to_kernel

    whole = numbers(-1 if batch is None else batch, height, width, outputs)
    return tf.reshape(tf.matmul(rows, kernel), whole), back


def biased(features: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, Back]:
    """Features of any rank plus a bias (channels,)."""
    outputs = tf.raw_ops.BiasAdd(value=features, bias=bias)
    return outputs, lambda upstream: (upstream, tf.raw_ops.BiasAddGrad(out_backprop=upstream))


def linear(inputs: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) -> tuple[tf.Tensor, Back]:
    """Inputs (batch, n) by a kernel (n, m) plus a bias (m,)."""

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        return (
            tf.matmul(upstream, kernel, transpose_b=True),
            tf.matmul(inputs, upstream, transpose_a=True),
            tf.raw_ops.BiasAddGrad(out_backprop=upstream),
        )

    return tf.raw_ops.BiasAdd(value=tf.matmul(inputs, kernel), bias=bias), back


def pooled(features: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """The mean over all pixels, (batch, channels), and the gradient of each pixel.

    The latter is (batch, 1, 1, channels): the same for every pixel.
    """
    _, height, width, channels = features.shape

    def back(upstream: tf.Tensor) -> tf.Tensor:
        each = upstream * real(1 / (height * width))
        return tf.reshape(each, numbers(-1, 1, 1, channels))

    return tf.reduce_mean(features, numbers(1, 2)), back


def squeeze_excite(
    features: tf.Tensor,
    reduce: tf.Tensor,
    reduce_bias: tf.Tensor,
    expand: tf.Tensor,
    expand_bias: tf.Tensor,
    activation: str,
) -> tuple[tf.Tensor, Back]:
    """Features times gates made of their own means; the kernels are (c, reduced), (reduced, c)."""
    channels = features.shape[-1]
    means, from_means = pooled(features)
    hidden, from_hidden = linear(means, reduce, reduce_bias)
    active, from_active = ACTIVATIONS[activation](hidden)
    opening, from_opening = linear(active, expand, expand_bias)
    gates, from_gates = sigmoid(opening)
    gates = tf.reshape(gates, numbers(-1, 1, 1, channels))

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, ...]:
        to_gates = tf.reduce_sum(upstream * features, numbers(1, 2))
        to_active, *to_expand = from_opening(from_gates(to_gates))
        to_means, *to_reduce = from_hidden(from_active(to_active))
        return upstream * gates + from_means(to_means), *to_reduce, *to_expand

    return features * gates, back


def dropped(
    features: tf.Tensor, rate: float, seed: tf.Tensor, shape: tuple[int, ...]
) -> tuple[tf.Tensor, Back]:
    """Dropout at `rate` with one decision for each element of `shape`, by `seed` (2,) int32.

    What is kept grows by 1 / (1 - rate) (Srivastava et al. 2014).
    """
    chance = tf.random.stateless_uniform(shape, seed)
    mask = tf.cast(chance >= rate, tf.float32) * real(1 / (1 - rate))
    return features * mask, lambda upstream: (upstream * mask,)
