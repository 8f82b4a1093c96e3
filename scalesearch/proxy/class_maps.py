"""Class activation maps (Zhou et al. 2016, arXiv 1512.04150, section 2).

A network that ends in a global mean and one linear layer gives class c the score
mean over pixels of M_c(x, y), plus the bias of c, with M_c(x, y) = sum over channels k of
w_kc * f_k(x, y): the features that are pooled, times the class's weights. So the map is exact.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from scalesearch.core.network import Network
from scalesearch.proxy.forward import Mode, forward
from scalesearch.proxy.kept import Kept
from scalesearch.proxy.step import scaled
from scalesearch.proxy.weights import weights_of


@dataclass(frozen=True, slots=True)
class ClassMaps:
    """What a network makes of some images.

    Attributes:
        logits: (batch, classes) float32.
        probabilities: softmax of these, (batch, classes) float32.
        classes: the likeliest of each image, (batch,) int64.
        maps: M_c of that class before the mean, (batch, height, width) float32; bias left out.
    """

    logits: np.ndarray
    probabilities: np.ndarray
    classes: np.ndarray
    maps: np.ndarray


def class_maps(network: Network, kept: Kept, images: np.ndarray) -> ClassMaps:
    """The likeliest class of each image and the map of what speaks for it.

    `images` are uint8 (batch, resolution, resolution, channels).
    """
    passed = forward(
        network,
        scaled(tf.constant(images)),
        tf.constant(kept.vector),
        tf.constant(kept.statistics),
        Mode(training=False),
    )
    *_, kernel, bias = weights_of(network)
    end = len(kept.vector) - bias.size
    weights = kept.vector[end - kernel.size : end].reshape(kernel.shape)
    logits = passed.logits.numpy()
    classes = logits.argmax(-1)
    maps = np.einsum("bhwk,bk->bhw", passed.features.numpy(), weights.T[classes])
    return ClassMaps(logits, tf.nn.softmax(passed.logits).numpy(), classes, maps)
