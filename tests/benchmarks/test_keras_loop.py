"""The loop that a search is measured beside trains by the same recipe."""

import keras
import numpy as np
import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.config.shipped_files import load_network
from scalesearch.core.proxies import shrink
from scalesearch.data.prepared_images import ARRAY, Prepared
from scalesearch.training.learning_rate import rate_at
from scalesearch.training.table_backend.weight_vector import weights_of
from tests.benchmarks import keras_loop

RECIPE = Recipe(
    epochs=2,
    batch_size=4,
    optimizer="adamw",
    learning_rate=0.01,
    beta2=0.98,
    weight_decay=0.05,
    warmup_epochs=0.5,
    flip=True,
    shift=0.25,
    dropout=0.0,
    drop_connect=0.0,
    batch_norm_momentum=0.9,
    zero_init_residual=True,
)


@pytest.fixture(scope="module")
def network():
    table = load_network("efficientnet_b0")
    return shrink(table, resolution=8, width=0.1, depth=0.5, drop_strides=3, classes=3, channels=3)


def test_the_model_starts_and_decays_as_the_recipe_says(network):
    model = keras_loop.compiled(network, RECIPE, steps=5)
    scales = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert {layer.momentum for layer in scales} == {0.9}
    weights = weights_of(network, zero_init_residual=True)
    expected = sorted(weight.shape for weight in weights if weight.kind == "zero_scale")
    zero = [tuple(layer.gamma.shape) for layer in scales if not np.asarray(layer.gamma).any()]
    assert expected
    assert sorted(zero) == expected
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in model.layers)
    rates = [float(model.optimizer._learning_rate(step)) for step in range(10)]
    assert rates == pytest.approx([rate_at(RECIPE, step / 5) for step in range(10)])
    model.optimizer.build(model.trainable_variables)
    decayed = [
        variable
        for variable in model.trainable_variables
        if model.optimizer._use_weight_decay(variable)
    ]
    assert len(decayed) == sum(weight.kind == "kernel" for weight in weights)


def test_images_are_flipped_and_shifted_within_reflected_edges(tmp_path, network):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (6, 8, 8, 3), dtype=np.uint8)
    np.save(tmp_path / "train_images.npy", images)
    np.save(tmp_path / "train_labels.npy", np.arange(6, dtype=np.int32))
    data = Prepared(tmp_path, ARRAY, 6, 3, 8, 6, 0, "", {})
    [(batch, labels)] = keras_loop.training(data, 8, RECIPE).as_numpy_iterator()
    assert batch.shape == (4, 8, 8, 3)
    wide = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), "reflect")
    for image, label in zip(batch, labels, strict=True):
        seen = np.rint((image + 1) * 127.5).astype(np.uint8)
        windows = [wide[label, y : y + 8, x : x + 8] for y in range(5) for x in range(5)]
        assert any(np.array_equal(seen, form) for w in windows for form in (w, w[:, ::-1]))
