"""Images of tensorflow-datasets of any depth and with transparency, as the eye has them."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf


def plain(image: "tf.Tensor", feature: Any) -> "tf.Tensor":
    """An encoded image of `feature` as uint8 (height, width, 1 or 3): opaque, on white.

    Sixteen bits are scaled to eight, so that 65535 becomes 255.
    """
    import tensorflow as tf

    channels = feature.shape[-1]
    if channels == 2:  # which tensorflow-datasets writes and cannot read
        kind = tf.dtypes.as_dtype(feature.np_dtype)
        pixels = tf.io.decode_png(image, dtype=kind)
        pixels.set_shape(feature.shape)
    else:
        pixels = feature.decode_example(image)
    if np.dtype(feature.np_dtype) == np.uint16:
        pixels = _rounded(tf.cast(pixels, tf.float32) / 257)
    return _on_white(pixels) if channels in (2, 4) else pixels


def _on_white(image: "tf.Tensor") -> "tf.Tensor":
    """Colours or grey with transparency, its last channel, on white."""
    import tensorflow as tf

    values = tf.cast(image, tf.float32)
    colours, opaque = values[..., :-1], values[..., -1:] / 255
    return _rounded(colours * opaque + 255 * (1 - opaque))


def _rounded(values: "tf.Tensor") -> "tf.Tensor":
    import tensorflow as tf

    return tf.saturate_cast(tf.round(values), tf.uint8)
