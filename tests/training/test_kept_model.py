"""A function's trained model comes back from disk, and its maps add up to its own logits."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import ConfigError, StudyError
from scalesearch.keras_models.functions import builders, function_models
from scalesearch.training import worker
from scalesearch.training.activation_maps import class_maps
from scalesearch.training.model_backend import variable_files
from scalesearch.training.rehearsal import signature

RECIPE = Recipe(epochs=2, batch_size=50, optimizer="adamw", learning_rate=0.01, average=0.9)


def network_of(name: str) -> FunctionNetwork:
    builder = f"function_models:{name}"
    network = FunctionNetwork(name, builder, 8, 10, source=builders.source_of(builder))
    return signature(network)


def shaken(model: keras.Model) -> keras.Model:
    """The model with weights that nothing has zeroed: biases and statistics too."""
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.uniform(0.05, 0.3, weight.shape))
    return model


def images(channels: int = 3) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (4, 8, 8, channels), np.uint8)


@pytest.mark.parametrize("name", ["logits", "dropped", "sequential", "nested"])
def test_a_maps_mean_and_the_bias_are_the_logit_itself(name: str) -> None:
    network = network_of(name)
    model = shaken(function_models.build_model(network))
    found = class_maps(network, model, images())
    assert found.maps.shape[1] > 1
    dense = model.layers[-1]
    bias = np.zeros(10) if dense.bias is None else keras.ops.convert_to_numpy(dense.bias)
    outputs = model.predict_on_batch(images() / 127.5 - 1)
    again = found.maps.mean((1, 2)) + bias[found.classes]
    np.testing.assert_allclose(again, outputs[range(4), found.classes], rtol=1e-4)
    np.testing.assert_array_equal(found.classes, outputs.argmax(-1))
    np.testing.assert_allclose(found.probabilities.sum(-1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", ["probabilities", "softmax_after", "activation_after"])
def test_maps_of_a_model_with_a_softmax_are_those_without(name: str) -> None:
    network, plain = network_of(name), network_of("logits")
    with_softmax, without = (shaken(function_models.build_model(each)) for each in (network, plain))
    one = class_maps(network, with_softmax, images())
    other = class_maps(plain, without, images())
    np.testing.assert_array_equal(one.classes, other.classes)
    np.testing.assert_allclose(one.maps, other.maps, rtol=1e-5)
    outputs = with_softmax.predict_on_batch(images() / 127.5 - 1)
    np.testing.assert_allclose(one.probabilities, outputs, rtol=1e-4)


def test_grey_images_are_seen_in_every_channel_of_the_model() -> None:
    network = network_of("logits")
    model = shaken(function_models.build_model(network))
    grey = images(1)
    one = class_maps(network, model, grey)
    other = class_maps(network, model, np.repeat(grey, 3, -1))
    np.testing.assert_array_equal(one.maps, other.maps)


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("max_pooled", "GlobalMaxPooling2D, Dense"),
        ("flattened", "Flatten, Dense"),
        ("two_layers", "Dense, Dense"),
        ("bounded", "Dense"),
        ("softmax_twice", "Dense, Softmax"),
        ("no_layer", "GlobalAveragePooling2D"),
    ],
)
def test_a_model_that_ends_otherwise_is_refused_with_how_it_must_end(name: str, end: str) -> None:
    network = network_of(name)
    said = f"GlobalAveragePooling2D, Dropout or none.*function_models:{name} ends in .*{end}\\."
    with pytest.raises(ConfigError, match=said):
        class_maps(network, function_models.build_model(network), images())


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_kept_weights_score_what_the_training_said(average: float, tmp_path: Path) -> None:
    data = prepare(DataSpec("digits", train=100, validation=40), tmp_path)
    network, path = network_of("dropped"), tmp_path / "weights" / "some.npz"
    spec = {
        "network": network.to_json(),
        "recipe": replace(RECIPE, average=average).to_json(),
        "data": {"path": str(data.path)},
        "seed": 3,
    }
    result = worker.train({**spec, "weights": str(path)}, lambda _: None)
    model = variable_files.read(path, network)
    seen, labels = np.asarray(data.images("validation")), data.labels("validation")
    outputs = model.predict_on_batch(np.repeat(seen, 3, -1) / 127.5 - 1)
    assert (outputs.argmax(-1) == labels).mean() == pytest.approx(result["top1"])
    losses = keras.losses.sparse_categorical_crossentropy(labels, outputs, from_logits=True)
    assert float(keras.ops.mean(losses)) == pytest.approx(result["loss"], rel=1e-4)
    statistics = [weight for weight in model.non_trainable_weights if "moving" in weight.path]
    assert statistics
    assert any(np.abs(keras.ops.convert_to_numpy(each) - 1).max() > 0.01 for each in statistics)


def test_every_variable_comes_back_and_nothing_is_pickled(tmp_path: Path) -> None:
    network, path = network_of("logits"), tmp_path / "some.npz"
    model = shaken(function_models.build_model(network))
    variable_files.write(path, model)
    again = variable_files.read(path, network)
    assert len(again.weights) == len(model.weights) == 2 * 5 + 2
    for one, other in zip(again.weights, model.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype == np.float32 for name in file.files)


def test_weights_of_another_network_or_none_are_refused(tmp_path: Path) -> None:
    network, path = network_of("logits"), tmp_path / "some.npz"
    variable_files.write(path, function_models.build_model(network))
    with np.load(path) as file:
        whole = dict(file)
    with pytest.raises(StudyError, match=r"weight 0.* must have shape \(3, 3, 3, 16\)"):
        variable_files.read(path, replace(network, width=2.0))
    with pytest.raises(StudyError, match="must hold 22 arrays"):
        variable_files.read(path, replace(network, depth=2.0))
    with pytest.raises(StudyError, match=r"function_models\.py has changed since"):
        variable_files.read(path, replace(network, source=(("function_models.py", "another"),)))
    for values, said in (
        (np.full_like(whole["0"], np.nan), "finite"),
        (np.array([print], object), "holds no weights that can be read"),
        (whole["0"].astype(np.float64), "float64"),
    ):
        np.savez(path, **{**whole, "0": values})
        with pytest.raises(StudyError, match=said):
            variable_files.read(path, network)
    for content in (b"", b"no archive", path.read_bytes()[:100]):
        path.write_bytes(content)
        with pytest.raises(StudyError, match="holds no weights that can be read"):
            variable_files.read(path, network)
    with open(path, "wb") as file:
        np.save(file, whole["0"])
    with pytest.raises(StudyError, match="holds no weights that can be read"):
        variable_files.read(path, network)
    with pytest.raises(StudyError, match="There are no weights"):
        variable_files.read(tmp_path / "nowhere.npz", network)
