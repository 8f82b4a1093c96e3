"""MACs and activations of any Keras model, counted from its layers alone."""

import math

import keras


def macs_and_acts(model: keras.Model) -> tuple[int, int]:
    """For one image: multiply-accumulates, one more an output element of a bias; output elements.

    Convolution and linear layers, and the output elements of max pooling.
    """
    macs = acts = 0
    for layer in model.layers:
        if isinstance(layer, keras.layers.MaxPooling2D):
            acts += math.prod(layer.output.shape[1:])
        if not isinstance(
            layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D | keras.layers.Dense
        ):
            assert isinstance(layer, keras.layers.BatchNormalization) or not layer.trainable_weights
            continue
        outputs = math.prod(layer.output.shape[1:])
        # Of a convolution (height, width, inputs a group, outputs); depthwise (height, width,
        # channels, 1); of a linear layer (inputs, outputs).
        shape = layer.kernel.shape
        depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
        each = math.prod(shape[:2]) if depthwise else math.prod(shape[:-1])
        macs += outputs * (each + bool(layer.use_bias))
        acts += outputs
    return macs, acts
