"""The Keras model is what was counted, and loads anywhere."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras_counts import macs_and_acts

from scalesearch.core.cost import cost
from scalesearch.core.multipliers import PAPER, compound, scale
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.proxies import shrink
from scalesearch.keras_models.table_model import build


def assert_counted_right(network: TableNetwork) -> None:
    model = build(network)
    params = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert (*macs_and_acts(model), params) == (
        cost(network).macs,
        cost(network).acts,
        cost(network).params,
    )


@pytest.mark.parametrize("name", ["odd", "even", "tiny", "separable", "residual", "symmetric"])
def test_built_networks_cost_what_was_counted(name: str, request: pytest.FixtureRequest) -> None:
    assert_counted_right(request.getfixturevalue(name))


def test_a_scaled_proxy_costs_what_was_counted(b0: TableNetwork) -> None:
    """An odd resolution, widths of no divisor, strides left out."""
    proxy = shrink(b0, resolution=19, width=0.12, drop_strides=2, classes=10, channels=1)
    assert_counted_right(scale(proxy, compound(PAPER, 1)))


def test_images_go_in_and_logits_come_out(odd: TableNetwork) -> None:
    model = build(odd)
    assert model.input_shape == (None, 21, 21, 3)
    assert model.output_shape == (None, 5)
    logits = np.asarray(model(np.ones((2, 21, 21, 3), np.float32)))
    assert not np.allclose(logits.sum(1), 1)  # no softmax


def test_residuals_are_only_where_stride_is_1_and_widths_agree(odd: TableNetwork) -> None:
    """Of eight blocks: the first of a stage that keeps its width, and each stage's second."""
    names = [layer.name for layer in build(odd).layers if isinstance(layer, keras.layers.Add)]
    assert names == [f"block{index}_mbconv_add" for index in (1, 3, 5, 7)]


def test_drops_are_the_networks_own_and_deepen_from_0(odd: TableNetwork) -> None:
    """Of seven scaled blocks, 0 to 6, those with a residual; the first one's rate is 0."""
    drops = [layer for layer in build(odd).layers if isinstance(layer, keras.layers.Dropout)]
    assert [layer.rate for layer in drops] == pytest.approx([0.4 / 7, 0.8 / 7, 1.2 / 7, 0.3])
    assert [layer.noise_shape for layer in drops] == [(None, 1, 1, 1)] * 3 + [None]
    none = build(replace(odd, dropout=0.0, drop_connect=0.0))
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in none.layers)


def test_a_saved_model_loads_without_this_package_and_computes_the_same(
    odd: TableNetwork, tmp_path: Path
) -> None:
    model = build(odd)
    assert {type(layer).__module__.split(".")[0] for layer in model.layers} == {"keras"}
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    images = np.random.default_rng(0).normal(size=(2, 21, 21, 3)).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(loaded(images)), np.asarray(model(images)))
