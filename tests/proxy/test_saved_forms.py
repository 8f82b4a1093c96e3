"""HDF5, SavedModel folders and files of Keras 2: read by their configuration, nothing else opened.

`tests/golden/keras2_models.json` has configurations as tf_keras 2.21 wrote them, without what says
how weights are kept, and the count_params() that it gave for each model.
"""

import contextlib
import json
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("tensorflow")

import h5py  # after the skip
import keras
import numpy as np
from keras import layers

from scalesearch.errors import ConfigError
from scalesearch.proxy import keras_archive, keras_hdf5
from scalesearch.proxy.counting import count
from scalesearch.proxy.keras_archive import saved_in
from scalesearch.proxy.keras_files import model_in
from scalesearch.proxy.model_inputs import is_open, sized

MODELS = json.loads((Path(__file__).parent.parent / "golden" / "keras2_models.json").read_text())


def write_hdf5(path: Path, config) -> Path:
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.21.0"
    return path


def write_archive(path: Path, config) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    return path


def write_folder(path: Path, metadata) -> Path:
    """A SavedModel folder as Keras 2 left it, without the graph's content."""
    text = json.dumps(metadata).encode()
    node = field(3, b"root") + b"\x10\x07" + field(4, b"_tf_keras_network") + field(5, text)
    path.mkdir()
    (path / "saved_model.pb").write_bytes(b"")
    other = field(3, b"root.layer-0") + field(5, b"{}")
    (path / "keras_metadata.pb").write_bytes(field(1, other) + field(1, node))
    return path


def field(number: int, content: bytes) -> bytes:
    """A text in a protobuf message: key, length in seven bits a byte, content."""
    length, size = b"", len(content)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def keras2_forms(tmp_path: Path, name: str) -> list[Path]:
    found = MODELS[name]
    paths = [
        write_hdf5(tmp_path / "model.h5", found["hdf5"]),
        write_archive(tmp_path / "model.keras", found["archive"]),
    ]
    if "saved_model" in found:
        paths.append(write_folder(tmp_path / "model", found["saved_model"]))
    return paths


@pytest.mark.parametrize("name", MODELS)
def test_a_model_of_keras_2_has_the_weights_that_keras_2_counted(tmp_path, name):
    costs = set()
    for path in keras2_forms(tmp_path, name):
        found = count(model_in(path))
        assert found.weights == MODELS[name]["count_params"]
        assert not found.uncounted
        costs.add(found.cost)
    assert len(costs) == 1


def test_calls_of_keras_2_are_counted_as_they_were_made(tmp_path):
    """Hand counts: arguments by name, a nested model called twice, a first state, three calls."""
    macs = {
        "att": 6 * 4 * 6 + 6 * 6 + 2 * (7 * 4 * 6 + 7 * 6) + 2 * 6 * 7 * 2 * 3 + 6 * 6 * 4 + 6 * 4
        + 6 * (4 * 3 + 3) + 2 * 6 * 6 * 3,
        "nested": 2 * 36 * 4 * 28,
        "init": 6 * 3 * (4 * 3 + 3 * 3 + 2 * 3),
        "shared": 3 * 20,
    }  # fmt: skip
    for name, expected in macs.items():
        path = write_hdf5(tmp_path / f"{name}.h5", MODELS[name]["hdf5"])
        assert count(model_in(path)).cost.macs == expected, name


def test_hdf5_of_keras_3_costs_what_the_model_does(tmp_path):
    image = keras.Input((8, 8, 3))
    made = keras.Model(image, layers.Dense(3)(layers.Flatten()(layers.Conv2D(4, 3)(image))))
    made.save(tmp_path / "model.h5")
    assert saved_in(tmp_path / "model.h5").form == "HDF5 of Keras 3"
    assert count(model_in(tmp_path / "model.h5")).cost == count(made).cost


def test_hdf5_named_keras_is_told_and_read(tmp_path):
    path = write_hdf5(tmp_path / "model.keras", MODELS["shared"]["hdf5"])
    assert saved_in(path).form == "HDF5 of Keras 2"
    assert count(model_in(path)).cost.params == 20


def test_an_archive_named_h5_is_read(tmp_path):
    path = write_archive(tmp_path / "model.h5", MODELS["shared"]["archive"])
    assert saved_in(path).form == "Keras archive of Keras 2"


def test_sizes_that_a_keras_2_model_leaves_open_can_be_given(tmp_path):
    config = json.loads(json.dumps(MODELS["text"]["hdf5"]).replace("[null, 12]", "[null, null]"))
    made = model_in(write_hdf5(tmp_path / "model.h5", config))
    assert is_open(made)
    given = count(sized(made, [(12,)])).cost
    assert given == count(model_in(write_hdf5(tmp_path / "b.h5", MODELS["text"]["hdf5"]))).cost


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


def keras2_model(*layers_of_it, inputs, outputs):
    """A functional model as Keras 2 wrote it; each layer is (class, configuration, calls)."""
    parts = [
        {"class_name": kind, "config": config, "name": config["name"], "inbound_nodes": calls}
        for kind, config, calls in layers_of_it
    ]
    ends = {"input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": {"name": "model", "layers": parts, **ends}}


def keras2_input(name, *shape):
    return ("InputLayer", {"name": name, "batch_input_shape": [None, *shape]}, [])


def test_a_model_of_keras_2_called_with_a_dictionary_is_read(tmp_path):
    inner = keras2_model(
        keras2_input("z", 4),
        keras2_input("a", 6),
        ("Dense", {"name": "small", "units": 3, "use_bias": False}, [[["z", 0, 0, {}]]]),
        ("Dense", {"name": "large", "units": 5, "use_bias": False}, [[["a", 0, 0, {}]]]),
        inputs={"z": ["z", 0, 0], "a": ["a", 0, 0]},
        outputs=[["small", 0, 0], ["large", 0, 0]],
    )
    called = [{"z": ["first", 0, 0, {}], "a": ["second", 0, 0, {}]}]
    config = keras2_model(
        keras2_input("first", 4),
        keras2_input("second", 6),
        ("Functional", {**inner["config"], "name": "inner"}, called),
        inputs=[["first", 0, 0], ["second", 0, 0]],
        outputs=[["inner", 1, 0], ["inner", 1, 1]],
    )
    found = count(model_in(write_hdf5(tmp_path / "model.h5", config)))
    assert found.cost == (3 * 4 + 5 * 6, 42, 8)


def test_private_layers_and_old_parts_of_keras_2_are_read(tmp_path):
    bias = {"module": "tensorflow.python.ops.init_ops_v2", "class_name": "Constant"}
    dense = {"name": "dense", "units": 5, "bias_initializer": {**bias, "config": {"value": 0}}}
    scale = {"name": "scale", "init_values": 1e-6, "projection_dim": 5}
    config = keras2_model(
        keras2_input("image", 4),
        ("Dense", dense, [[["image", 0, 0, {}]]]),
        ("LayerScale", scale, [[["dense", 0, 0, {}]]]),
        ("ThresholdedReLU", {"name": "relu", "theta": 1.0}, [[["scale", 0, 0, {}]]]),
        inputs=[["image", 0, 0]],
        outputs=[["relu", 0, 0]],
    )
    found = count(model_in(write_hdf5(tmp_path / "model.h5", config)))
    assert (found.cost, found.uncounted) == ((25, 25 + 5, 5), ())


def test_a_layer_that_keras_names_otherwise_survives_hdf5(tmp_path):
    image = keras.Input((6, 4))
    made = keras.Model(image, layers.GroupQueryAttention(4, 4, 2)(image, image))
    made.save(tmp_path / "model.h5")
    assert count(model_in(tmp_path / "model.h5")).cost == count(made).cost


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
