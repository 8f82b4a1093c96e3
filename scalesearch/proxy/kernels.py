"""Operations whose gradients TensorFlow's CPU kernels compute slowly, written another way.

Each computes the same function as the stock operation; only the time differs. All are float32, and
of features of shape (batch, height, width, channels) only the batch may be unknown.
"""

import numpy as np
import tensorflow as tf

EPSILON = 1e-3
"""Batch normalisation's, as in the official EfficientNet code."""


@tf.custom_gradient
def swish(features: tf.Tensor):  # type: ignore[no-untyped-def]
    """x * sigmoid(x) of any shape, keeping the sigmoid for the gradient."""
    gate = tf.sigmoid(features)

    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        return upstream * gate + tf.raw_ops.SigmoidGrad(y=gate, dy=upstream * features)

    return features * gate, gradient


def pointwise(features: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """A 1x1 convolution of stride 1 as one matrix product.

    (b, h, w, inputs) by (1, 1, inputs, outputs) gives (b, h, w, outputs).
    """
    inputs, outputs = kernel.shape[2:]
    rows = tf.matmul(tf.reshape(features, (-1, inputs)), tf.reshape(kernel, (inputs, outputs)))
    batch, height, width = features.shape[:3]
    return tf.reshape(rows, (-1 if batch is None else batch, height, width, outputs))


def depthwise(features: tf.Tensor, kernel: tf.Tensor, stride: int) -> tf.Tensor:
    """A depthwise convolution, padding 'same'.

    (b, h, w, c) by (k, k, c, 1) gives (b, ceil(h / stride), ceil(w / stride), c).

    oneDNN's kernel for the gradient of a 5x5 or larger filter is two to three times slower than
    TensorFlow's own, which is used where the padding is written out: so it is written out.
    """
    size = int(kernel.shape[0])
    strides = [1, stride, stride, 1]
    if size < 5:
        return tf.nn.depthwise_conv2d(features, kernel, strides, "SAME")
    padding = _same_padding(features.shape[1], features.shape[2], size, stride)

    @tf.custom_gradient
    def apply(features: tf.Tensor, kernel: tf.Tensor):  # type: ignore[no-untyped-def]
        def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            to_features = tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
                input_sizes=tf.shape(features),
                filter=kernel,
                out_backprop=upstream,
                strides=strides,
                padding="SAME",
            )
            to_kernel = tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(
                input=features,
                filter_sizes=kernel.shape,
                out_backprop=upstream,
                strides=strides,
                padding="EXPLICIT",
                explicit_paddings=padding,
            )
            return to_features, to_kernel

        return tf.nn.depthwise_conv2d(features, kernel, strides, "SAME"), gradient

    return apply(features, kernel)


def _same_padding(height: int, width: int, kernel: int, stride: int) -> list[int]:
    """What padding 'same' pads, as TensorFlow's list for NHWC."""
    pads = [0, 0]
    for size in (height, width):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return [*pads, 0, 0]


def batch_norm(
    features: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Batch normalisation in training: by the batch's own statistics, whose shape must be known.

    Features (b, h, w, c), scale (c,) and shift (c,) give the normalised features, their mean (c,)
    and their biased variance (c,). No gradient flows through the last two.

    oneDNN's fused kernel takes 1.7 ns an element where c is a multiple of 16 and 15 to 20 ns
    elsewhere, which is where proxies live (their widths follow beta closely). Those go through
    sums as matrix products, over rows long enough for broadcasting to be quick: 3 ns.
    """
    channels = features.shape[-1]
    count = int(np.prod(features.shape[:3]))
    if channels % 16 == 0:
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            features, scale, shift, epsilon=EPSILON, is_training=True
        )
        # The fused operation gives the unbiased variance; Keras averages the biased one.
        return outputs, mean, variance * ((count - 1) / count)
    return _batch_norm(features, scale, shift)


@tf.custom_gradient
def _batch_norm(features: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor):  # type: ignore[no-untyped-def]
    channels = features.shape[-1]
    count = int(np.prod(features.shape[:3]))
    beside = next(number for number in (16, 8, 4, 2, 1) if count % number == 0)
    shape = (count // beside, beside * channels)  # `beside` pixels side by side in a row
    ones = tf.fill((1, shape[0]), 1.0 / count)

    def mean_of(rows: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(tf.reshape(tf.matmul(ones, rows), (beside, channels)), 0)

    def repeated(values: tf.Tensor) -> tf.Tensor:
        return tf.tile(values, [beside])

    rows = tf.reshape(features, shape)
    mean = mean_of(rows)
    variance = tf.maximum(mean_of(rows * rows) - mean * mean, 0.0)
    inverse = tf.math.rsqrt(variance + EPSILON)
    factor = scale * inverse
    outputs = rows * repeated(factor) + repeated(shift - mean * factor)

    def gradient(upstream: tf.Tensor, *_: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """factor * (u - mean(u) - n * mean(u * n)): u is upstream, n the normalised input.

        Mean and variance only feed the moving averages, so nothing flows back through them.
        """
        given = tf.reshape(upstream, shape)
        level = mean_of(given)
        slope = (mean_of(given * rows) - mean * level) * inverse
        linear = -factor * slope * inverse
        constant = -factor * level - mean * linear
        back = given * repeated(factor) + (rows * repeated(linear) + repeated(constant))
        return tf.reshape(back, features.shape), slope * count, level * count

    return (tf.reshape(outputs, features.shape), mean, variance), gradient
