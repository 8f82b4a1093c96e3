"""The network as it is trained: plain TensorFlow operations over one vector of weights.

It walks the same blocks as `table_model.build` and computes the same function (a test holds them
together). Keras's form is for people to load; this one is for speed on a CPU: hundreds of variables
become slices of one, so that an optimiser step is a handful of operations instead of thousands, and
a graph is made in a fraction of the time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from scalesearch.core.blocks import (
    Block,
    Classifier,
    Conv,
    Layer,
    MaxPool,
    SqueezeExcite,
    blocks,
    drop_rates,
)
from scalesearch.core.expansion_products import pays
from scalesearch.core.network_table import TableNetwork
from scalesearch.training.table_backend import kernels, spatial_layers
from scalesearch.training.table_backend.activations import ACTIVATIONS
from scalesearch.training.table_backend.backward_pass import Way, gradient
from scalesearch.training.table_backend.expansion import normalised_pointwise
from scalesearch.training.table_backend.graph_constants import numbers
from scalesearch.training.table_backend.normalisation import batch_norm, normalise
from scalesearch.training.table_backend.weight_vector import normalised, weights_of


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


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of a forward pass."""

    logits: tf.Tensor
    """(batch, classes) float32."""
    statistics: tf.Tensor
    """(2 * normalised channels,) float32: those of this batch in training, else the given ones."""
    gradient: Callable[[tf.Tensor], tf.Tensor]
    """From the gradient of the logits to that of the weights (weights,); for training only."""
    features: tf.Tensor
    """What the classifier pools: (batch, height, width, channels) float32."""


def forward(
    network: TableNetwork,
    images: tf.Tensor,
    vector: tf.Tensor,
    statistics: tf.Tensor,
    mode: Mode,
) -> Passed:
    """Pass `images` through the network.

    Args:
        images: (batch, height, width, channels) float32.
        vector: (weights,) float32, laid out by `weights_of`.
        statistics: (2 * normalised channels,) float32: each normalisation's means, then its
            variances, in order. Used where `mode.training` is false.
    """
    weights = tf.split(vector, [weight.size for weight in weights_of(network)])
    norms = [size for size in normalised(network) for _ in range(2)]
    walk = _Pass(weights, tf.split(statistics, norms), mode, network.norm_epsilon)
    features = images
    for block, rate in zip(blocks(network), drop_rates(network, mode.drop_connect), strict=True):
        features = walk.block(block, features, rate)
    if mode.training:
        statistics = tf.reshape(tf.concat(walk.seen, 1), numbers(-1))
    return Passed(features, statistics, lambda upstream: gradient(walk.ways, upstream), walk.pooled)


class _Pass:
    """One forward pass; takes weights off the front as it goes, and remembers the way back."""

    def __init__(
        self,
        weights: Sequence[tf.Tensor],
        given: Sequence[tf.Tensor],
        mode: Mode,
        epsilon: float,
    ) -> None:
        self.weights = iter(weights)
        self.given = iter(given)
        self.mode = mode
        self.epsilon = epsilon
        self.seen: list[tf.Tensor] = []
        self.drops = 0
        self.steps: list[kernels.Back] = []  # where the way back is being noted down
        self.ways: list[Way] = []
        self.pooled: tf.Tensor  # what the classifier pools, once it has been reached

    def block(self, block: Block, entry: tf.Tensor, drop_connect: float) -> tf.Tensor:
        way = Way(block.residual)
        self.ways.append(way)
        self.steps = way.shortcut
        around = self.through(block.shortcut, entry)
        self.steps = way.branch
        features = self.through(block.layers, entry)
        if block.residual:
            if drop_connect and self.mode.training:
                features = self.drop(features, drop_connect, (features.shape[0], 1, 1, 1))
            features = around + features
        self.steps = way.end
        return self.activated(features, block.activation)

    def through(self, layers: tuple[Layer, ...], features: tf.Tensor) -> tf.Tensor:
        for layer in layers:
            match layer:
                case Conv():
                    features = self.conv(layer, features)
                case MaxPool(kernel, stride, _, padding):
                    features = self.record(
                        spatial_layers.max_pool(features, kernel, stride, padding)
                    )
                case SqueezeExcite():
                    features = self.squeeze_excite(layer, features)
                case Classifier():
                    features = self.classifier(layer, features)
        return features

    def record(self, passed: tuple[tf.Tensor, kernels.Back]) -> tf.Tensor:
        outputs, back = passed
        self.steps.append(back)
        return outputs

    def take(self, *shape: int) -> tf.Tensor:
        weight = next(self.weights)
        return tf.reshape(weight, numbers(*shape)) if len(shape) > 1 else weight

    def conv(self, layer: Conv, features: tf.Tensor) -> tf.Tensor:
        size, inputs, outputs = layer.kernel, layer.inputs, layer.outputs
        if layer.groups == inputs == outputs:
            kernel = self.take(size, size, inputs, 1)
            features = self.record(
                spatial_layers.depthwise(features, kernel, layer.stride, layer.padding)
            )
        elif size == layer.stride == layer.groups == 1:
            if self.mode.training and layer.norm and not layer.bias and self.joins(layer, features):
                return self.activated(self.expand(features, inputs, outputs), layer.activation)
            features = self.record(kernels.pointwise(features, self.take(inputs, outputs)))
        else:
            kernel = self.take(size, size, inputs // layer.groups, outputs)
            features = self.record(
                spatial_layers.convolution(features, kernel, layer.stride, layer.padding)
            )
        if layer.bias:
            features = self.record(kernels.biased(features, self.take(outputs)))
        if layer.norm:
            features = self.norm(features, outputs)
        return self.activated(features, layer.activation)

    def joins(self, layer: Conv, features: tf.Tensor) -> bool:
        """Whether a 1x1 convolution is done in one with its normalisation."""
        return pays(layer.inputs, layer.outputs, int(np.prod(features.shape[:3])))

    def activated(self, features: tf.Tensor, activation: str) -> tf.Tensor:
        if not activation:
            return features
        active, back = ACTIVATIONS[activation](features)
        return self.record((active, lambda upstream: (back(upstream),)))

    def norm(self, features: tf.Tensor, channels: int) -> tf.Tensor:
        scale, shift = self.take(channels), self.take(channels)
        if not self.mode.training:
            given = next(self.given), next(self.given)
            return normalise(features, scale, shift, *given, self.epsilon)
        outputs, back, mean, variance = batch_norm(features, scale, shift, self.epsilon)
        self.seen += [mean, variance]
        return self.record((outputs, back))

    def expand(self, features: tf.Tensor, inputs: int, outputs: int) -> tf.Tensor:
        """A 1x1 convolution and its normalisation in one, in training."""
        weights = self.take(inputs, outputs), self.take(outputs), self.take(outputs)
        expanded, back, mean, variance = normalised_pointwise(features, *weights, self.epsilon)
        self.seen += [mean, variance]
        return self.record((expanded, back))

    def squeeze_excite(self, layer: SqueezeExcite, features: tf.Tensor) -> tf.Tensor:
        wide, narrow = layer.channels, layer.reduced
        weights = (
            self.take(wide, narrow), self.take(narrow), self.take(narrow, wide), self.take(wide)
        )  # fmt: skip
        return self.record(kernels.squeeze_excite(features, *weights, layer.activation))

    def classifier(self, layer: Classifier, features: tf.Tensor) -> tf.Tensor:
        self.pooled = features
        means, from_means = kernels.pooled(features)

        def back(upstream: tf.Tensor) -> tuple[tf.Tensor]:
            return (tf.broadcast_to(from_means(upstream), numbers(*features.shape)),)

        self.record((means, back))
        if self.mode.training and self.mode.dropout:
            means = self.drop(means, self.mode.dropout, means.shape)
        kernel = self.take(layer.channels, layer.classes)
        return self.record(kernels.linear(means, kernel, self.take(layer.classes)))

    def drop(self, features: tf.Tensor, rate: float, shape: tuple[int, ...]) -> tf.Tensor:
        """Dropout with one decision for each element of `shape`, new at each call."""
        self.drops += 1
        seed = tf.random.experimental.stateless_fold_in(self.mode.seed, self.drops)
        return self.record(kernels.dropped(features, rate, seed, shape))
