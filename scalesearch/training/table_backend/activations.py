"""Activations by name, each with its gradient.

Each is a function of features of any shape, float32, that gives them activated and a function from
the gradient of that to the gradient of the features.
"""

from collections.abc import Callable

import tensorflow as tf

Back = Callable[[tf.Tensor], tf.Tensor]


def swish(features: tf.Tensor) -> tuple[tf.Tensor, Back]:
    """x * sigmoid(x) (Ramachandran et al. 2017), keeping the sigmoid for the gradient."""
    gate = tf.sigmoid(features)

    def back(upstream: tf.Tensor) -> tf.Tensor:
        return upstream * (gate + tf.raw_ops.SigmoidGrad(y=gate, dy=features))

    return features * gate, back


def relu(features: tf.Tensor) -> tuple[tf.Tensor, Back]:
    outputs = tf.nn.relu(features)
    return outputs, lambda upstream: tf.raw_ops.ReluGrad(gradients=upstream, features=outputs)


def relu6(features: tf.Tensor) -> tuple[tf.Tensor, Back]:
    outputs = tf.nn.relu6(features)
    return outputs, lambda upstream: tf.raw_ops.Relu6Grad(gradients=upstream, features=outputs)


def sigmoid(features: tf.Tensor) -> tuple[tf.Tensor, Back]:
    outputs = tf.sigmoid(features)
    return outputs, lambda upstream: tf.raw_ops.SigmoidGrad(y=outputs, dy=upstream)


def gelu(features: tf.Tensor) -> tuple[tf.Tensor, Back]:
    with tf.GradientTape() as tape:
        tape.watch(features)
        outputs = tf.nn.gelu(features)
    return outputs, lambda upstream: tape.gradient(outputs, features, upstream)


def linear(features: tf.Tensor) -> tuple[tf.Tensor, Back]:
    return features, lambda upstream: upstream


ACTIVATIONS: dict[str, Callable[[tf.Tensor], tuple[tf.Tensor, Back]]] = {
    "": linear,
    "swish": swish,
    "relu": relu,
    "relu6": relu6,
    "gelu": gelu,
}
