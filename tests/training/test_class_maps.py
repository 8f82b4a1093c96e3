"""Trained weights that come back from disk, and class activation maps that add up to the logits."""

from dataclasses import replace

import numpy as np
import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.config.shipped_files import load_network
from scalesearch.core.proxies import shrink
from scalesearch.data.batches import resized
from scalesearch.data.examples import picked
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import StudyError
from scalesearch.training import worker
from scalesearch.training.activation_maps import class_maps
from scalesearch.training.table_backend import weight_files
from scalesearch.training.table_backend.weight_files import Kept
from scalesearch.training.table_backend.weight_vector import initial, normalised, weights_of

RECIPE = Recipe(epochs=2, batch_size=50, optimizer="adamw", learning_rate=0.01, average=0.9)


@pytest.fixture
def data(tmp_path):
    return prepare(DataSpec("digits", train=100, validation=40), tmp_path)


def any_weights(network) -> Kept:
    rng = np.random.default_rng(0)
    statistics = [
        part
        for size in normalised(network)
        for part in (rng.normal(0, 0.1, size), rng.uniform(0.5, 1.5, size))
    ]
    vector = initial(weights_of(network), 0)
    vector += rng.normal(0, 0.02, vector.shape)
    return Kept(vector.astype(np.float32), np.concatenate(statistics).astype(np.float32))


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50"])
def test_a_maps_mean_and_the_bias_are_the_logit_itself(name):
    network = shrink(
        load_network(name), resolution=40, width=0.1, drop_strides=2, classes=5, channels=3
    )
    weights = any_weights(network)
    weights.vector[-5:] = np.arange(5) / 10  # biases, which start at 0
    images = np.random.default_rng(1).integers(0, 256, (3, 40, 40, 3), np.uint8)
    found = class_maps(network, weights, images)
    assert found.maps.ndim == 3
    assert found.maps.shape[1] > 1
    likeliest = found.logits[range(3), found.classes]
    again = found.maps.mean((1, 2)) + weights.vector[-5:][found.classes]
    np.testing.assert_allclose(again, likeliest, rtol=1e-3, atol=1e-4)
    np.testing.assert_array_equal(found.classes, found.probabilities.argmax(-1))
    np.testing.assert_allclose(found.probabilities.sum(-1), 1, rtol=1e-5)


def test_kept_weights_score_what_the_training_said(tiny, data, tmp_path):
    path = tmp_path / "weights" / "some.npz"
    spec = {
        "network": tiny.to_json(),
        "recipe": RECIPE.to_json(),
        "data": {"path": str(data.path)},
        "seed": 3,
    }
    result = worker.train({**spec, "weights": str(path)}, lambda _: None)
    images, labels = np.asarray(data.images("validation")), data.labels("validation")
    weights = weight_files.read(path, tiny)
    found = class_maps(tiny, weights, resized(images, tiny.resolution))
    assert (found.classes == labels).mean() == pytest.approx(result["top1"])
    assert worker.train(spec, lambda _: None)["top1"] == result["top1"]
    assert [file.name for file in path.parent.iterdir()] == ["some.npz"]


def test_weights_of_another_network_or_none_are_refused(tiny, tmp_path):
    path = tmp_path / "some.npz"
    weights = any_weights(tiny)
    weight_files.write(path, weights)
    np.testing.assert_array_equal(weight_files.read(path, tiny).vector, weights.vector)
    with pytest.raises(StudyError, match="`vector` must have shape"):
        weight_files.read(path, replace(tiny, classes=11))
    np.savez(path, vector=np.array([print], object), statistics=weights.statistics)
    with pytest.raises(StudyError, match="holds no weights that can be read"):
        weight_files.read(path, tiny)
    np.savez(path, vector=weights.vector)
    with pytest.raises(StudyError, match="holds no weights that can be read"):
        weight_files.read(path, tiny)
    weight_files.write(path, Kept(np.full_like(weights.vector, np.nan), weights.statistics))
    with pytest.raises(StudyError, match="finite"):
        weight_files.read(path, tiny)
    with pytest.raises(StudyError, match="There are no weights"):
        weight_files.read(tmp_path / "nowhere.npz", tiny)


def test_picked_images_are_of_different_classes_first(data):
    images, labels = picked(data, 12)
    assert sorted(labels[:10]) == list(range(10))
    assert images.shape == (12, 8, 8, 1)
    again = np.asarray(data.images("validation"))
    for image, label in zip(images, labels, strict=True):
        places = [place for place in range(40) if (again[place] == image).all()]
        assert any(data.labels("validation")[place] == label for place in places)
    assert len(picked(data, 100)[0]) == 40


def test_picked_images_of_a_folder_that_is_streamed_are_the_same(tmp_path):
    from PIL import Image

    for place, name in enumerate(("ants", "bees")):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for index in range(6):
            Image.new("RGB", (16, 16), (40 * index, 90 * place, 9)).save(
                tmp_path / "photos" / name / f"{index}.png"
            )
    spec = DataSpec(f"folder:{tmp_path / 'photos'}", train=6, validation=6)
    decoded = picked(prepare(spec, tmp_path / "array"), 4)
    streamed = prepare(replace(spec, cache_limit_bytes=1), tmp_path / "stream")
    assert streamed.form == "stream"
    for one, other in zip(decoded, picked(streamed, 4), strict=True):
        np.testing.assert_array_equal(one, other)
    assert list(decoded[1]) == [0, 1, 0, 1]
