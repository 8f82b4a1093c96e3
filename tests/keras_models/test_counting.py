"""Counting a Keras model that is built: a table's counts, other libraries', no layer lost."""

import csv
import json

import keras
import pytest
from keras import layers

from scalesearch.config.shipped_files import load_network
from scalesearch.core.cost import cost
from scalesearch.core.multipliers import Multipliers, scale
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError, ScaleSearchError
from scalesearch.keras_models.applications import application, names
from scalesearch.keras_models.counting.model_cost import count, resized
from scalesearch.keras_models.shape_models import weightless
from scalesearch.keras_models.table_model import build
from tests.places import ROOT

GOLDEN = ROOT / "tests" / "golden"
COMPLEXITY = json.loads((GOLDEN / "complexity.json").read_text())


def costs(row: str) -> dict[str, int]:
    return {key: COMPLEXITY[row][key] for key in ("macs", "params", "acts")}


SHIPPED = ("efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50")


@pytest.mark.parametrize("name", [*SHIPPED, "odd", "even", "tiny"])
def test_a_model_of_a_table_costs_what_the_table_does(request, name):
    network = load_network(name) if name in SHIPPED else request.getfixturevalue(name)
    for by in (Multipliers(), Multipliers(1.4, 1.2, 1.15)):
        made = scale(network, by)
        with weightless():
            found = count(build(made))
        assert found.cost == cost(made)
        assert not found.uncounted


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("EfficientNetB0", "efficientnet_b0"),
        ("EfficientNetB2", "efficientnet_b2"),
        ("MobileNet", "mobilenet_v1"),
        ("MobileNetV2", "mobilenet_v2"),
    ],
)
def test_keras_applications_cost_what_other_libraries_count(name, row):
    assert count(application(name)).cost._asdict() == costs(row)


def test_resnet50_costs_what_is_known_but_for_its_biases():
    """Keras's has a bias in every convolution and its strides in the 1x1 ones."""
    found = count(application("ResNet50"))
    known = costs("resnet50_stride_in_1x1")
    biased = [each for each in found.layers if each.kind == "Conv2D"]
    assert found.cost.acts == known["acts"]
    assert found.cost.macs - sum(each.cost.acts for each in biased) == known["macs"]


def known_params() -> dict[str, tuple[int, int]]:
    with open(GOLDEN / "keras_applications_params.csv", encoding="utf-8") as file:
        return {
            row["keras_application"]: (int(row["input_resolution"]), int(row["total_params"]))
            for row in csv.DictReader(file)
        }


@pytest.mark.parametrize("name", ["ResNet152", "DenseNet169", "InceptionV3", "Xception"])
def test_weights_are_those_that_keras_has(name):
    resolution, total = known_params()[name]
    model = application(name)
    assert model.input_shape[1] == resolution
    assert count(model).weights == total


@pytest.mark.slow
def test_every_application_is_counted_to_the_last_layer():
    known = known_params()
    for name in names():
        found = count(application(name))
        assert not found.uncounted, name
        assert found.weights == known.get(name, (0, found.weights))[1]
        assert sum(layer.cost.macs for layer in found.layers) == found.cost.macs
        keras.utils.clear_session(free_memory=False)


def one(layer, *shapes):
    """The cost of a model of this one layer, whose inputs have these shapes."""
    inputs = [keras.Input(shape) for shape in shapes]
    return count(keras.Model(inputs, layer(*inputs)))


@pytest.mark.parametrize(
    ("layer", "shape", "macs", "acts"),
    [
        (layers.Conv2D(8, 3, 2, padding="same", groups=2), (9, 9, 4), 200 * (9 * 2 + 1), 200),
        (layers.Conv1D(8, 3, use_bias=False), (10, 4), 64 * 12, 64),
        (layers.Conv3D(2, 2, use_bias=False), (3, 3, 3, 5), 16 * 40, 16),
        (layers.DepthwiseConv2D(3, depth_multiplier=2), (8, 8, 4), 288 * 10, 288),
        (layers.SeparableConv2D(6, 3), (8, 8, 4), 144 * 9 + 216 * 5, 144 + 216),
        (layers.Conv2DTranspose(6, 2, 2), (4, 4, 3), 48 * 24 + 384, 384),
        (layers.Dense(7), (5, 5, 3), 175 * 4, 175),
        (layers.EinsumDense("abc,cd->abd", (None, 6), bias_axes="d"), (5, 4), 30 * 5, 30),
        (layers.MaxPooling2D(), (8, 8, 3), 0, 48),
        (layers.AveragePooling2D(2), (8, 8, 3), 0, 0),
        (layers.BatchNormalization(), (8, 8, 3), 0, 0),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, layers.Layer) else "",
)
def test_each_kind_of_layer_costs_what_a_hand_count_says(layer, shape, macs, acts):
    found = one(layer, shape)
    assert (found.cost.macs, found.cost.acts) == (macs, acts)
    assert not found.uncounted


def test_attention_is_four_linear_layers_and_two_products():
    found = one(layers.MultiHeadAttention(2, 3), (5, 8), (7, 8))
    projections = 5 * 8 * 6 + 5 * 6 + 2 * (7 * 8 * 6 + 7 * 6) + 5 * 6 * 8 + 5 * 8
    assert found.cost.macs == projections + 5 * 7 * 2 * (3 + 3)
    assert found.cost.params == 3 * (8 * 6 + 6) + 6 * 8 + 8


def test_a_shared_layer_costs_every_call_and_its_parameters_once():
    shared = layers.Dense(4)
    image = keras.Input((4,))
    found = count(keras.Model(image, shared(shared(shared(image)))))
    assert found.cost == (3 * 20, 20, 3 * 4)
    assert [layer.calls for layer in found.layers if layer.kind == "Dense"] == [3]


def test_a_nested_model_is_walked_at_the_size_it_is_called_with():
    inner = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3, padding="same")])
    image = keras.Input((6, 6, 3))
    once = inner(image)
    found = count(keras.Model(image, layers.Concatenate()([once, inner(image)])))
    assert found.cost == (2 * 144 * 28, 3 * 9 * 4 + 4, 2 * 144)
    assert any("/" in layer.name for layer in found.layers)


def test_a_frozen_layer_keeps_its_parameters():
    layer = layers.Dense(4)
    layer.trainable = False
    assert one(layer, (4,)).cost.params == 20


def test_what_cannot_be_counted_is_named_and_its_parameters_kept():
    class Mine(layers.Dense):
        """A subclass may do anything."""

    class Cell(layers.LSTMCell):
        """So may a cell."""

    image = keras.Input((6, 4))
    recurrent = layers.RNN(Cell(3), return_sequences=True, name="recurrent")
    features = Mine(4, name="mine")(recurrent(image))
    inverse = keras.ops.inv(keras.ops.reshape(features[:, :4], (-1, 4, 4)))
    found = count(keras.Model(image, inverse))
    assert [tuple(each) for each in found.uncounted][:2] == [
        ("recurrent", "RNN"),
        ("mine", "Mine"),
    ]
    assert found.uncounted[2].kind == "Inv"
    assert found.cost == (0, 4 * 3 * (4 + 3 + 1) + 4 * 4, 0)


def test_a_size_left_open_is_asked_for():
    image = keras.Input((None, None, 3))
    model = keras.Model(image, layers.Conv2D(4, 1, name="first")(image))
    with pytest.raises(ScaleSearchError, match=r"its input open: .*`resolution=`"):
        count(model)
    assert count(resized(model, Resolution.square(10))).cost.acts == 400


def test_a_model_that_is_not_built_is_said_so():
    with pytest.raises(ScaleSearchError, match="is not built"):
        count(keras.Sequential([layers.Dense(3)]))


def test_an_unknown_application_names_its_neighbours():
    with pytest.raises(ConfigError, match=r"'resnet_50'.*nearest: ResNet50"):
        application("resnet_50")


def test_a_size_that_an_application_does_not_take_is_said():
    with pytest.raises(ConfigError, match=r"`resolution=` 8: keras\.applications\.Xception"):
        application("Xception", Resolution.square(8))
