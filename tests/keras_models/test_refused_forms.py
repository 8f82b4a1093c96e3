"""Saved models that are damaged or foreign end in one message, and nothing else is opened."""

import contextlib
import json
import sys

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from saved_models import MODELS, keras2_input, keras2_model, write_archive, write_folder, write_hdf5

from scalesearch.errors import ConfigError
from scalesearch.keras_models.saved_files import keras_archive, keras_hdf5
from scalesearch.keras_models.saved_files.keras_archive import saved_in
from scalesearch.keras_models.saved_files.keras_files import model_in


def test_no_group_is_opened_and_no_link_is_followed(tmp_path, monkeypatch):
    """Weights that lie outside, by a link or as external storage, stay unopened."""
    path = write_hdf5(tmp_path / "model.h5", MODELS["shared"]["hdf5"])
    with h5py.File(path, "a") as file:
        file["model_weights"] = h5py.ExternalLink("/etc/passwd", "/")
        file["soft"] = h5py.SoftLink("/model_weights")
        file.create_dataset("outside", (4,), "u1", external=[("/etc/hostname", 0, 4)])

    opened, own = [], h5py.Group.__getitem__

    def remembered(self, name):
        opened.append(name)
        return own(self, name)

    monkeypatch.setattr(h5py.Group, "__getitem__", remembered)
    monkeypatch.setattr(h5py.Dataset, "__getitem__", None)
    assert json.loads(str(keras_hdf5.read(path)["model_config"])) == MODELS["shared"]["hdf5"]
    assert set(opened) == {"/"}


def lambda_layer(config: dict) -> None:
    config["config"]["layers"][1]["class_name"] = "Lambda"


def foreign_class(config: dict) -> None:
    config["config"]["layers"][1].update(module="os", class_name="System")


def unknown_class(config: dict) -> None:
    config["config"]["layers"][1]["class_name"] = "Mine"


def foreign_function(config: dict) -> None:
    function = {"module": "os", "class_name": "function", "config": "system"}
    config["config"]["layers"][1]["config"]["activation"] = function


def registered(config: dict) -> None:
    config["config"]["layers"][1].update(registered_name="me>Mine")


def tensorflow_function(config: dict) -> None:
    config["config"]["layers"][1].update(
        class_name="TFOpLambda", config={"function": "io.read_file"}
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda_layer, "holds Python code in a Lambda"),
        (foreign_class, r"of the class os\.System"),
        (unknown_class, "Keras 3 has no Mine"),
        (foreign_function, "names the function 'system' of os"),
        (registered, "of the class me>Mine"),
        (tensorflow_function, r"foreign code \(TFOpLambda\)"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@pytest.mark.parametrize("write", [write_hdf5, write_archive, write_folder])
def test_the_list_of_what_may_be_named_holds_for_every_form(tmp_path, write, change, said):
    config = json.loads(json.dumps(MODELS["shared"]["hdf5"]))
    change(config)
    with pytest.raises(ConfigError, match=said):
        model_in(write(tmp_path / "model", config))


@pytest.mark.parametrize("damage", [1, 2, 3, 4, 5, 6])
def test_a_damaged_configuration_of_keras_2_is_one_message(tmp_path, damage):
    """Values drawn at random take the place of others, anywhere."""
    draw = np.random.default_rng(damage)
    values = [None, 7, -1, "x", [], {}, ["a", 0, 0], {"class_name": 3, "config": []}, True, 1e300]

    def spoilt(value):
        if draw.random() < 0.02:
            return values[draw.integers(len(values))]
        if isinstance(value, dict):
            return {key: spoilt(each) for key, each in value.items()}
        return [spoilt(each) for each in value] if isinstance(value, list) else value

    for number, name in enumerate(("att", "init", "nested", "tfop", "shared") * 4):
        path = write_archive(tmp_path / f"{number}.keras", spoilt(MODELS[name]["hdf5"]))
        with contextlib.suppress(ConfigError):
            model_in(path)


def test_hdf5_of_weights_alone_says_what_to_save(tmp_path):
    made = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    made.save_weights(tmp_path / "model.weights.h5")
    with pytest.raises(ConfigError, match="holds weights and does not say of which layers"):
        model_in(tmp_path / "model.weights.h5")


def test_a_cut_off_hdf5_file_is_said(tmp_path):
    path = write_hdf5(tmp_path / "model.h5", MODELS["shared"]["hdf5"])
    whole = path.read_bytes()
    for length in (8, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ConfigError, match="is a damaged HDF5 file"):
            saved_in(path)


def test_a_file_over_which_the_library_never_ends_or_crashes_is_said(tmp_path, monkeypatch):
    path = write_hdf5(tmp_path / "model.h5", MODELS["shared"]["hdf5"])
    for code, said in (("while True: pass", "in 2 seconds"), ("import os; os.abort()", "fails")):
        (tmp_path / "python").write_text(f"#!{sys.executable}\n{code}\n")
        (tmp_path / "python").chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
        monkeypatch.setattr(keras_hdf5, "SECONDS", 2)
        with pytest.raises(ConfigError, match=rf"is a damaged HDF5 file \(.*{said}"):
            saved_in(path)
        monkeypatch.undo()


@pytest.mark.parametrize("value", [3, np.zeros(4), ["a", "b"]])
def test_a_configuration_that_is_no_text_is_said(tmp_path, value):
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"] = value
    with pytest.raises(ConfigError, match="model_config"):
        saved_in(tmp_path / "model.h5")


def test_a_configuration_beyond_all_bounds_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(keras_archive, "LARGEST_CONFIG", 10)
    with pytest.raises(ConfigError, match="at most 10 bytes"):
        saved_in(write_hdf5(tmp_path / "model.h5", MODELS["shared"]["hdf5"]))


def test_a_graph_without_layers_says_what_to_save(tmp_path):
    """As `model.export` and `tf.saved_model.save` write them."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "saved_model.pb").write_bytes(b"\x08\x01")
    with pytest.raises(ConfigError, match=r"a graph of TensorFlow and no layers.*model\.save"):
        saved_in(tmp_path / "model")


@pytest.mark.parametrize(
    "content", [b"", b"\x0a", b"\x0a\xff\xff\xff\xff\x7f", b"\xff" * 30, b"\x0b"]
)
def test_damaged_metadata_are_said(tmp_path, content):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "keras_metadata.pb").write_bytes(content)
    with pytest.raises(ConfigError, match=r"is damaged|does not describe a model"):
        saved_in(tmp_path / "model")


def test_what_helps_is_said_of_a_file_that_keras_cannot_read(tmp_path):
    image = keras.Input((4,))
    keras.Model(image, keras.ops.relu(layers.Dense(2)(image))).save(tmp_path / "model.h5")
    with pytest.raises(ConfigError, match=r"no Relu\. Save it as \.keras instead"):
        model_in(tmp_path / "model.h5")
    local = ("LocallyConnected1D", {"name": "local"}, [[["image", 0, 0, {}]]])
    ends = {"inputs": [["image", 0, 0]], "outputs": [["local", 0, 0]]}
    config = keras2_model(keras2_input("image", 4, 4), local, **ends)
    with pytest.raises(ConfigError, match=r"LocallyConnected1D\. Build the model by a Python func"):
        model_in(write_hdf5(tmp_path / "old.h5", config))
