"""Functions of every kind are met as they are; layers that calls share are refused."""

import sys
from pathlib import Path

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.errors import ConfigError
from scalesearch.keras_models.functions import builders, function_models
from scalesearch.training.model_backend.model_state import ModelState
from scalesearch.training.rehearsal import signature

RECIPE = Recipe(epochs=1, batch_size=20, optimizer="adamw", learning_rate=0.02)
MODULE = """
import functools
import os

import keras
import numpy as np
from keras import layers


def build(depth, width, resolution=16, classes=10):
    x = image = keras.Input((resolution, resolution, 3))
    for _ in range(max(1, round(2 * depth))):
        x = layers.Conv2D(round(8 * width), 3, padding="same", activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(classes)(x))


import functools
import os
import numpy as np

STEM = layers.Conv2D(4, 3, padding="same")
BUILT = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(3, 3, padding="same")])
FROZEN = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(3, 3, padding="same")])
FROZEN.trainable = False
LATE = layers.Conv2D(3, 3, padding="same", trainable=False)
ADAPTED = layers.Normalization()
ADAPTED.adapt(np.random.default_rng(0).random((8, 4, 4, 3), np.float32))
FLIP = keras.Sequential([layers.RandomFlip(), layers.Dropout(0.1)])
MODELS = {}


def _after(stem, depth, width, resolution, classes):
    image = keras.Input((resolution, resolution, 3))
    rest = build(depth, width, resolution, classes)
    return keras.Model(image, rest(layers.Conv2D(3, 1)(stem(image))))


def unbuilt(depth, width, resolution=16, classes=10):
    return _after(STEM, depth, width, resolution, classes)


def built(depth, width, resolution=16, classes=10):
    return _after(BUILT, depth, width, resolution, classes)


def frozen(depth, width, resolution=16, classes=10):
    return _after(FROZEN, depth, width, resolution, classes)


def prepared(depth, width, resolution=16, classes=10):
    return _after(lambda image: ADAPTED(FLIP(image)), depth, width, resolution, classes)


def late(depth, width, resolution=16, classes=10):
    return _after(LATE, depth, width, resolution, classes)


@functools.lru_cache
def cached(depth, width, resolution=16, classes=10):
    return build(depth, width, resolution, classes)


def memo(depth, width, resolution=16, classes=10):
    key = depth, width, resolution, classes
    return MODELS.setdefault(key, MODELS.get(key) or build(*key))


def _any(act, depth, width, resolution=16, classes=10):
    return build(depth, width, resolution, classes)


class Maker:
    def __call__(self, depth, width, resolution=16, classes=10):
        return build(depth, width, resolution, classes)

    method = __call__


partial = functools.partial(_any, "relu")
twice = functools.partial(functools.partial(_any, act="relu"), resolution=16)
instance = Maker()
method = instance.method


def required(depth, width, resolution, classes):
    return build(depth, width, resolution, classes)


def bare(f):
    def call(*args, **named):
        return f(*args, **named)

    return call


hidden = bare(build)


def moves(depth, width, resolution=16, classes=10):
    os.chdir("/")
    return build(depth, width, resolution, classes)


def whole(depth, width, resolution=np.int64(16), classes=np.int64(10)):
    return build(depth, width, int(resolution), int(classes))


def half(depth, width, resolution=16.0, classes=10):
    return build(depth, width, resolution, classes)


def some(depth, width, resolution=16, classes=10.0):
    return build(depth, width, resolution, classes)
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """anynets.py in the current folder, forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "anynets.py").write_text(MODULE)
    builders.function_of.cache_clear()
    yield
    sys.modules.pop("anynets", None)
    builders.function_of.cache_clear()
    function_models._counted.cache_clear()


@pytest.mark.parametrize("name", ["unbuilt", "built", "late", "cached", "memo"])
def test_layers_that_calls_share_are_refused(name):
    """One training would go on from the weights that another left."""
    with pytest.raises(ConfigError, match=f"anynets:{name} gives the same layers at every call"):
        function_models.find(f"anynets:{name}")


@pytest.mark.parametrize("name", ["frozen", "prepared"])
def test_layers_that_no_training_changes_may_be_shared(name):
    network = signature(function_models.find(f"anynets:{name}"))
    first, second = (ModelState(network, RECIPE, seed).model for seed in (0, 1))
    shared = {id(each) for each in first.variables} & {id(each) for each in second.variables}
    assert shared
    assert not any(id(each) in shared for each in first.trainable_variables)


@pytest.mark.parametrize("name", ["partial", "twice", "instance", "method"])
def test_whatever_can_be_called_is_a_function(tmp_path, name):
    network = function_models.find(f"anynets:{name}")
    assert function_models.counter(network) == function_models.counter(
        function_models.find("anynets:build")
    )
    assert builders.function_of(f"anynets:{name}")[1] == tmp_path / "anynets.py"
    assert dict(network.source).keys() >= {"anynets.py"}


def test_code_that_changes_the_current_folder_leaves_it_as_it_was(tmp_path):
    (tmp_path / "anynets.py").write_text(MODULE + "\n\nos.chdir('/')\n")
    function_models.find("anynets:moves")
    assert Path.cwd() == tmp_path


def test_defaults_are_whole_numbers_of_any_kind():
    network = function_models.find("anynets:whole")
    assert network.resolution.to_json() == 16
    assert type(network.classes) is int
    assert network.classes == 10
    for name, said in (("half", "`resolution` .* Got 16.0"), ("some", "`classes` .* Got 10.0")):
        with pytest.raises(ConfigError, match=f"The default of {said}"):
            function_models.find(f"anynets:{name}")


def test_what_no_default_is_seen_of_is_told():
    assert function_models.taken_instead("anynets:hidden") == {"resolution": 224, "classes": 1000}
    assert function_models.taken_instead("anynets:required") == {"resolution": 224, "classes": 1000}
    assert function_models.taken_instead("anynets:build") == {}
