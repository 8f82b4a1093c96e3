"""A 1x1 convolution to more channels with its batch normalisation, as one matrix product.

What comes out of the convolution is linear in what goes in, so its mean and variance follow from
the mean and covariance of its input, which has fewer channels: with rows x of mean m and covariance
C, x W has the mean m W and the variances diag(W' C W). Scaled columns of W and one more row for the
shift then normalise within the product, and the wide features are written once instead of being
passed over eight times, forward and back.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from scalesearch.training.table_backend.graph_constants import numbers, real, row

Back = Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]]


def normalised_pointwise(
    features: tf.Tensor,
    kernel: tf.Tensor,
    scale: tf.Tensor,
    shift: tf.Tensor,
    epsilon: float,
) -> tuple[tf.Tensor, Back, tf.Tensor, tf.Tensor]:
    """`normalisation.batch_norm` of `kernels.pointwise`, by the batch's own statistics.

    Features (b, h, w, inputs), whose shape must be known, kernel (inputs, outputs), scale and shift
    (outputs,). Gives the normalised features (b, h, w, outputs); a function from their gradient to
    those of the four arguments; the mean (1, outputs) and the biased variance (1, outputs) of the
    convolution's output, through which no gradient flows. `epsilon` is added to the variance.
    """
    batch, height, width, inputs = features.shape
    outputs = kernel.shape[1]
    count = int(np.prod(features.shape[:3]))
    flat = numbers(1, outputs)

    rows = tf.reshape(features, numbers(count, inputs))
    middle = tf.matmul(row(count, 1 / count), rows)
    centred = rows - middle
    covariance = tf.matmul(centred, centred, transpose_a=True) * real(1 / count)
    spread = tf.matmul(covariance, kernel)
    variance = _columns(kernel * spread, inputs)
    inverse = tf.math.rsqrt(variance + real(epsilon))
    factor = tf.reshape(scale, flat) * inverse
    folded = kernel * factor
    # A column of ones beside the rows takes the shift into the product.
    extended = tf.concat([centred, tf.fill(numbers(count, 1), real(1.0))], 1)
    product = tf.matmul(extended, tf.concat([folded, tf.reshape(shift, flat)], 0))

    def back(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
        """The chain rule through product, scaled kernel, variance, covariance and mean."""
        given = tf.reshape(upstream, numbers(count, outputs))
        to_folded, to_shift = tf.split(tf.matmul(extended, given, transpose_a=True), [inputs, 1], 0)
        to_factor = _columns(to_folded * kernel, inputs)
        to_scale = to_factor * inverse
        to_variance = real(-0.5) * to_scale * factor * inverse
        to_kernel = to_folded * factor + spread * (real(2.0) * to_variance)
        to_covariance = tf.matmul(kernel * to_variance, kernel, transpose_b=True)
        # The rows' own mean is taken off them, and so off their gradient.
        to_middle = tf.matmul(to_shift, folded, transpose_b=True)
        narrow = tf.concat([to_covariance * real(2 / count), to_middle * real(-1 / count)], 0)
        to_rows = tf.matmul(given, folded, transpose_b=True) + tf.matmul(extended, narrow)
        return (
            tf.reshape(to_rows, numbers(*features.shape)),
            to_kernel,
            tf.reshape(to_scale, numbers(outputs)),
            tf.reshape(to_shift, numbers(outputs)),
        )

    whole = numbers(batch, height, width, outputs)
    return tf.reshape(product, whole), back, tf.matmul(middle, kernel), variance


def _columns(matrix: tf.Tensor, height: int) -> tf.Tensor:
    """(1, n): the sums of the columns of `matrix` (height, n)."""
    return tf.matmul(row(height, 1.0), matrix)
