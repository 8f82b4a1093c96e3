"""Rules of layers that repeat others: recurrent ones, a step at a time, and wrappers.

A step of a cell is one linear layer of its input and its state together, as many outputs as it has
gates and units; its biases add one multiply-accumulate an output each, as everywhere. All steps are
counted, masked or not; direction, states and what is returned change nothing.
"""

from math import prod
from typing import Any

from keras.src.layers.rnn.conv_lstm import ConvLSTMCell

from scalesearch.keras_models.counting.call_cost import Work, together
from scalesearch.keras_models.counting.layer_calls import Call, shape_of, tensor
from scalesearch.keras_models.counting.layer_parameters import kernel_shape


def cell(call: Call) -> Work:
    """One step: every weight is used once. (A GRU that resets after has two biases.)"""
    rows = shape_of(_given(call))[0]
    return Work(_weights(call.operation), kernel_shape(call.operation)[-1]).times(rows)


def convolutional_cell(call: Call) -> Work:
    """One step: every weight is used once at each pixel that is put out."""
    layer = call.operation
    made = layer.compute_output_shape(shape_of(_given(call)))[0]
    pixels = prod(shape_of(tensor(made))) // layer.filters
    return Work(_weights(layer), kernel_shape(layer)[-1]).times(pixels)


def _given(call: Call) -> Any:
    """The first argument, which cells call by different names."""
    return next(iter(call.arguments.values()))


def _weights(layer: Any) -> int:
    bias = prod(kernel_shape(layer, "bias")) if layer.bias is not None else 0
    return prod(kernel_shape(layer)) + prod(kernel_shape(layer, "recurrent_kernel")) + bias


def stacked_cells(call: Call) -> Work:
    """One step through several cells. Their weights say how wide the later ones' inputs are."""
    given = _given(call)
    return together(*(call.work_of_step(each, given) for each in call.operation.cells))


def recurrent(call: Call) -> Work:
    """Sequences (batch, steps, ...): the cell once a step."""
    batch, steps, *features = call.shape("sequences")
    return call.work_of_step(call.operation.cell, tensor((batch, *features))).times(steps)


def bidirectional(call: Call) -> Work:
    """The layer forward, and its copy backward."""
    layer, given = call.operation, call.arguments["sequences"]
    return together(
        call.work_of(layer.forward_layer, given), call.work_of(layer.backward_layer, given)
    )


def time_distributed(call: Call) -> Work:
    """Inputs (batch, steps, ...): the layer or model once a step."""
    given = call.arguments["inputs"]
    batch, steps, *features = shape_of(given)
    each = tensor((batch, *features), getattr(given, "dtype", "float32"))
    return call.work_of(call.operation.layer, each).times(steps)


def wrapped(call: Call) -> Work:
    """A layer whose weights are normalised in training, and used as they are after it."""
    return call.work_of(call.operation.layer, call.arguments["inputs"])


def pipeline(call: Call) -> Work:
    """Layers one after another."""
    given, parts = call.arguments["inputs"], []
    for each in call.operation.layers:
        parts.append(call.work_of(each, given))
        given = each.compute_output_spec(given)
    return together(*parts)


RULES = (
    (cell, "SimpleRNNCell LSTMCell GRUCell", "sequence states"),
    (stacked_cells, "StackedRNNCells", "states"),
    (
        recurrent,
        "SimpleRNN LSTM GRU RNN ConvLSTM1D ConvLSTM2D ConvLSTM3D",
        "sequences initial_state",
    ),
    (bidirectional, "Bidirectional", "sequences initial_state"),
    (time_distributed, "TimeDistributed", ""),
    (wrapped, "SpectralNormalization", ""),
    (pipeline, "Pipeline", ""),
)
"""Rule, layers of keras.layers, and further arguments that may be tensors."""
CELL_RULE = (convolutional_cell, ConvLSTMCell, "states")
"""Keras does not export this cell."""
