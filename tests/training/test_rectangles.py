"""Rectangular images in Keras: counts, forward pass, a training, a function."""

import json
from dataclasses import replace

import numpy as np
import pytest
from pictures import folder_spec
from PIL import Image

from scalesearch.config.recipe import Recipe
from scalesearch.config.shipped_files import load_network
from scalesearch.core.architecture import Stage
from scalesearch.core.cost import cost
from scalesearch.core.multipliers import Multipliers, scale
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.data.image_cache import prepare
from scalesearch.data.image_folder import FolderImages
from scalesearch.data.sources import check
from scalesearch.errors import ConfigError
from scalesearch.keras_models.applications import application
from scalesearch.keras_models.counting.model_cost import count, resized
from scalesearch.keras_models.functions import function_models
from scalesearch.keras_models.shape_models import weightless
from scalesearch.keras_models.table_model import build
from scalesearch.training import trainer
from scalesearch.training.activation_maps import class_maps
from scalesearch.training.step_times import calibrate
from scalesearch.training.table_backend.weight_files import Kept
from scalesearch.training.table_backend.weight_vector import initial, normalised, weights_of

RECT = Resolution(224, 160)


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50"])
@pytest.mark.parametrize("size", [RECT, Resolution(33, 50)])
def test_a_built_model_costs_what_the_table_says(name, size):
    network = replace(load_network(name), resolution=size)
    for by in (Multipliers(), Multipliers(1.2, 1.1, 1.15)):
        made = scale(network, by)
        with weightless():
            found = count(build(made))
        assert found.cost == cost(made)
        assert not found.uncounted


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("EfficientNetB0", "efficientnet_b0"), ("MobileNet", "mobilenet_v1"),
     ("MobileNetV2", "mobilenet_v2")],
)  # fmt: skip
def test_tables_cost_what_keras_applications_do_on_a_rectangle(theirs, ours):
    found = count(application(theirs, RECT))
    assert found.cost == cost(replace(load_network(ours), resolution=RECT))


def test_a_resized_model_takes_the_rectangle():
    model = resized(application("MobileNet"), RECT)
    assert model.input_shape == (None, 224, 160, 3)
    assert count(model).cost == count(application("MobileNet", RECT)).cost


def test_a_tiny_training_on_a_folder_of_rectangles(portraits, tmp_path):
    """What tells the classes apart lies outside the centre square: cropped to it, nothing would."""
    spec = replace(folder_spec(portraits, train=32, validation=16), shape=Resolution(3, 2))
    assert check(spec).size == Resolution(30, 20)
    data = prepare(spec, tmp_path / "ready")
    assert data.size == Resolution(30, 20)
    assert json.loads((data.path / "data.json").read_text())["size"] == "30x20"
    source = FolderImages(portraits, 64, shape=Resolution(3, 2))
    index = np.arange(48)
    (read,) = [images for images, _ in source.read(index, Resolution(30, 20), 48, None)]
    files = sorted(portraits.glob("*/*.png"))
    for got, file in zip(read, files, strict=True):
        np.testing.assert_array_equal(got, np.asarray(Image.open(file)))
    stored = {image.tobytes() for part in ("train", "validation") for image in data.images(part)}
    assert stored == {np.asarray(Image.open(file)).tobytes() for file in files}

    stages = (Stage("conv", 3, 2, 8), Stage("mbconv", 3, 2, 8, repeats=1, expand=2, se=0.25))
    network = TableNetwork("portrait", stages, Resolution(24, 16), 2)
    recipe = Recipe(
        epochs=12, batch_size=16, optimizer="adamw", learning_rate=0.01, dropout=0.0,
        drop_connect=0.0, batch_norm_momentum=0.8, shift=0.05, flip=True, cutout=0.1,
    )  # fmt: skip
    kept = []
    score = trainer.train(network, recipe, data, 0, keep=kept.append)
    assert score.top1 >= 0.9
    again = trainer.train(network, recipe, data, 0)
    assert again.weights == score.weights
    (state,) = kept
    weights = Kept(state.average.numpy(), state.statistics.numpy())
    maps = class_maps(network, weights, batches.resized(read[:2], network.resolution))
    assert maps.maps.shape == (2, 6, 4)


FUNCTIONS = """
import keras

def build(depth, width, resolution=(48, 34), classes=10):
    height, across = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    assert type(height) is type(across) is int
    x = image = keras.Input((height, across, 3))
    for _ in range(max(1, round(2 * depth))):
        x = keras.layers.Conv2D(max(1, round(8 * width)), 3, padding="same", activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(classes)(x))

def listed(depth, width, resolution=[48, 34], classes=10):
    return build(depth, width, resolution, classes)

def squares(depth, width, resolution=32, classes=10):
    return build(depth, width, (resolution, resolution), classes)

def three(depth, width, resolution=(48, 34, 3), classes=10):
    return build(depth, width, resolution[:2], classes)
"""


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("functions")
    (folder / "oblong_nets.py").write_text(FUNCTIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield


def test_a_function_is_given_a_pair_for_a_rectangle_and_a_number_for_a_square(functions):
    network = function_models.find("oblong_nets:build")
    assert network.resolution == Resolution(48, 34)
    # Two convolutions with biases, then a linear layer, by hand.
    pixels, first, second = 48 * 34, 3 * 9 * 8 + 8, 8 * 9 * 8 + 8
    assert function_models.counter(network).macs == pixels * (first + second) + 90
    turned = replace(network, resolution=Resolution(34, 48))
    assert function_models.build_model(turned, weights=False).input_shape == (None, 34, 48, 3)
    square = replace(network, resolution=Resolution.square(20))
    assert function_models.build_model(square, weights=False).input_shape == (None, 20, 20, 3)
    assert function_models.find("oblong_nets:listed").resolution == Resolution(48, 34)


def test_a_function_of_squares_that_is_asked_for_a_rectangle_is_refused(functions):
    network = function_models.find("oblong_nets:squares")
    oblong = replace(network, resolution=Resolution(48, 34))
    with pytest.raises(
        ConfigError,
        match=r"resolution=\(48, 34\), classes=10\) raised .*`resolution` is \(height, w",
    ):
        function_models.build_model(oblong)
    with pytest.raises(ConfigError, match=r"such as \(224, 160\).* Got \(48, 34, 3\)\."):
        function_models.find("oblong_nets:three")


def test_a_function_trains_on_a_rectangle(functions, portraits, tmp_path):
    spec = folder_spec(portraits, train=32, validation=16, shape=Resolution(3, 2))
    data = prepare(spec, tmp_path / "ready")
    network = replace(
        function_models.find("oblong_nets:build"), resolution=Resolution(12, 8), classes=2
    )
    recipe = Recipe(epochs=1, batch_size=16)
    score = trainer.train(network, recipe, data, 0)
    assert 0 <= score.top1 <= 1
    counts = {"train": 32, "validation": 16, "scored_at_once": 16, "stored": "30x20"}
    timed = calibrate(network, recipe, counts, lambda step: True)
    assert timed["images_per_second"] > 0


def test_weights_do_not_depend_on_the_shape(odd):
    """Only the pixels do: one vector fits the network at every resolution."""
    turned = replace(odd, resolution=Resolution(13, 21))
    assert weights_of(turned) == weights_of(odd)
    assert normalised(turned) == normalised(odd)
    assert len(initial(weights_of(turned), 0)) == cost(turned).params
