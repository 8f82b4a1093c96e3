"""The network as it is trained: plain TensorFlow operations over one vector of weights.

It walks the same blocks as `model.build` and computes the same function (a test holds them
together). Keras's form is for people to load; this one is for speed on a CPU: hundreds of variables
become slices of one, so that an optimiser step is a handful of operations instead of thousands, and
a graph is made in a fraction of the time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from scipy.special import ndtr, ndtri

from scalesearch.core.blocks import Block, Classifier, Conv, SqueezeExcite, blocks, drop_rates
from scalesearch.core.network import Network
from scalesearch.proxy import kernels

CUT_DEVIATION = 0.87962566
"""Standard deviation of a standard normal cut off at -2 and 2."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One tensor of the vector: where it starts from and what may be done to it."""

    shape: tuple[int, ...]
    kind: str
    """kernel, scale, zero_scale, shift or bias: how it is initialised."""

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))


def weights_of(network: Network, zero_init_residual: bool = False) -> tuple[Weight, ...]:
    """Every trainable tensor in the order in which the forward pass uses it.

    The order, shapes included, is that of the stock Keras model's trainable weights. With
    `zero_init_residual` the last scale of each residual branch is of kind zero_scale.
    """
    found: list[Weight] = []
    for block in blocks(network):
        for layer in block.layers:
            match layer:
                case Conv(kernel, _, inputs, outputs, groups):
                    last = block.residual and layer is block.layers[-1]
                    depthwise = groups == inputs == outputs
                    shape = (
                        (kernel, kernel, inputs, 1)
                        if depthwise
                        else (kernel, kernel, inputs // groups, outputs)
                    )
                    found.append(Weight(shape, "kernel"))
                    if layer.bias:
                        found.append(Weight((outputs,), "bias"))
                    if layer.norm:
                        scale = "zero_scale" if last and zero_init_residual else "scale"
                        found.append(Weight((outputs,), scale))
                        found.append(Weight((outputs,), "shift"))
                case SqueezeExcite(channels, reduced):
                    found.append(Weight((1, 1, channels, reduced), "kernel"))
                    found.append(Weight((reduced,), "bias"))
                    found.append(Weight((1, 1, reduced, channels), "kernel"))
                    found.append(Weight((channels,), "bias"))
                case Classifier(channels, classes):
                    found.append(Weight((channels, classes), "kernel"))
                    found.append(Weight((classes,), "bias"))
    return tuple(found)


def initial(weights: tuple[Weight, ...], seed: int) -> np.ndarray:
    """The starting vector, float32 (total,). The official initialisation, seeded.

    Convolutions: normal, cut off at two deviations and of variance 2 / fan-out (He et al. 2015;
    depthwise kernels have as fan-out kernel height x width). The linear layer: uniform with
    variance 1/3 / fan-out. Scales start at 1 (zero scales at 0), shifts and biases at 0.
    """
    rng = np.random.default_rng([seed, 0, 1])  # batches are drawn from [seed, epoch]
    parts = []
    for weight in weights:
        if weight.kind == "kernel" and len(weight.shape) == 4:
            height, width, _, outputs = weight.shape
            deviation = np.sqrt(2.0 / (height * width * outputs))
            below = ndtr(2.0)  # the inverse of the cumulative distribution, between its two ends
            draw = ndtri(rng.uniform(1 - below, below, weight.size)) * deviation / CUT_DEVIATION
        elif weight.kind == "kernel":
            reach = np.sqrt(1.0 / weight.shape[1])
            draw = rng.uniform(-reach, reach, weight.size)
        else:
            draw = np.full(weight.size, 1.0 if weight.kind == "scale" else 0.0)
        parts.append(draw.astype(np.float32))
    return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class Mode:
    """How a forward pass behaves.

    Training normalises by the batch's own statistics and drops at random, at the rates given here
    rather than the network's own; otherwise the given statistics are used and nothing is dropped.
    """

    training: bool
    dropout: float = 0.0
    """Rate before the classifier."""
    drop_connect: float = 0.0
    """Rate that deeper blocks come nearer to (see `drop_rates`)."""
    seed: tf.Tensor | None = None
    """(2,) int32 that decides what is dropped; must differ from step to step."""


def forward(
    network: Network,
    images: tf.Tensor,
    vector: tf.Tensor,
    statistics: tf.Tensor,
    mode: Mode,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Logits of `images`, and the batch's normalisation statistics.

    Args:
        images: (batch, resolution, resolution, channels) float32.
        vector: (weights,) float32, laid out by `weights_of`.
        statistics: (2 * normalised channels,) float32: each normalisation's means, then its
            variances, in order. Used where `mode.training` is false.

    Returns (batch, classes) logits and (2 * normalised channels,) statistics of this batch, the
    given ones where `mode.training` is false.
    """
    weights = weights_of(network)
    tensors = iter(
        tf.reshape(part, weight.shape)
        for part, weight in zip(
            tf.split(vector, [weight.size for weight in weights]), weights, strict=True
        )
    )
    norms = [size for size in normalised(network) for _ in range(2)]
    given = iter(tf.split(statistics, norms))
    walk = _Pass(tensors, given, mode)
    features = images
    for block, rate in zip(blocks(network), drop_rates(network, mode.drop_connect), strict=True):
        features = walk.block(block, features, rate)
    return features, tf.concat(walk.seen, 0) if mode.training else statistics


def normalised(network: Network) -> list[int]:
    """Channels of each batch normalisation, in order."""
    return [
        layer.outputs
        for block in blocks(network)
        for layer in block.layers
        if isinstance(layer, Conv) and layer.norm
    ]


class _Pass:
    """One forward pass; takes weights off the front as it goes."""

    def __init__(self, tensors, given, mode: Mode) -> None:  # type: ignore[no-untyped-def]
        self.tensors = tensors
        self.given = given
        self.mode = mode
        self.seen: list[tf.Tensor] = []
        self.drops = 0

    def block(self, block: Block, entry: tf.Tensor, drop_connect: float) -> tf.Tensor:
        features = entry
        for layer in block.layers:
            match layer:
                case Conv():
                    features = self.conv(layer, features)
                case SqueezeExcite():
                    features = self.squeeze_excite(layer, features)
                case Classifier():
                    features = self.classifier(features)
        if not block.residual:
            return features
        if drop_connect and self.mode.training:
            features = self.drop(features, drop_connect, (features.shape[0], 1, 1, 1))
        return entry + features

    def conv(self, layer: Conv, features: tf.Tensor) -> tf.Tensor:
        kernel = next(self.tensors)
        if layer.groups == layer.inputs == layer.outputs:
            features = kernels.depthwise(features, kernel, layer.stride)
        elif layer.kernel == 1 and layer.stride == 1 and layer.groups == 1:
            features = kernels.pointwise(features, kernel)
        else:
            features = tf.nn.conv2d(features, kernel, layer.stride, "SAME")
        if layer.bias:
            features += next(self.tensors)
        if layer.norm:
            features = self.norm(features)
        return ACTIVATIONS[layer.activation](features)

    def norm(self, features: tf.Tensor) -> tf.Tensor:
        scale, shift = next(self.tensors), next(self.tensors)
        if not self.mode.training:
            mean, variance = next(self.given), next(self.given)
            factor = scale * tf.math.rsqrt(variance + kernels.EPSILON)
            return features * factor + (shift - mean * factor)
        outputs, mean, variance = kernels.batch_norm(features, scale, shift)
        self.seen += [mean, variance]
        return outputs

    def squeeze_excite(self, layer: SqueezeExcite, features: tf.Tensor) -> tf.Tensor:
        gates = tf.reduce_mean(features, [1, 2])
        for activation in (ACTIVATIONS[layer.activation], tf.sigmoid):
            kernel, bias = next(self.tensors), next(self.tensors)
            gates = activation(tf.matmul(gates, tf.squeeze(kernel, [0, 1])) + bias)
        return features * gates[:, None, None, :]

    def classifier(self, features: tf.Tensor) -> tf.Tensor:
        pooled = tf.reduce_mean(features, [1, 2])
        if self.mode.training and self.mode.dropout:
            pooled = self.drop(pooled, self.mode.dropout, pooled.shape)
        return tf.matmul(pooled, next(self.tensors)) + next(self.tensors)

    def drop(self, features: tf.Tensor, rate: float, shape: tuple[int, ...]) -> tf.Tensor:
        """Dropout with one decision for each element of `shape`, new at each call."""
        self.drops += 1
        seed = tf.random.experimental.stateless_fold_in(self.mode.seed, self.drops)
        return tf.nn.experimental.stateless_dropout(features, rate, seed, noise_shape=shape)


ACTIVATIONS: dict[str, Callable[[tf.Tensor], tf.Tensor]] = {
    "": tf.identity,
    "swish": kernels.swish,
    "relu": tf.nn.relu,
    "relu6": tf.nn.relu6,
    "gelu": tf.nn.gelu,
}
