"""Layers over a pixel's neighbours compute what TensorFlow's own do, gradients included."""

import pytest
import tensorflow as tf
from stock_comparison import assert_same, drawn

from scalesearch.training.table_backend import spatial_layers

PADDINGS = pytest.mark.parametrize("padding", ["same", "symmetric"])


def padded(features, size, padding):
    """What a stock layer is given, and how it is to pad that."""
    if padding == "same":
        return features, "SAME"
    around = [size // 2] * 2
    return tf.pad(features, [[0, 0], around, around, [0, 0]]), "VALID"


def stock_pool(features, size, stride, padding):
    entry, rule = padded(features, size, padding)
    return tf.nn.max_pool2d(entry, size, stride, rule)


@PADDINGS
@pytest.mark.parametrize(("size", "stride"), [(3, 1), (3, 2), (1, 2), (5, 2), (7, 2)])
def test_convolution_is_the_stock_one(size, stride, padding):
    def stock(features, kernel):
        entry, rule = padded(features, size, padding)
        return tf.nn.conv2d(entry, kernel, stride, rule)

    assert_same(
        lambda features, kernel: spatial_layers.convolution(features, kernel, stride, padding),
        stock,
        drawn(3, 9, 8, 5),
        drawn(size, size, 5, 7),
    )


@PADDINGS
@pytest.mark.parametrize("size", [3, 5, 7])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("pixels", [(9, 9), (8, 8), (8, 11), (3, 2), (1, 1)])
def test_depthwise_is_the_stock_convolution(size, stride, pixels, padding):
    def stock(features, kernel):
        entry, rule = padded(features, size, padding)
        return tf.nn.depthwise_conv2d(entry, kernel, [1, stride, stride, 1], rule)

    assert_same(
        lambda features, kernel: spatial_layers.depthwise(features, kernel, stride, padding),
        stock,
        drawn(3, *pixels, 6),
        drawn(size, size, 6, 1),
    )


@PADDINGS
@pytest.mark.parametrize(("size", "stride"), [(3, 2), (3, 1), (1, 1), (1, 2), (5, 3)])
@pytest.mark.parametrize("pixels", [(9, 9), (8, 11), (3, 2), (1, 1)])
def test_max_pool_is_the_stock_one(size, stride, pixels, padding):
    assert_same(
        lambda features: spatial_layers.max_pool(features, size, stride, padding),
        lambda features: stock_pool(features, size, stride, padding),
        drawn(3, *pixels, 5),
    )


@PADDINGS
def test_max_pool_of_equal_pixels_gives_the_gradient_to_the_stock_ones_choice(padding):
    """After a ReLU whole windows are 0, and one pixel of each must get the gradient."""
    features = tf.nn.relu(drawn(2, 7, 7, 3))
    assert_same(
        lambda features: spatial_layers.max_pool(features, 3, 2, padding),
        lambda features: stock_pool(features, 3, 2, padding),
        features,
    )


@PADDINGS
@pytest.mark.parametrize("pixels", [5, 6])
def test_a_batch_of_unknown_size_can_be_pooled(pixels, padding):
    pool = tf.function(lambda features: spatial_layers.max_pool(features, 3, 2, padding)[0])
    features = drawn(2, pixels, pixels, 3)
    spec = tf.TensorSpec((None, pixels, pixels, 3), tf.float32)
    assert pool.get_concrete_function(spec)(features).shape == (2, 3, 3, 3)
