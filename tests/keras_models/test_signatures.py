"""What a model takes and puts out is found by running it, and what cannot be trained is refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import signature_models as models
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import BuildError
from scalesearch.keras_models.functions import function_models
from scalesearch.keras_models.functions.signatures import signed, taken, to_logits
from scalesearch.training import worker
from scalesearch.training.model_backend import model_steps
from scalesearch.training.model_backend.model_state import ModelState
from scalesearch.training.rehearsal import signature, try_training

RECIPE = Recipe(epochs=1, batch_size=8, optimizer="adamw", learning_rate=0.01)
NETWORK = FunctionNetwork("net", "signature_models:net", 8, 10)


def of(name: str) -> FunctionNetwork:
    return FunctionNetwork(name, f"signature_models:{name}", 8, 10)


@pytest.mark.parametrize("form", models.LOGITS)
def test_logits_are_known_in_whatever_form_they_leave(form: str) -> None:
    assert signed(NETWORK, models.ending(models.LOGITS[form])).outputs == "logits"


@pytest.mark.parametrize("form", models.PROBABILITIES)
def test_probabilities_are_known_in_whatever_form_they_leave(form: str) -> None:
    assert signed(NETWORK, models.ending(models.PROBABILITIES[form])).outputs == "probabilities"


@pytest.mark.parametrize("classes", [2, 10])
@pytest.mark.parametrize("form", models.NEITHER)
def test_what_is_neither_logits_nor_probabilities_is_refused(form: str, classes: int) -> None:
    """Also two sigmoids that begin at a half each, which sum to 1 until they are trained."""
    with pytest.raises(BuildError, match="neither logits nor probabilities"):
        signed(NETWORK, models.ending(models.NEITHER[form], classes))


def test_the_loss_of_probabilities_is_that_of_the_logits_they_are_of() -> None:
    logits = np.random.default_rng(0).normal(0, 3, (8, 10)).astype(np.float32)
    labels = np.arange(8) % 10
    own = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    network = FunctionNetwork("net", "m:f", 8, 10, outputs="probabilities")
    for dtype, off in (("float32", 1e-5), ("float16", 2e-2)):
        out = to_logits(network)(tf.cast(tf.nn.softmax(logits), dtype))
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, out)
        np.testing.assert_allclose(losses, own, rtol=off, atol=off)


@pytest.mark.parametrize("form", models.RANGES)
def test_the_range_that_a_model_takes_is_told_by_how_it_begins(form: str) -> None:
    begin, ends = models.RANGES[form]
    found = signed(NETWORK, models.beginning(begin))
    assert (found.low, found.high) == ends
    assert found.input_dtype == "float32"


def test_a_range_that_no_usual_images_have_is_refused() -> None:
    with pytest.raises(BuildError, match=r"from 0 to 255 into 0 to 0.00389.*which range it takes"):
        signed(NETWORK, models.beginning(lambda image: image / 65535.0))


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float16", "bfloat16", "float64"])
def test_images_come_in_the_type_that_the_input_says(dtype: str) -> None:
    found = signed(NETWORK, models.typed(dtype))
    images = tf.constant(np.arange(8 * 8 * 3, dtype=np.uint8).reshape(1, 8, 8, 3))
    given = taken(images, found)
    assert given.dtype == dtype
    if "int" in dtype:
        np.testing.assert_array_equal(given, images)
    else:
        np.testing.assert_allclose(tf.cast(given, "float32"), images.numpy() / 127.5 - 1, atol=0.01)


@pytest.mark.parametrize("dtype", ["int8", "bool"])
def test_a_type_that_cannot_hold_an_image_is_refused(dtype: str) -> None:
    with pytest.raises(BuildError, match=f"of type {dtype}, which cannot hold 0 to 255"):
        signed(NETWORK, models.typed(dtype))


def test_grey_images_come_in_every_channel_that_the_model_takes() -> None:
    images = tf.constant(np.arange(64, dtype=np.uint8).reshape(1, 8, 8, 1))
    given = taken(images, NETWORK)
    assert given.shape == (1, 8, 8, 3)
    np.testing.assert_array_equal(given[..., 0], given[..., 2])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("explodes", r"raised RuntimeError: .*boom in training.*signature_models.py, line"),
        ("not_a_number", "not finite numbers"),
        ("no_gradient", "No gradients provided"),
        ("frozen", "without a weight that can be trained"),
        ("only_scored", "puts out logits in training, and probabilities outside of it"),
        ("branches", "calls other layers in training"),
        ("two_outputs", r"outputs \(batch, classes\)"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_a_search(name: str, said: str) -> None:
    with pytest.raises(BuildError, match=said) as refused:
        try_training([signature(of(name))], RECIPE)
    assert "resolution=8" in str(refused.value)
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("name", ["in_dictionaries", "mixed", "subclassed"])
def test_what_is_accepted_can_be_trained(name: str) -> None:
    try_training([signature(of(name))], RECIPE)


def test_what_a_subclassed_model_drops_it_drops_in_training_alone() -> None:
    model = function_models.build_model(of("drops"))
    images = tf.random.uniform((4, 8, 8, 3))
    trained = [model(images, training=True).numpy() for _ in range(2)]
    scored = [model(images, training=False).numpy() for _ in range(2)]
    assert np.abs(trained[0] - trained[1]).max() > 0
    np.testing.assert_array_equal(*scored)


def test_a_model_that_differs_from_the_smallest_is_refused() -> None:
    with pytest.raises(BuildError, match="models of one kind"):
        try_training([of("subclassed")], RECIPE)


def test_a_model_in_mixed_precision_learns_with_a_scaled_loss() -> None:
    network = signature(of("mixed"))
    state = ModelState(network, RECIPE, 0)
    assert isinstance(state.optimizer, keras.optimizers.LossScaleOptimizer)
    step = model_steps.training_step(network, RECIPE, state)
    labels = tf.constant(np.arange(8, dtype=np.int32) % 2)
    images = tf.constant(np.where(labels, 230, 20).astype(np.uint8)[:, None, None, None])
    images = tf.tile(images, (1, 8, 8, 3))
    first, *_, last = (float(take(step, images, labels)) for _ in range(30))
    assert last < 0.5 * first


def take(step: Any, images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    return step(images, labels, tf.constant(0.02), tf.constant([0, 0]))


def test_heads_and_types_of_one_network_learn_alike(tmp_path: Path) -> None:
    """A softmax as an operation lost a quarter of the accuracy when it was taken for logits."""
    data = prepare(DataSpec("digits", train=800, validation=400), tmp_path)
    recipe = replace(RECIPE, epochs=4, batch_size=20, batch_norm_momentum=0.9)
    spec = {"recipe": recipe.to_json(), "data": {"path": str(data.path)}, "seed": 0}
    top1 = [
        worker.train({**spec, "network": signature(of(name)).to_json()}, lambda _: None)["top1"]
        for name in ("linear_head", "softmax_head", "raw_images")
    ]
    assert min(top1) > 0.5
    assert max(top1) - min(top1) < 0.05


def test_a_dictionary_around_one_input_and_output_changes_no_count() -> None:
    plain = models.ending(models.LOGITS["linear"]).count_params()
    assert function_models.build_model(of("in_dictionaries")).count_params() == plain
