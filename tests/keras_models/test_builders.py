"""Python functions as baselines: found, checked before anything is trained, and trained."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import ConfigError
from scalesearch.keras_models.functions import builders, function_models
from scalesearch.training import worker
from scalesearch.training.backends import backend_of
from scalesearch.training.learner import Learner
from scalesearch.training.model_backend import model_steps
from scalesearch.training.model_backend.model_state import ModelState
from scalesearch.training.rehearsal import signature

MODULE = """
import sys
import keras
from keras import layers


def build(depth, width, resolution=16, classes=10):
    print("this goes aside")
    x = image = keras.Input((resolution, resolution, 3))
    for _ in range(max(1, round(2 * depth))):
        x = layers.Conv2D(round(8 * width), 3, padding="same", activation="relu")(x)
        x = layers.BatchNormalization()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes)(x))


def no_depth(depth, width, resolution, classes):
    return build(1, width, resolution, classes)


def no_width(depth, width, resolution, classes):
    return build(depth, 1, resolution, classes)


def no_classes(depth, width, resolution, classes):
    return build(depth, width, resolution, 10)


def no_resolution(depth, width, resolution, classes):
    return build(depth, width, 16, classes)


def raises(depth, width, resolution, classes):
    return build(depth, width, resolution, classes)[0]


def leaves(depth, width, resolution, classes):
    sys.exit("enough")


def a_list(depth, width, resolution, classes):
    return [build(depth, width, resolution, classes)]


def open_size(depth, width, resolution, classes):
    image = keras.Input((None, None, 3))
    return keras.Model(image, layers.Dense(classes)(layers.GlobalAveragePooling2D()(image)))


def no_macs(depth, width, resolution, classes):
    image = keras.Input((resolution, resolution, classes))
    return keras.Model(image, layers.GlobalAveragePooling2D()(image))


def other_arguments(depth, width, size):
    return build(depth, width, size, 10)


class Subclassed(keras.Model):
    def __init__(self, depth, width, classes):
        super().__init__()
        self.convs = [layers.Conv2D(round(8 * width), 3) for _ in range(round(2 * depth))]
        self.norm = layers.BatchNormalization()
        self.logits = layers.Dense(classes)

    def call(self, image, training=None):
        for conv in self.convs:
            image = conv(image)
        image = self.norm(image, training=training)
        return self.logits(keras.ops.mean(image, axis=(1, 2)))


def subclassed(depth, width, resolution, classes):
    return Subclassed(depth, width, classes)


class Headed(keras.Model):  # knows its features as layers, and computes its classes by code
    def __init__(self, depth, width, resolution, classes):
        features = build(depth, width, resolution, classes)
        super().__init__(features.input, features.layers[-2].output)
        self.head = layers.Dense(classes, use_bias=False)

    def call(self, image, training=None):
        return self.head(super().call(image, training=training))


def headed(depth, width, resolution, classes):
    return Headed(depth, width, resolution, classes)


def probable(depth, width, resolution, classes):
    model = build(depth, width, resolution, classes)
    return keras.Model(model.input, layers.Softmax()(model.output))
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """nets.py in the current folder, forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "nets.py").write_text(MODULE)
    builders.function_of.cache_clear()
    yield
    sys.modules.pop("nets", None)
    builders.function_of.cache_clear()
    function_models._counted.cache_clear()


def test_a_function_of_the_current_folder_is_a_network(capsys):
    network = function_models.find("nets:build")
    assert (network.name, network.resolution.to_json(), network.classes) == ("nets.build", 16, 10)
    assert network.input_channels == 3
    convolutions = 256 * 8 * (27 + 1) + 256 * 8 * (72 + 1)
    assert function_models.counter(network).macs == convolutions + 8 * 10 + 10
    out, err = capsys.readouterr()
    assert out == ""
    assert "this goes aside" in err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_depth", "ignores its argument `depth`: at 1 and at 2 its model has the same"),
        ("no_width", "ignores its argument `width`"),
        (
            "no_classes",
            r"outputs \(batch, classes\), here \(None, 1000\). Its output is \(None, 10",
        ),
        ("no_resolution", r"images \(224, 224, channels\). Its input is \(None, 16, 16, 3\)"),
        ("raises", r"raised TypeError: .*nets.py, line \d+, in raises"),
        ("leaves", "raised SystemExit: enough"),
        ("a_list", r"must return a keras.Model. It returned builtins.list"),
        ("open_size", r"images \(224, 224, channels\). Its input is \(None, None, None, 3\)"),
        ("no_macs", "without a multiply-accumulate"),
        ("other_arguments", r"must take the arguments \(depth, width, resolution, classes\)"),
        ("biuld", r"no function 'biuld' \(nearest: build\)"),
    ],
)
def test_a_function_that_is_not_as_it_must_be_is_refused(name, said):
    with pytest.raises(ConfigError, match=said):
        function_models.find(f"nets:{name}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no Python module 'other'"),
        ("import nowhere", "No module named 'nowhere'"),
        ("def build(:", r"SyntaxError: .*other.py, line 1"),
        ("x = 1\n1 / 0", r"ZeroDivisionError: division by zero \(.*other.py, line 2"),
    ],
    ids=["absent", "needs another", "syntax", "raises"],
)
def test_a_module_that_cannot_be_imported_is_said(tmp_path, content, said):
    if content is not None:
        (tmp_path / "other.py").write_text(content)
    try:
        with pytest.raises(ConfigError, match=said):
            function_models.find("other:build")
    finally:
        sys.modules.pop("other", None)


def test_another_version_of_the_file_is_another_network(tmp_path):
    first = function_models.find("nets:build")
    (tmp_path / "nets.py").write_text(MODULE + "\n# words\n")
    assert function_models.checked(first) == first
    (tmp_path / "nets.py").write_text(MODULE.replace('"relu"', '"gelu"'))
    assert function_models.checked(first).source != first.source


def test_a_model_by_subclassing_is_seen_through():
    network = function_models.find("nets:subclassed")
    first, second = 222 * 222 * 8 * 28, 220 * 220 * 8 * 73
    assert function_models.counter(network).macs == first + second + 9 * 1000
    assert function_models.counter(network).params == 28 * 8 + 73 * 8 + 2 * 8 + 9 * 1000
    assert not function_models.counted(network).uncounted


def test_a_functional_model_with_a_call_of_its_own_is_seen_through():
    plain = function_models.find("nets:build")
    whole = function_models.counter(plain)
    network = replace(function_models.find("nets:headed"), resolution=plain.resolution, classes=10)
    assert function_models.counter(network).macs == whole.macs - 10
    assert function_models.counter(network).params == whole.params - 10
    assert not function_models.counted(network).uncounted


RECIPE = Recipe(
    epochs=3, batch_size=20, optimizer="adamw", learning_rate=0.02, batch_norm_momentum=0.8
)


@pytest.fixture
def small():
    return replace(function_models.find("nets:build"), resolution=8, classes=10)


def test_it_is_trained_on_grey_images_and_repeats_itself(small, tmp_path):
    data = prepare(DataSpec("digits", train=200, validation=100), tmp_path)
    spec = {
        "network": small.to_json(),
        "recipe": RECIPE.to_json(),
        "data": {"path": str(data.path)},
        "seed": 3,
    }
    first = worker.train(json.loads(json.dumps(spec)), lambda _: None)
    assert first["top1"] > 0.25
    again = worker.train(spec, lambda _: None)
    other = worker.train({**spec, "seed": 4}, lambda _: None)
    assert (first["top1"], first["loss"]) == (again["top1"], again["loss"])
    assert first["loss"] != other["loss"]


def test_probabilities_are_scored_as_the_logits_that_they_are_of(small):
    images = tf.constant(np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3), np.uint8))
    labels = tf.constant(np.arange(20, dtype=np.int32) % 10)
    losses = []
    for name in ("nets:build", "nets:probable"):
        network = signature(replace(small, builder=name))
        state = ModelState(network, RECIPE, 0)
        losses.append(float(model_steps.scoring_step(network, state)(images, labels)[1]))
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_the_recipe_reaches_the_model(small):
    recipe = replace(RECIPE, average=0.5, weight_decay=0.5, optimizer="sgd", learning_rate=0.1)
    state = ModelState(small, recipe, 0)
    norms = [
        layer for layer in state.model.layers if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert {layer.momentum for layer in norms} == {0.8}
    before = [weight.numpy() for weight in state.model.trainable_variables]
    step = model_steps.training_step(small, recipe, state)
    images = tf.zeros((20, 8, 8, 3), tf.uint8)
    step(images, tf.zeros(20, tf.int32), tf.constant(0.1), tf.constant([0, 0]))
    last = [weight.numpy() for weight in state.model.trainable_variables]
    for start, end, average in zip(before, last, state.averages, strict=True):
        np.testing.assert_allclose(average.numpy(), (start + end) / 2, atol=1e-6)
    assert all(
        np.abs(end).max() < np.abs(start).max()
        for start, end in zip(before, last, strict=True)
        if start.ndim == 4
    )
    state.settle()
    scored = state.model.trainable_variables[0].numpy()
    np.testing.assert_array_equal(scored, state.averages[0].numpy())


def test_tables_and_functions_are_trained_behind_one_face(small, tiny):
    learners = [backend_of(network).learner(network, RECIPE, 0) for network in (small, tiny)]
    assert all(isinstance(learner, Learner) for learner in learners)
    assert [learner.restart is None for learner in learners] == [True, False]
