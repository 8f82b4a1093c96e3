"""HDF5, SavedModel folders and files of Keras 2 are read by their configuration."""

import json

import keras
import pytest
from keras import layers
from saved_models import MODELS, keras2_forms, keras2_input, keras2_model, write_archive, write_hdf5

from scalesearch.keras_models.counting.model_cost import count
from scalesearch.keras_models.model_inputs import is_open, sized
from scalesearch.keras_models.saved_files.keras_archive import saved_in
from scalesearch.keras_models.saved_files.keras_files import model_in


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
