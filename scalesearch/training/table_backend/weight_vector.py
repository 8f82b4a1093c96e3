"""The one vector that holds every trainable weight of a network: its layout and its start."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from scalesearch.core.blocks import Classifier, Conv, SqueezeExcite, blocks
from scalesearch.core.network_table import TableNetwork

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


def weights_of(network: TableNetwork, zero_init_residual: bool = False) -> tuple[Weight, ...]:
    """Every trainable tensor in the order in which the forward pass uses it.

    Block after block and layer after layer, a shortcut's layers first; shapes are those of the
    stock Keras model's weights. With `zero_init_residual` the last scale of each residual branch is
    of kind zero_scale.
    """
    found: list[Weight] = []
    for block in blocks(network):
        for layer in block.all_layers:
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


def normalised(network: TableNetwork) -> list[int]:
    """Channels of each batch normalisation, in order."""
    return [
        layer.outputs
        for block in blocks(network)
        for layer in block.all_layers
        if isinstance(layer, Conv) and layer.norm
    ]
