"""Rules of convolutions and linear layers: what one call costs, by the kernel and the sizes."""

from math import prod
from typing import Any

from scalesearch.keras_models.counting.call_cost import NOTHING, Shape, Unknown, Work
from scalesearch.keras_models.counting.einsum import products
from scalesearch.keras_models.counting.layer_calls import Call
from scalesearch.keras_models.counting.layer_parameters import is_changed, kernel_shape


def convolution(call: Call) -> Work:
    """Kernel (*window, inputs a group, outputs)."""
    layer, elements = call.operation, prod(call.made)
    window = prod(kernel_shape(layer)[:-1])
    return Work(elements * (window + bool(layer.use_bias)), elements)


def depthwise(call: Call) -> Work:
    """Kernel (*window, channels, multiplier)."""
    layer, elements = call.operation, prod(call.made)
    return Work(elements * (prod(kernel_shape(layer)[:-2]) + bool(layer.use_bias)), elements)


def separable(call: Call) -> Work:
    """A depthwise convolution without bias, then a pointwise one, on the output's pixels."""
    layer = call.operation
    *window, channels, multiplier = kernel_shape(layer, "depthwise_kernel")
    elements = prod(call.made)
    between = elements // layer.filters * channels * multiplier
    pointwise = elements * (channels * multiplier + bool(layer.use_bias))
    return Work(between * prod(window) + pointwise, between + elements)


def transposed(call: Call) -> Work:
    """Kernel (*window, outputs, inputs): every input element is multiplied by its whole slice."""
    layer, elements = call.operation, prod(call.made)
    bias = elements * bool(layer.use_bias)
    window = prod(kernel_shape(layer)[:-1])
    return Work(prod(call.shape("inputs")) * window + bias, elements)


def dense(call: Call) -> Work:
    """Kernel (inputs, outputs)."""
    layer, elements = call.operation, prod(call.made)
    macs = elements * kernel_shape(layer)[0]
    return Work(macs + elements * bool(layer.use_bias) + adapters(layer, macs, elements), elements)


def einsum_dense(call: Call) -> Work:
    """One multiplication for every combination of the equation's indices."""
    layer, elements = call.operation, prod(call.made)
    macs = equation_products(layer.equation, call.shape("inputs"), kernel_shape(layer))
    bias = 0 if layer.bias is None else elements
    return Work(macs + bias + adapters(layer, macs, elements), elements)


def adapters(layer: Any, macs: int, elements: int) -> int:
    """MACs of LoRA's two matrices, (inputs, rank) and (rank, outputs), where they are used apart.

    `macs` and `elements` are those of the kernel itself.
    """
    if not (is_changed(layer) and getattr(layer, "lora_enabled", False)):
        return 0
    rank = layer.lora_rank
    return macs * rank // kernel_shape(layer)[-1] + elements * rank


def equation_products(equation: str, *shapes: Shape) -> int:
    """As `einsum.products`, but raises Unknown where that cannot tell."""
    try:
        return products(equation, *shapes)
    except ValueError as error:
        raise Unknown(str(error)) from error


def embedding(call: Call) -> Work:
    """Rows are looked up; backwards, features are multiplied by the whole table."""
    if not call.arguments.get("reverse", False):
        return NOTHING
    elements = prod(call.made)
    return Work(elements * call.operation.output_dim, elements)


def dot(call: Call) -> Work:
    """A product of two tensors of the image along one axis of each."""
    axes = call.operation.axes
    first, second = call.shapes("inputs")
    axis = axes if isinstance(axes, int) else axes[0]
    return Work(prod(first) * prod(second) // first[0] // first[axis], 0)


def spectrogram(call: Call) -> Work:
    """Convolutions with the real and the imaginary part of a Fourier transform, as Keras does."""
    layer = call.operation
    parts = 1 if layer.mode in ("real", "imag") else 2
    shown = 2 if layer.mode == "stft" else 1
    return Work(prod(call.made) // shown * parts * layer.frame_length, 0)


RULES = (
    (convolution, "Conv1D Conv2D Conv3D", ""),
    (transposed, "Conv1DTranspose Conv2DTranspose Conv3DTranspose", ""),
    (depthwise, "DepthwiseConv1D DepthwiseConv2D", ""),
    (separable, "SeparableConv1D SeparableConv2D", ""),
    (dense, "Dense", ""),
    (einsum_dense, "EinsumDense", ""),
    (embedding, "Embedding ReversibleEmbedding", ""),
    (dot, "Dot", ""),
    (spectrogram, "STFTSpectrogram", ""),
)
"""Rule, layers of keras.layers, and further arguments that may be tensors."""
