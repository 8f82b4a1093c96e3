"""A layer is counted by what its weights stand for: quantised, adapted, of an activation."""

import keras
import numpy as np
import pytest
from called_models import model, plain
from keras import layers, ops

from scalesearch.keras_models.counting.model_cost import count
from scalesearch.keras_models.saved_files.keras_files import model_in


@pytest.mark.parametrize("mode", ["int8", "int4", "float8"])
def test_a_quantised_model_costs_what_it_did_before(mode):
    image = keras.Input((28, 28, 1))
    features = layers.Flatten()(layers.Conv2D(8, 3)(image))
    made = keras.Model(image, layers.Dense(17)(features))
    before = count(made).cost
    made.quantize(mode)
    assert count(made).cost == before
    assert before.params == 92_033
    assert before.macs == 26 * 26 * 8 * 10 + 5408 * 17 + 17


@pytest.mark.parametrize("mode", ["int8", "int4"])
def test_quantised_attention_and_embeddings_cost_what_they_did_before(mode):
    tokens = keras.Input((7,), dtype="int32")
    table = layers.ReversibleEmbedding(11, 5, tie_weights=False)
    features = layers.MultiHeadAttention(2, 3)(table(tokens), layers.Embedding(9, 5)(tokens))
    features = layers.TimeDistributed(layers.Dense(5))(features)
    made = keras.Model(tokens, table(features, reverse=True))
    before = count(made)
    made.quantize(mode)
    assert count(made).cost == before.cost
    assert not count(made).uncounted


@pytest.mark.parametrize("policy", ["int8_from_float32", "gptq/4/-1_from_float32"])
def test_a_layer_that_is_made_quantised_stands_for_its_kernel(policy):
    found = count(model(layers.Dense(17, dtype=policy), (6, 33)))
    assert found.cost == (6 * 17 * 34, 34 * 17, 6 * 17)


def test_a_quantised_file_costs_what_the_model_does(tmp_path):
    made = model(layers.Dense(17), (6, 33))
    made.quantize("int4")
    made.save(tmp_path / "model.keras")
    assert count(model_in(tmp_path / "model.keras")).cost == count(made).cost


def test_adapters_are_parameters_and_cost_macs_beside_a_quantised_kernel_only():
    layer = layers.Dense(5)
    made = model(layer, (6, 33))
    layer.enable_lora(2)
    assert count(made).cost == (6 * 5 * 34, 34 * 5 + 2 * (33 + 5), 30)
    made = model(layers.Dense(5, name="dense"), (6, 33))
    made.quantize("int8")
    made.get_layer("dense").enable_lora(2)
    assert count(made).cost == (6 * (5 * 34 + 2 * (33 + 5)), 34 * 5 + 2 * (33 + 5), 30)


def test_a_trainable_variable_handed_to_an_operation_is_a_parameter():
    weight = keras.Variable(np.zeros((4, 7), "float32"))
    assert count(model(lambda x: ops.matmul(x, weight), (6, 4))).cost == (168, 28, 42)


def test_an_activation_with_weights_is_counted_before_it_is_run():
    made = model(layers.Dense(5, activation=layers.PReLU(), **plain()), (4,))
    assert count(made).cost == (20, 25, 5)
    made(np.zeros((1, 4), "float32"))
    assert made.count_params() == count(made).cost.params == 25
    shared = layers.PReLU(shared_axes=[1, 2])
    conv = layers.Conv2D(3, 1, activation=shared, **plain())
    assert count(model(conv, (8, 8, 2))).cost.params == 6 + 3


@pytest.mark.parametrize(
    "build",
    [
        lambda: layers.LSTM(3, activation=layers.PReLU(), return_sequences=True),
        lambda: layers.TimeDistributed(layers.Dense(3, activation=layers.PReLU())),
        lambda: layers.Dense(3, activation=layers.Dense(3)),
    ],
)
def test_an_activation_that_is_not_known_is_named(build):
    assert len(count(model(build(), (6, 4))).uncounted) == 1


def test_activations_without_weights_stay_known():
    for activation in (layers.LeakyReLU(), layers.ReLU(), layers.Softmax(), layers.ELU()):
        for layer in (
            layers.Dense(3, activation=activation),
            layers.LSTM(3, activation=activation),
        ):
            assert not count(model(layer, (6, 4))).uncounted
