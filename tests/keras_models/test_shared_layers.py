"""A layer that stands in several places of a model is one layer in its file and in a copy of it."""

import keras
import pytest
from keras import layers

from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError, ScaleSearchError
from scalesearch.keras_models.counting.model_cost import count, resized
from scalesearch.keras_models.model_inputs import sized
from scalesearch.keras_models.saved_files.keras_files import model_in


def in_a_wrapper(x):
    shared = layers.Dense(4)
    return [shared(x), layers.TimeDistributed(shared)(x)]


def in_a_wrapper_first(x):
    shared = layers.Dense(4)
    return shared(layers.TimeDistributed(shared)(x))


def in_two_models(x):
    shared = layers.Dense(4)
    first = keras.Sequential([keras.Input((None, 4)), shared, layers.ReLU()])
    return [first(x), keras.Sequential([keras.Input((None, 4)), shared])(x)]


def a_cell(x):
    cell = layers.LSTMCell(4)
    return [layers.RNN(cell)(x), layers.RNN(cell)(layers.ReLU()(x))]


def in_three_places(x):
    shared = layers.Dense(4)
    first = keras.Sequential([keras.Input((None, 4)), layers.TimeDistributed(shared)])
    return [first(x), shared(shared(x)), layers.TimeDistributed(shared)(x)]


WAYS = {
    in_a_wrapper: (2 * 20, 20),
    in_a_wrapper_first: (2 * 20, 20),
    in_two_models: (2 * 20, 20),
    a_cell: (2 * 4 * 4 * 9, 4 * 4 * 9),
    in_three_places: (4 * 20, 20),
}
"""MACs a step and parameters: a dense layer has 4 x 4 weights and 4 biases."""


def made_of(way, steps):
    image = keras.Input((steps, 4))
    return keras.Model(image, way(image))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_shared_layer_of_a_file_is_one_layer(tmp_path, way):
    macs, params = WAYS[way]
    made_of(way, 5).save(tmp_path / "model.keras")
    assert count(model_in(tmp_path / "model.keras")).cost[:2] == (5 * macs, params)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_shared_layer_of_a_copy_is_one_layer(way):
    macs, params = WAYS[way]
    assert count(sized(made_of(way, None), [(7, 4)])).cost[:2] == (7 * macs, params)


def test_a_layer_of_a_model_and_of_one_inside_of_it_is_refused_in_a_file(tmp_path):
    inputs, shared = keras.Input((4,)), layers.Dense(4, name="shared")
    features = shared(inputs)
    inner = keras.Model(inputs, features)
    keras.Model(inputs, [inner(inputs), shared(features)]).save(tmp_path / "model.keras")
    with pytest.raises(ConfigError, match="'shared' stands in several models"):
        model_in(tmp_path / "model.keras")


def test_models_inside_that_are_called_one_after_the_other_survive_hdf5(tmp_path):
    inputs = keras.Input((4,))
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4)])
    keras.Model(inputs, inner(inner(inputs))).save(tmp_path / "model.h5")
    assert count(model_in(tmp_path / "model.h5")).cost == (40, 20, 8)


def test_why_a_size_is_not_taken_is_said():
    inner = keras.Sequential([layers.Conv2D(3, 5), layers.Conv2D(3, 2)])
    image = keras.Input((8, 8, 3))
    made = keras.Model(image, inner(image))
    with pytest.raises(ScaleSearchError) as raised:
        resized(made, Resolution.square(4))
    assert "Exception encountered" not in str(raised.value)
    assert ".." not in str(raised.value)
    assert "4, 4, 3" in str(raised.value)
