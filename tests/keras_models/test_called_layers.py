"""A layer is counted by its arguments as called.

Multiply-accumulates are compared with those of the graph that TensorFlow makes of the model, or
with a hand count where biases are in them: a bias adds one an output element.
"""

import keras
import numpy as np
import pytest
import tensorflow_counts
from called_models import model, plain
from keras import layers, ops

from scalesearch.errors import ScaleSearchError
from scalesearch.keras_models.counting import layer_costs
from scalesearch.keras_models.counting.model_cost import count
from scalesearch.keras_models.model_inputs import sized

WEIGHTS = {
    shape: np.zeros(shape, "float32")
    for shape in ((4, 7), (7, 4), (7, 6, 4), (3, 3, 4, 7), (3, 3, 4, 2), (1, 1, 8, 5))
}
SAME_AS_TENSORFLOW = {
    "attention mask": (
        lambda x, m: layers.MultiHeadAttention(4, 8, **plain())(x, x, attention_mask=m),
        (16, 32), (16, 16),
    ),
    "attention key by name": (
        lambda q, v, k: layers.MultiHeadAttention(4, 8, value_dim=5, **plain())(
            query=q, value=v, key=k
        ),
        (6, 32), (7, 10), (7, 12),
    ),
    "attention scores": (
        lambda x: layers.MultiHeadAttention(2, 8, dropout=0.1, **plain())(
            x, x, return_attention_scores=True, use_causal_mask=True
        )[0],
        (6, 32),
    ),
    "attention over two axes": (
        lambda x: layers.MultiHeadAttention(2, 8, attention_axes=(1, 2), **plain())(x, x),
        (3, 4, 32),
    ),
    "attention over the second of two axes": (
        lambda x: layers.MultiHeadAttention(2, 8, attention_axes=(2,), **plain())(x, x),
        (3, 4, 32),
    ),
    "gated attention": (
        lambda x: layers.MultiHeadAttention(2, 8, **plain(use_gate=True, output_shape=(9,)))(x, x),
        (6, 32),
    ),
    "grouped queries": (
        lambda x, y, m: layers.GroupQueryAttention(8, 4, 2, **plain())(x, y, attention_mask=m),
        (6, 32), (9, 32), (6, 9),
    ),
    "attention by products": (lambda x, y: layers.Attention()([x, y]), (6, 32), (9, 32)),
    "attention by sums": (
        lambda x, y: layers.Attention(score_mode="concat", use_scale=True)([x, y]),
        (6, 32), (9, 32),
    ),
    "additive attention": (
        lambda x, y: layers.AdditiveAttention(use_scale=False)([x, y]), (6, 32), (9, 32),
    ),
    "dot": (lambda x, y: layers.Dot(axes=(2, 1))([x, y]), (6, 32), (32, 9)),
    "dot of vectors": (lambda x, y: layers.Dot(-1, normalize=True)([x, y]), (32,), (32,)),
    "simple": (lambda x: layers.SimpleRNN(5, unroll=True, **plain())(x), (6, 4)),
    "lstm": (lambda x: layers.LSTM(5, unroll=True, **plain())(x), (6, 4)),
    "lstm backwards, sequences": (
        lambda x: layers.LSTM(
            5, unroll=True, go_backwards=True, return_sequences=True, **plain()
        )(x),
        (6, 4),
    ),
    "lstm with a state": (
        lambda x, h, c: layers.LSTM(5, unroll=True, **plain())(x, initial_state=[h, c]),
        (6, 4), (5,), (5,),
    ),
    "gru": (lambda x: layers.GRU(5, unroll=True, **plain())(x), (6, 4)),
    "gru that resets before": (
        lambda x: layers.GRU(5, unroll=True, reset_after=False, return_state=True, **plain())(x)[0],
        (6, 4),
    ),
    "stacked cells": (
        lambda x: layers.RNN(
            [layers.LSTMCell(5, **plain()), layers.GRUCell(7, **plain())], unroll=True
        )(x),
        (6, 4),
    ),
    "a cell by itself": (
        lambda x, h, c: layers.LSTMCell(5, **plain())(x, [h, c])[0], (4,), (5,), (5,),
    ),
    "both ways": (
        lambda x: layers.Bidirectional(layers.LSTM(5, unroll=True, **plain()))(x), (6, 4),
    ),
    "a layer a step": (
        lambda x: layers.TimeDistributed(layers.Conv2D(3, 3, **plain()))(x), (6, 8, 8, 4),
    ),
    "a model a step": (
        lambda x: layers.TimeDistributed(
            keras.Sequential([keras.Input((8, 4)), layers.Conv1D(3, 3, **plain())])
        )(x),
        (6, 8, 4),
    ),
    "convolutional lstm, 1": (
        lambda x: layers.ConvLSTM1D(3, 3, unroll=True, return_sequences=True, **plain())(x),
        (6, 8, 4),
    ),
    "convolutional lstm, 2": (
        lambda x: layers.ConvLSTM2D(3, 3, 2, "same", unroll=True, **plain())(x), (6, 8, 8, 4),
    ),
    "convolutional lstm, 3": (
        lambda x: layers.ConvLSTM3D(3, 2, unroll=True, **plain())(x), (2, 4, 4, 4, 2),
    ),
    "convolutional lstm both ways": (
        lambda x: layers.Bidirectional(layers.ConvLSTM2D(2, 3, unroll=True, **plain()))(x),
        (3, 6, 6, 2),
    ),
    "spectral normalisation": (
        lambda x: layers.SpectralNormalization(layers.Dense(3, **plain()))(x), (6, 4),
    ),
    "embedding backwards": (
        lambda x: (lambda table: table(table(x), reverse=True))(layers.ReversibleEmbedding(10, 4)),
        (6,),
    ),
    "spectrogram": (
        lambda x: layers.STFTSpectrogram("stft", frame_length=16, frame_step=8, fft_length=32)(x),
        (64, 2),
    ),
    "matmul": (lambda x, y: ops.matmul(x, y), (6, 4), (4, 7)),
    "@": (lambda x: x @ WEIGHTS[4, 7], (6, 4)),
    "einsum": (lambda x, y: ops.einsum("bij,bkj->bik", x, y), (6, 4), (7, 4)),
    "tensordot": (lambda x: ops.tensordot(x, WEIGHTS[4, 7], axes=1), (6, 4)),
    "tensordot along two": (
        lambda x: ops.tensordot(x, WEIGHTS[7, 6, 4], axes=[[1, 2], [1, 2]]), (6, 4),
    ),
    "ops.dot": (lambda x: ops.dot(x, WEIGHTS[4, 7]), (6, 4)),
    "dot-product attention": (
        lambda q, k: ops.dot_product_attention(q, k, k), (6, 2, 4), (7, 2, 4),
    ),
    "conv": (lambda x: ops.conv(x, WEIGHTS[3, 3, 4, 7]), (6, 6, 4)),
    "depthwise_conv": (lambda x: ops.depthwise_conv(x, WEIGHTS[3, 3, 4, 2]), (6, 6, 4)),
    "separable_conv": (
        lambda x: ops.separable_conv(x, WEIGHTS[3, 3, 4, 2], WEIGHTS[1, 1, 8, 5]), (6, 6, 4),
    ),
    "images made grey": (lambda x: ops.image.rgb_to_grayscale(x), (6, 6, 3)),
    "rows merged into the batch": (
        lambda x: layers.Dense(3, **plain())(ops.reshape(x, (-1, 4))), (6, 4),
    ),
    "the batch moved": (
        lambda x: layers.Dense(3, **plain())(ops.transpose(x, (1, 0, 2))), (6, 4),
    ),
    "a part taken": (lambda x: layers.Dense(3, **plain())(x[:, :2]), (6, 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME_AS_TENSORFLOW)
def test_macs_are_those_of_the_graph_that_tensorflow_makes(name):
    build, *shapes = SAME_AS_TENSORFLOW[name]
    made = model(build, *shapes)
    found = count(made)
    assert not found.uncounted
    assert found.cost.macs == tensorflow_counts.macs(made)


def test_a_mask_changes_nothing_about_attention():
    masked = model(
        lambda x, m: layers.MultiHeadAttention(4, 8)(x, x, attention_mask=m), (16, 32), (16, 16)
    )
    assert count(masked).cost.macs == 4 * (16 * 32 * 32 + 16 * 32) + 16 * 16 * 4 * 16 == 83_968


@pytest.mark.parametrize(
    ("layer", "step"),
    [
        (layers.SimpleRNN(5), 4 * 5 + 5 * 5 + 5),
        (layers.LSTM(5), 4 * (4 * 5 + 5 * 5 + 5)),
        (layers.GRU(5), 3 * (4 * 5 + 5 * 5 + 2 * 5)),
        (layers.GRU(5, reset_after=False), 3 * (4 * 5 + 5 * 5 + 5)),
        (layers.RNN(layers.StackedRNNCells([layers.GRUCell(5), layers.LSTMCell(2)])),
         3 * (4 * 5 + 5 * 5 + 2 * 5) + 4 * (5 * 2 + 2 * 2 + 2)),
        (layers.Bidirectional(layers.LSTM(5, return_sequences=True), merge_mode="sum"),
         2 * 4 * (4 * 5 + 5 * 5 + 5)),
        (layers.TimeDistributed(layers.Dense(5)), 4 * 5 + 5),
    ],
    ids=lambda value: value.name if isinstance(value, layers.Layer) else "",
)  # fmt: skip
def test_a_recurrent_layer_costs_its_step_with_biases_at_every_step(layer, step):
    found = count(model(layer, (6, 4)))
    assert found.cost.macs == 6 * step
    assert not found.uncounted


def test_the_weights_of_additive_attention_are_multiplied_too():
    found = count(model(lambda x, y: layers.AdditiveAttention()([x, y]), (6, 32), (9, 32)))
    assert found.cost.macs == 6 * 9 * (32 + 32)


def test_a_batch_that_the_model_fixes_is_divided_out():
    image = keras.Input(batch_shape=(8, 6, 4))
    rows = ops.reshape(image, (8 * 6, 4))
    features = layers.LSTM(3, stateful=True)(ops.reshape(rows, (8, 6, 4)))
    found = count(keras.Model(image, layers.Dense(5)(features)))
    assert found.cost.macs == 6 * 4 * (4 * 3 + 3 * 3 + 3) + 5 * 4


def test_a_nested_model_with_two_inputs_is_counted_at_the_sizes_it_is_called_with():
    first, second = keras.Input((None, 4)), keras.Input((None, 4))
    inner = keras.Model([first, second], layers.Attention()([first, second]))
    outer = model(lambda x, y: inner([x, y]), (6, 4), (9, 4))
    assert count(outer).cost.macs == 6 * 9 * 8


def test_a_tensor_under_a_name_that_no_rule_knows_is_not_counted(monkeypatch):
    attention = layers.MultiHeadAttention(2, 3)
    made = model(lambda x, m: attention(x, x, attention_mask=m), (5, 8), (5, 5))
    rule = layer_costs.RULES[layers.MultiHeadAttention]
    fewer = rule._replace(tensors=rule.tensors - {"attention_mask"})
    monkeypatch.setitem(layer_costs.RULES, layers.MultiHeadAttention, fewer)
    assert [each.kind for each in count(made).uncounted] == ["MultiHeadAttention"]


def test_a_use_that_a_rule_does_not_foresee_is_not_counted(monkeypatch):
    rule = layer_costs.Rule(lambda call: call.outputs[7], layer_costs.USUAL)
    monkeypatch.setitem(layer_costs.RULES, layers.Dense, rule)
    found = count(model(layers.Dense(3), (2,)))
    assert [each.kind for each in found.uncounted] == ["Dense"]
    assert found.cost.params == 3 * 3


def test_three_operands_have_no_order_and_are_not_counted():
    made = model(lambda x, y, z: ops.einsum("bi,bj,bk->bijk", x, y, z), (2,), (3,), (4,))
    assert [each.kind for each in count(made).uncounted] == ["Einsum"]


def test_a_model_with_a_call_of_its_own_is_not_taken_for_the_layers_that_it_knows():
    class Net(keras.Model):
        def __init__(self):
            image = keras.Input((6,))
            super().__init__(image, layers.Dense(6)(image))
            self.extra = layers.Dense(100)

        def call(self, inputs):
            return self.extra(super().call(inputs))

    class Twice(keras.Sequential):
        def call(self, inputs, training=None, mask=None):
            return super().call(super().call(inputs))

    class Trained(keras.Model):
        def train_step(self, data):
            return {}

    twice = Twice([keras.Input((6,)), layers.Dense(6, use_bias=False)])
    for own in (Net(), twice):
        assert [each.kind for each in count(own).uncounted] == [type(own).__name__]
        inside = model(lambda x, own=own: own(x), (6,))
        assert [each.kind for each in count(inside).uncounted] == [type(own).__name__]
        with pytest.raises(ScaleSearchError, match="code of its own"):
            sized(own, [(7,)])
    image = keras.Input((6,))
    assert count(Trained(image, layers.Dense(6)(image))).cost == (42, 42, 6)


def test_one_input_that_fixes_the_batch_fixes_it():
    fixed, free = keras.Input(batch_shape=(8, 6)), keras.Input((6,))
    joined = layers.Concatenate()([layers.Dense(4, use_bias=False)(fixed), free])
    made = keras.Model([fixed, free], layers.Dense(2, use_bias=False)(joined))
    assert count(made).cost == (44, 44, 6)


def test_inputs_of_different_fixed_batches_are_refused():
    inputs = [keras.Input(batch_shape=(batch, 6)) for batch in (8, 4)]
    made = keras.Model(inputs, [layers.Dense(2)(each) for each in inputs])
    with pytest.raises(ScaleSearchError, match=r"fix different batches \(4, 8\)"):
        count(made)
