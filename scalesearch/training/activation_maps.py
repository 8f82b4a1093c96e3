"""Class activation maps (Zhou et al. 2016, arXiv 1512.04150, section 2).

A network that ends in a global mean and one linear layer gives class c the score
mean over pixels of M_c(x, y), plus the bias of c, with M_c(x, y) = sum over channels k of
w_kc * f_k(x, y): the features that are pooled, times the class's weights. So the map is exact.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from scalesearch.core.networks import Network
from scalesearch.training.backends import backend_of


@dataclass(frozen=True, slots=True)
class ClassMaps:
    """What a network makes of some images.

    Attributes:
        logits: (batch, classes) float32; of a model that puts out probabilities, their logarithm.
        probabilities: softmax of these, (batch, classes) float32.
        classes: the likeliest of each image, (batch,) int64.
        maps: M_c of that class before the mean, (batch, height, width) float32; bias left out.
    """

    logits: np.ndarray
    probabilities: np.ndarray
    classes: np.ndarray
    maps: np.ndarray


def class_maps(network: Network, trained: Any, images: np.ndarray) -> ClassMaps:
    """The likeliest class of each image and the map of what speaks for it.

    `trained` is what `Backend.read` gives for its weights. `images` are uint8 (batch, height,
    width, channels). Raises ConfigError for a function's model without a global mean and one linear
    layer at its end.
    """
    found = backend_of(network).pooled(network, trained, images)
    classes = found.logits.argmax(-1)
    maps = np.einsum("bhwk,bk->bhw", found.features, found.kernel.T[classes])
    return ClassMaps(found.logits, tf.nn.softmax(found.logits).numpy(), classes, maps)
