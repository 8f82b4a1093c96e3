"""Layers that look at a pixel's neighbours, each with its gradient written out (see `kernels`)."""

import tensorflow as tf

from scalesearch.core.network import Padding
from scalesearch.proxy.constants import numbers
from scalesearch.proxy.kernels import Back


def convolution(
    features: tf.Tensor, kernel: tf.Tensor, stride: int, padding: Padding
) -> tuple[tf.Tensor, Back]:
    """A convolution with kernel (k, k, inputs / groups, outputs)."""
    how: dict[str, object] = {"strides": [1, stride, stride, 1], "padding": "SAME"}
    if padding == "symmetric":
        how |= {"padding": "EXPLICIT", "explicit_paddings": _symmetric(int(kernel.shape[0]))}

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        to_features = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=numbers(*features.shape), filter=kernel, out_backprop=upstream, **how
        )
        to_kernel = tf.raw_ops.Conv2DBackpropFilter(
            input=features,
            filter_sizes=numbers(*kernel.shape),
            out_backprop=upstream,
            **how,
        )
        return to_features, to_kernel

    return tf.raw_ops.Conv2D(input=features, filter=kernel, **how), back


def depthwise(
    features: tf.Tensor, kernel: tf.Tensor, stride: int, padding: Padding
) -> tuple[tf.Tensor, Back]:
    """A depthwise convolution with kernel (k, k, channels, 1).

    oneDNN's kernel for the gradient of a 5x5 or larger filter is two to three times slower than
    TensorFlow's own, which is used where the padding is written out: so it is written out.
    """
    size = int(kernel.shape[0])
    strides = [1, stride, stride, 1]
    symmetric = {"padding": "EXPLICIT", "explicit_paddings": _symmetric(size)}
    written_out = {
        "padding": "EXPLICIT",
        "explicit_paddings": _same(features.shape[1], features.shape[2], size, stride),
    }
    how = symmetric if padding == "symmetric" else {"padding": "SAME"}
    how_filter = written_out if padding == "same" and size >= 5 else how

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        to_features = tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
            input_sizes=numbers(*features.shape),
            filter=kernel,
            out_backprop=upstream,
            strides=strides,
            **how,
        )
        to_kernel = tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(
            input=features,
            filter_sizes=numbers(*kernel.shape),
            out_backprop=upstream,
            strides=strides,
            **how_filter,
        )
        return to_features, to_kernel

    outputs = tf.raw_ops.DepthwiseConv2dNative(
        input=features, filter=kernel, strides=strides, **how
    )
    return outputs, back


def max_pool(
    features: tf.Tensor, size: int, stride: int, padding: Padding
) -> tuple[tf.Tensor, Back]:
    """The largest of each `size` x `size` pixels; symmetric padding is zeros that take part."""
    around = size // 2 if padding == "symmetric" else 0
    how = {
        "ksize": [1, size, size, 1],
        "strides": [1, stride, stride, 1],
        "padding": "VALID" if padding == "symmetric" else "SAME",
    }
    entry = features
    if around:
        pads = tf.reshape(numbers(0, 0, around, around, around, around, 0, 0), numbers(4, 2))
        entry = tf.pad(features, pads)
    outputs = tf.raw_ops.MaxPool(input=entry, **how)

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor]:
        to_entry = tf.raw_ops.MaxPoolGrad(
            orig_input=entry, orig_output=outputs, grad=upstream, **how
        )
        if not around:
            return (to_entry,)
        return (tf.slice(to_entry, numbers(0, around, around, 0), numbers(*features.shape)),)

    return outputs, back


def _symmetric(kernel: int) -> list[int]:
    """Padding of kernel // 2 on every side, as TensorFlow's list for NHWC."""
    return [0, 0, *[kernel // 2] * 4, 0, 0]


def _same(height: int, width: int, kernel: int, stride: int) -> list[int]:
    """What padding 'same' pads, as TensorFlow's list for NHWC."""
    pads = [0, 0]
    for size in (height, width):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return [*pads, 0, 0]
