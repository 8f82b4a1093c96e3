"""What one call of a Keras layer costs, from the shapes of its input, output and weights.

The convention is that of `core/cost.py`. A kind of layer is looked up by its exact class: a
subclass may compute something else, so it is not taken for its parent.
"""

import re
from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

import keras

Shape = tuple[int, ...]


class Work(NamedTuple):
    """Of one image: multiply-accumulates, and output elements of convolutions and linear layers."""

    macs: int
    acts: int


Rule = Callable[[Any, Sequence[Shape], Sequence[Shape]], Work | None]
"""From (layer, input shapes, output shapes), without the batch, to the work of one call.

None where this layer is used in a way that the rule does not know.
"""

NOTHING = Work(0, 0)


def work_of(operation: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work | None:
    """The work of one call of a Keras layer or operation.

    None where its kind is not known, or its sizes are not.
    """
    rule = _RULES.get(type(operation))
    if rule is not None:
        if rule is _free:
            return NOTHING
        known = all(None not in shape for shape in inputs)
        known = known and (rule is _einsum_dense or all(None not in shape for shape in outputs))
        return rule(operation, inputs, outputs) if known else None
    kind = type(operation)
    if kind.__module__.startswith("keras.src.ops.") and kind.__name__ in _FREE_OPERATIONS:
        return NOTHING
    if kind.__module__.startswith("keras.src.applications.") and kind.__name__ in _FREE_PARTS:
        return NOTHING
    return None


def _free(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work:
    return NOTHING


def _max_pooling(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work:
    """No MACs, but its output is kept: pycls counts it among the activations."""
    return Work(0, prod(outputs[0]))


def _convolution(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work:
    """Kernel (*window, inputs a group, outputs)."""
    elements = prod(outputs[0])
    return Work(elements * (prod(layer.kernel.shape[:-1]) + bool(layer.use_bias)), elements)


def _depthwise(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work:
    """Kernel (*window, channels, multiplier)."""
    elements = prod(outputs[0])
    return Work(elements * (prod(layer.kernel.shape[:-2]) + bool(layer.use_bias)), elements)


def _separable(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work:
    """A depthwise convolution without bias, then a pointwise one, on the output's pixels."""
    last = layer.data_format == "channels_last"
    pixels = prod(outputs[0][:-1] if last else outputs[0][1:])
    *window, channels, multiplier = layer.depthwise_kernel.shape
    between = pixels * channels * multiplier
    elements = prod(outputs[0])
    pointwise = elements * (channels * multiplier + bool(layer.use_bias))
    return Work(between * prod(window) + pointwise, between + elements)


def _transposed(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work:
    """Kernel (*window, outputs, inputs): every input element is multiplied by its whole slice."""
    elements = prod(outputs[0])
    bias = elements * bool(layer.use_bias)
    return Work(prod(inputs[0]) * prod(layer.kernel.shape[:-1]) + bias, elements)


def _dense(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work:
    elements = prod(outputs[0])
    return Work(elements * (layer.kernel.shape[0] + bool(layer.use_bias)), elements)


def _einsum_dense(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work | None:
    """One multiplication for every combination of the equation's indices.

    Keras leaves sizes of the output open that the layer was not told; the equation knows them.
    """
    made = outputs[0]
    if None in made:
        features, weights, result = re.split(",|->", layer.equation.replace(" ", ""))
        if "." in features:
            return None
        sizes = dict(zip(weights, layer.kernel.shape, strict=True))
        sizes |= dict(zip(features[1:], inputs[0], strict=True))
        made = tuple(sizes[index] for index in result if index != features[0])
    return _einsum(layer, inputs[0], made)


def _einsum(layer: Any, given: Shape, made: Shape) -> Work:
    features, weights = layer.equation.replace(" ", "").split("->")[0].split(",")
    sizes = dict(zip(weights, layer.kernel.shape, strict=True))
    shared = prod(sizes[index] for index in features if index in sizes)
    elements = prod(made)
    bias = 0 if layer.bias is None else elements
    return Work(prod(given) * prod(layer.kernel.shape) // shared + bias, elements)


def _attention(layer: Any, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> Work | None:
    """Four linear layers and two products over (queries, keys), for sequences (length, width)."""
    tensors = [shape for shape in inputs if len(shape) == 2]
    if len(tensors) != len(inputs) or not 2 <= len(inputs) <= 3 or layer._attention_axes not in (
        None, (1,),
    ):  # fmt: skip
        return None
    query, value, key = (*tensors, tensors[1])[:3]
    heads, size, value_size = layer._num_heads, layer._key_dim, layer._value_dim
    parts = [
        _einsum(layer._query_dense, query, (query[0], heads, size)),
        _einsum(layer._key_dense, key, (key[0], heads, size)),
        _einsum(layer._value_dense, value, (value[0], heads, value_size)),
        _einsum(layer._output_dense, (query[0], heads, value_size), outputs[0]),
        Work(query[0] * key[0] * heads * (size + value_size), 0),
    ]
    return Work(sum(part.macs for part in parts), sum(part.acts for part in parts))


def _rules() -> dict[type, Rule]:
    """The table by class; names that this Keras does not have are left out."""
    table: tuple[tuple[Rule, str], ...] = (
        (_convolution, "Conv1D Conv2D Conv3D"),
        (_transposed, "Conv1DTranspose Conv2DTranspose Conv3DTranspose"),
        (_depthwise, "DepthwiseConv1D DepthwiseConv2D"),
        (_separable, "SeparableConv1D SeparableConv2D"),
        (_dense, "Dense"),
        (_einsum_dense, "EinsumDense"),
        (_attention, "MultiHeadAttention"),
        (_max_pooling, "MaxPooling1D MaxPooling2D MaxPooling3D"),
        (_free, _FREE_LAYERS),
    )
    return {
        getattr(keras.layers, name): rule
        for rule, names in table
        for name in names.split()
        if hasattr(keras.layers, name)
    }


_FREE_LAYERS = """
InputLayer Identity Masking Flatten Reshape Permute RepeatVector Embedding
Activation ReLU LeakyReLU PReLU ELU Softmax
Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout GaussianNoise
AlphaDropout ActivityRegularization
BatchNormalization LayerNormalization GroupNormalization UnitNormalization RMSNormalization
AveragePooling1D AveragePooling2D AveragePooling3D
GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D
UpSampling1D UpSampling2D UpSampling3D
Add Subtract Multiply Average Maximum Minimum Concatenate
Rescaling Normalization Resizing CenterCrop
RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation RandomTranslation RandomZoom
"""
_FREE_OPERATION_NAMES = """
Add Subtract Multiply Divide TrueDivide Negative Absolute Abs Power Square Sqrt Rsqrt Exp Log
Maximum Minimum Mean Sum Max Min Clip Where Cast StopGradient
Reshape Transpose ExpandDims Squeeze Concatenate Stack Split Pad Roll Tile Repeat Flip GetItem
BroadcastTo Moveaxis Swapaxes Ravel Slice Shape Unstack
Relu Relu6 Sigmoid Softplus Softsign Silu Gelu Elu Selu LeakyRelu HardSigmoid HardSilu HardTanh
Tanh Softmax LogSoftmax MaxPool AveragePool
"""
_FREE_OPERATIONS = frozenset(_FREE_OPERATION_NAMES.split())
_FREE_PARTS = frozenset(("LayerScale", "StochasticDepth", "CustomScaleLayer"))
"""Private layers of keras.applications: a factor a channel or a branch, dropping a branch."""
_RULES = _rules()
