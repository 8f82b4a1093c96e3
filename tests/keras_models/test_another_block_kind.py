"""A block kind of the layers there are is one entry in `BLOCKS`: read, counted, built, trained."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras_order
import numpy as np
import pytest
import tensorflow as tf

from scalesearch.config.network_files import read_network, write_network
from scalesearch.core.architecture import Stage, Style
from scalesearch.core.blocks import BLOCKS, Block, BlockKind, Conv, Layer, SqueezeExcite
from scalesearch.core.cost import by_layer, by_stage, cost
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.proxies import shrink
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError
from scalesearch.keras_models.counting.model_cost import count
from scalesearch.keras_models.table_model import build
from scalesearch.training.table_backend.forward_pass import Mode, forward
from scalesearch.training.table_backend.weight_vector import initial, normalised, weights_of


def fused_mbconv(stage: Stage, inputs: int, stride: int, style: Style) -> Block:
    """One convolution in place of two of mbconv's (Tan & Le 2021, arXiv 2104.00298, figure 2)."""
    expanded = int(inputs * stage.expand)
    layers: list[Layer] = [
        Conv(stage.kernel, stride, inputs, expanded, activation=style.activation)
    ]
    if stage.se:
        layers.append(SqueezeExcite(expanded, max(1, int(inputs * stage.se)), style.activation))
    layers.append(Conv(1, 1, expanded, stage.channels))
    return Block("fused_mbconv", tuple(layers), stride == 1 and inputs == stage.channels)


def basic(stage: Stage, inputs: int, stride: int, style: Style) -> Block:
    """The block of ResNet-18 (He et al. 2015, arXiv 1512.03385, figure 5, left)."""
    outputs, padding = stage.channels, style.padding
    layers = (
        Conv(stage.kernel, stride, inputs, outputs, activation=style.activation, padding=padding),
        Conv(stage.kernel, 1, outputs, outputs, padding=padding),
    )
    alike = stride == 1 and inputs == outputs
    shortcut = () if alike else (Conv(1, stride, inputs, outputs, padding=padding),)
    return Block("basic", layers, True, shortcut, style.activation)


FUSED = """\
name: fused
resolution: 12
classes: 5
stages:
  - {block: conv, kernel: 3, stride: 2, channels: 8}
  - {block: fused_mbconv, kernel: 3, stride: 1, channels: 8, repeats: 1, expand: 2, se: 0.25}
  - {block: fused_mbconv, kernel: 3, stride: 2, channels: 12, repeats: 2, expand: 3}
"""
RESNET_18 = """\
name: resnet18
resolution: 224
classes: 1000
activation: relu
padding: symmetric
norm_epsilon: 0.00001
stages:
  - {block: conv, kernel: 7, stride: 2, channels: 64}
  - {block: max_pool, kernel: 3, stride: 2}
  - {block: basic, kernel: 3, stride: 1, channels: 64, repeats: 2}
  - {block: basic, kernel: 3, stride: 2, channels: 128, repeats: 2}
  - {block: basic, kernel: 3, stride: 2, channels: 256, repeats: 2}
  - {block: basic, kernel: 3, stride: 2, channels: 512, repeats: 2}
"""


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that has to be written for two further kinds."""
    monkeypatch.setitem(BLOCKS, "fused_mbconv", BlockKind(fused_mbconv, ("expand", "se")))
    monkeypatch.setitem(BLOCKS, "basic", BlockKind(basic))


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], TableNetwork]:
    def network(text: str) -> TableNetwork:
        (tmp_path / "mine.yaml").write_text(text)
        return read_network(tmp_path / "mine.yaml")

    return network


@pytest.fixture(params=["fused", "basic"])
def network(request: pytest.FixtureRequest, read: Callable[[str], TableNetwork]) -> TableNetwork:
    if request.param == "fused":
        return read(FUSED)
    small = {"resolution": Resolution(31, 31), "width": 0.125, "drop_strides": 2}
    return shrink(read(RESNET_18), **small, classes=5, channels=3)  # type: ignore[arg-type] # each is of its type


def test_a_table_of_it_is_written_as_it_was_read(network: TableNetwork, tmp_path: Path) -> None:
    write_network(network, tmp_path / "again.yaml", {})
    assert read_network(tmp_path / "again.yaml") == network


def test_its_fields_are_its_own_and_those_of_every_kind_that_has_them(
    read: Callable[[str], TableNetwork],
) -> None:
    with pytest.raises(ConfigError, match=r"inner` belongs to block bottleneck\. Here .* fused_mb"):
        read(FUSED.replace("expand: 3", "expand: 3, inner: 0.5"))
    with pytest.raises(ConfigError, match=r"`stages\[2\]\.expand` belongs to block mbconv and fus"):
        read(RESNET_18.replace("channels: 64, repeats", "channels: 64, expand: 2, repeats"))


def test_resnet_18_has_torchvisions_counts(read: Callable[[str], TableNetwork]) -> None:
    """torchvision's documentation of `resnet18`: 11,689,512 parameters, 1.81 GFLOPS."""
    found = cost(read(RESNET_18))
    assert found.params == 11_689_512
    assert found.macs == pytest.approx(1.81e9, rel=0.005)


def test_cost_and_keras_model_agree(network: TableNetwork) -> None:
    found, model = cost(network), build(network)
    assert count(model).cost == found
    assert found.params == sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert sum(part.cost.macs for part in by_stage(network)) == found.macs
    assert sum(part.cost.macs for part in by_layer(network)) == found.macs


def test_training_computes_what_the_keras_model_does(
    network: TableNetwork, pour: Callable[[Any, np.ndarray, np.ndarray], None]
) -> None:
    rng = np.random.default_rng(3)
    vector = initial(weights_of(network), 0)
    vector += rng.normal(0, 0.1, vector.shape).astype(np.float32)
    statistics = rng.uniform(0.5, 1.5, 2 * sum(normalised(network))).astype(np.float32)
    model = build(network)
    pour(model, vector, statistics)
    size = network.resolution
    images = rng.normal(0, 1, (6, size.height, size.width, 3)).astype(np.float32)
    scored = forward(network, images, vector, statistics, Mode(training=False))
    assert_close(scored.logits, model(images, training=False))
    pull = rng.normal(size=(6, network.classes)).astype(np.float32)
    with tf.GradientTape() as tape:
        expected = model(images, training=True)
        loss = tf.reduce_sum(expected * pull)
    gradients = tape.gradient(loss, [weight.value for weight in keras_order.trainable(model)])
    trained = forward(network, tf.constant(images), tf.constant(vector), statistics, Mode(True))
    assert_close(trained.logits, expected)
    assert_close(
        trained.gradient(tf.constant(pull)), np.concatenate([np.ravel(each) for each in gradients])
    )


def assert_close(got: Any, expected: Any) -> None:
    """To within a part of the largest expected value."""
    np.testing.assert_allclose(
        np.asarray(got), np.asarray(expected), rtol=0, atol=1e-4 * np.abs(expected).max()
    )
