"""Rules of Keras's operations (`keras.ops`), which functional models may hold beside layers.

A product with a weight or a constant is a linear layer, whose output counts among the activations;
a product of two tensors of the image is not, as in attention.
"""

from math import prod

import keras

from scalesearch.keras_models.counting.attention_costs import operation as attention
from scalesearch.keras_models.counting.call_cost import NOTHING, Unknown, Work
from scalesearch.keras_models.counting.layer_calls import Call, shape_of
from scalesearch.keras_models.counting.linear_costs import equation_products


def matmul(call: Call) -> Work:
    """(..., n, k) times (..., k, m); either may have one dimension."""
    return _product(call, prod(call.made) * call.shape("x1")[-1])


def dot(call: Call) -> Work:
    """Along the first one's last axis and the second one's last but one; `inner`: both last."""
    first, second = call.shape("x1"), call.shape("x2")
    if not first or not second:
        return NOTHING  # times a number
    return _product(call, prod(first) * prod(second) // first[-1])


def tensordot(call: Call) -> Work:
    """Along as many axes as it is told, or along those that it is told."""
    first, second = call.shape("x1"), call.shape("x2")
    axes = call.operation.axes
    if isinstance(axes, int):
        shared = first[len(first) - axes :]
    else:
        each = axes[0] if isinstance(axes[0], list | tuple) else [axes[0]]
        shared = tuple(first[axis] for axis in each)
    return _product(call, prod(first) * prod(second) // prod(shared))


def flat_dot(call: Call) -> Work:
    """`vdot`: along everything."""
    return _product(call, prod(call.shape("x1")))


def outer(call: Call) -> Work:
    """Every element of one with every element of the other."""
    return _product(call, prod(call.shape("x1")) * prod(call.shape("x2")))


def einsum(call: Call) -> Work:
    shapes = [shape_of(each) for each in call.args]
    return _product(call, equation_products(call.operation.subscripts, *shapes))


def _product(call: Call, macs: int) -> Work:
    weighted = any(not isinstance(each, keras.KerasTensor) for each in _operands(call))
    return Work(macs, macs and prod(call.made) * weighted)


def _operands(call: Call) -> list[object]:
    return [*call.args, *call.kwargs.values()]


def conv(call: Call) -> Work:
    """Kernel (*window, inputs a group, outputs)."""
    elements = prod(call.made)
    return Work(elements * prod(call.shape("kernel")[:-1]), elements)


def depthwise_conv(call: Call) -> Work:
    """Kernel (*window, channels, multiplier)."""
    elements = prod(call.made)
    return Work(elements * prod(call.shape("kernel")[:-2]), elements)


def separable_conv(call: Call) -> Work:
    """A depthwise convolution, then a pointwise one with a kernel (1, ..., inputs, outputs)."""
    *window, channels, multiplier = call.shape("depthwise_kernel")
    elements = prod(call.made)
    between = elements // call.shape("pointwise_kernel")[-1] * channels * multiplier
    return Work(between * prod(window) + elements * channels * multiplier, between + elements)


def conv_transpose(call: Call) -> Work:
    """Kernel (*window, outputs, inputs)."""
    return Work(prod(call.shape("inputs")) * prod(call.shape("kernel")[:-1]), prod(call.made))


def blur(call: Call) -> Work:
    """A depthwise convolution with a kernel that is made, not learnt."""
    if len(call.shape("images")) not in (3, 4):
        raise Unknown("no image")
    return Work(prod(call.made) * prod(call.operation.kernel_size), 0)


def grey(call: Call) -> Work:
    """Three weights a pixel."""
    return Work(prod(call.made) * 3, 0)


RULES = (
    (matmul, "Matmul"),
    (dot, "Dot Inner"),
    (tensordot, "Tensordot"),
    (flat_dot, "Vdot"),
    (outer, "Outer Kron"),
    (einsum, "Einsum"),
    (conv, "Conv"),
    (depthwise_conv, "DepthwiseConv"),
    (separable_conv, "SeparableConv"),
    (conv_transpose, "ConvTranspose"),
    (attention, "DotProductAttention"),
    (blur, "GaussianBlur"),
    (grey, "RGBToGrayscale"),
)
"""Rule, and classes of keras.src.ops. All their tensors are their operands."""
