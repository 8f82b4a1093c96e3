"""Layers that look at a pixel's neighbours, each with its gradient written out (see `kernels`)."""

from collections.abc import Callable

import tensorflow as tf

from scalesearch.core.architecture import Padding
from scalesearch.training.table_backend.depthwise_filters import filter_gradient
from scalesearch.training.table_backend.graph_constants import numbers
from scalesearch.training.table_backend.kernels import Back


def convolution(
    features: tf.Tensor, kernel: tf.Tensor, stride: int, padding: Padding
) -> tuple[tf.Tensor, Back]:
    """A convolution with kernel (k, k, inputs / groups, outputs)."""
    entry, rule, cut = _padded(features, int(kernel.shape[0]), padding)
    how = {"strides": [1, stride, stride, 1], "padding": rule}

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        to_entry = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=numbers(*entry.shape), filter=kernel, out_backprop=upstream, **how
        )
        to_kernel = tf.raw_ops.Conv2DBackpropFilter(
            input=entry, filter_sizes=numbers(*kernel.shape), out_backprop=upstream, **how
        )
        return cut(to_entry), to_kernel

    return tf.raw_ops.Conv2D(input=entry, filter=kernel, **how), back


def depthwise(
    features: tf.Tensor, kernel: tf.Tensor, stride: int, padding: Padding
) -> tuple[tf.Tensor, Back]:
    """A depthwise convolution with kernel (k, k, channels, 1)."""
    entry, rule, cut = _padded(features, int(kernel.shape[0]), padding)
    strides = [1, stride, stride, 1]

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        to_entry = tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
            input_sizes=numbers(*entry.shape),
            filter=kernel,
            out_backprop=upstream,
            strides=strides,
            padding=rule,
        )
        return cut(to_entry), filter_gradient(entry, upstream, int(kernel.shape[0]), stride, rule)

    outputs = tf.raw_ops.DepthwiseConv2dNative(
        input=entry, filter=kernel, strides=strides, padding=rule
    )
    return outputs, back


def max_pool(
    features: tf.Tensor, size: int, stride: int, padding: Padding
) -> tuple[tf.Tensor, Back]:
    """The largest of each `size` x `size` pixels; symmetric padding is zeros that take part."""
    entry, rule, cut = _padded(features, size, padding)
    how = {"ksize": [1, size, size, 1], "strides": [1, stride, stride, 1], "padding": rule}
    outputs = tf.raw_ops.MaxPool(input=entry, **how)

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor]:
        to_entry = tf.raw_ops.MaxPoolGrad(
            orig_input=entry, orig_output=outputs, grad=upstream, **how
        )
        return (cut(to_entry),)

    return outputs, back


def _padded(
    features: tf.Tensor, size: int, padding: Padding
) -> tuple[tf.Tensor, str, Callable[[tf.Tensor], tf.Tensor]]:
    """What goes into an operation, the padding it does itself, the gradient without the padding.

    Symmetric padding is an operation of its own: padding "EXPLICIT" ends TensorFlow 2.21's process
    where its graph optimiser joins a depthwise convolution and a bias.
    """
    around = size // 2
    if padding == "same":
        return features, "SAME", lambda gradient: gradient
    if not around:
        return features, "VALID", lambda gradient: gradient
    pads = tf.reshape(numbers(0, 0, around, around, around, around, 0, 0), numbers(4, 2))

    def cut(gradient: tf.Tensor) -> tf.Tensor:
        return tf.slice(gradient, numbers(0, around, around, 0), numbers(*features.shape))

    return tf.pad(features, pads), "VALID", cut
