"""A `.keras` file from a stranger: nothing in it runs, and one clear message says why."""

import json
import zipfile
from pathlib import Path

import keras
import pytest
from keras import layers

from scalesearch.errors import ConfigError
from scalesearch.keras_models.counting.model_cost import count
from scalesearch.keras_models.saved_files import keras_archive
from scalesearch.keras_models.saved_files.keras_files import model_in


@pytest.fixture
def image():
    return keras.Input((8, 8, 3), name="image")


@pytest.fixture
def saved(tmp_path, image):
    """A file with a model of one convolution, compiled."""
    model = keras.Model(image, layers.Conv2D(4, 3, name="conv")(image))
    model.compile("adam", "mse", metrics=["mae"])
    model.save(tmp_path / "model.keras")
    return tmp_path / "model.keras"


def with_config(path: Path, change) -> Path:
    """The file with its configuration changed by hand, as an attacker would."""
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    change(config)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    return path


def conv_of(config: dict) -> dict:
    return next(each for each in config["config"]["layers"] if each["class_name"] == "Conv2D")


def test_a_saved_model_is_counted_without_its_weights(saved, monkeypatch):
    monkeypatch.setattr(keras.Model, "load_weights", None)
    model = model_in(saved)
    assert count(model).cost.macs == 6 * 6 * 4 * 28
    assert not model.compiled


@pytest.mark.parametrize("name", ["NASNetMobile", "ConvNeXtTiny", "MobileNetV3Small"])
def test_networks_with_private_layers_of_keras_survive_the_trip(tmp_path, name):
    size = {"include_top": False} if name == "NASNetMobile" else {}
    model = getattr(keras.applications, name)(weights=None, input_shape=(64, 64, 3), **size)
    model.save(tmp_path / "model.keras")
    assert count(model_in(tmp_path / "model.keras")).cost == count(model).cost


def test_code_in_a_lambda_layer_does_not_run(tmp_path, image):
    layer = layers.Lambda(lambda features: features * 2, name="sneaky")
    keras.Model(image, layer(image)).save(tmp_path / "model.keras")
    with pytest.raises(ConfigError, match=r"layer 'sneaky' holds Python code in a Lambda"):
        model_in(tmp_path / "model.keras")


def test_code_nested_in_another_model_is_found(tmp_path, image):
    inner = keras.Sequential([keras.Input((8, 8, 3)), layers.Lambda(lambda x: x, name="deep")])
    keras.Model(image, inner(image)).save(tmp_path / "model.keras")
    with pytest.raises(ConfigError, match="layer 'deep' holds Python code"):
        model_in(tmp_path / "model.keras")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"module": "os", "class_name": "system"}, "of the class os.system, which is not a layer"),
        ({"module": "builtins", "class_name": "eval"}, "of the class builtins.eval"),
        ({"module": "keras.utils", "class_name": "get_file"}, "keras.utils.get_file"),
        ({"module": "keras.src.saving.saving_lib"}, "keras.src.saving.saving_lib.Conv2D"),
        ({"module": None, "registered_name": "me>Mine"}, "of the class me>Mine"),
        ({"class_name": "TFSMLayer"}, r"foreign code \(TFSMLayer\)"),
        ({"class_name": "TorchModuleWrapper"}, "foreign code"),
        ({"class_name": "__lambda__"}, "Python code"),
        ({"class_name": ["Lambda"]}, "a class that is no name"),
        ({"class_name": "function", "module": "os", "config": "system"}, "'system' of os"),
    ],
    ids=str,
)
def test_classes_that_are_not_keras_layers_are_refused(saved, change, said):
    path = with_config(saved, lambda config: conv_of(config).update(change))
    with pytest.raises(ConfigError, match=said):
        model_in(path)


def test_a_function_for_an_activation_is_refused(saved):
    code = {"module": "os", "class_name": "function", "config": "system"}
    path = with_config(saved, lambda config: conv_of(config)["config"].update(activation=code))
    with pytest.raises(ConfigError, match="layer 'conv' names the function 'system' of os"):
        model_in(path)


def test_a_layer_that_would_read_a_file_is_refused(tmp_path, saved):
    reader = {"class_name": "StringLookup", "config": {"name": "words", "vocabulary": "/etc/hosts"}}
    path = with_config(saved, lambda config: conv_of(config).update(reader))
    with pytest.raises(ConfigError, match="layer 'words' reads its vocabulary from another file"):
        model_in(path)


def test_a_layer_that_needs_all_memory_takes_none(saved):
    path = with_config(saved, lambda config: conv_of(config)["config"].update(filters=10**9))
    assert count(model_in(path)).cost.params == 10**9 * 28


def test_a_broken_configuration_is_one_message(saved):
    path = with_config(saved, lambda config: conv_of(config)["config"].update(filters=-3))
    with pytest.raises(ConfigError, match="Keras cannot make the model of it"):
        model_in(path)


def test_a_configuration_beyond_all_bounds_is_not_read(saved, monkeypatch):
    monkeypatch.setattr(keras_archive, "LARGEST_CONFIG", 10)
    with pytest.raises(ConfigError, match="at most 10 bytes"):
        model_in(saved)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no Keras archive"),
        (b"PK\x03\x04 nonsense", "is no Keras archive"),
        (b"\x89HDF\r\n\x1a\n", "is a damaged HDF5 file"),
    ],
)
def test_what_is_no_archive_is_said(tmp_path, content, said):
    (tmp_path / "model.keras").write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        model_in(tmp_path / "model.keras")


def test_a_cut_off_file_is_said(saved):
    saved.write_bytes(saved.read_bytes()[:-200])
    with pytest.raises(ConfigError, match="is no Keras archive"):
        model_in(saved)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"other.txt": "x"}, "without config.json"),
        ({"config.json": "{"}, "is not valid JSON"),
        ({"config.json": "[" * 100_000}, "is not valid JSON"),
        ({"config.json": "[]"}, "does not describe a model"),
    ],
    ids=["another", "torn", "deep", "list"],
)
def test_an_archive_of_something_else_is_said(tmp_path, members, said):
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(ConfigError, match=said):
        model_in(tmp_path / "model.keras")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="There is no file"):
        model_in(tmp_path / "gone.keras")
