"""The other shipped baselines are keras.applications' MobileNet, MobileNetV2 and ResNet50."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import keras
import keras_order
import numpy as np
import pytest
from keras_counts import macs_and_acts
from keras_filling import drop_rates, fill, moving_statistics, with_weights

from scalesearch.config.network_files import read_network
from scalesearch.config.shipped_files import load_network
from scalesearch.core.cost import cost
from scalesearch.core.multipliers import Multipliers, scale
from scalesearch.core.network_table import TableNetwork
from scalesearch.keras_models.table_model import build
from tests.places import ROOT

HERE = Path(__file__).parent
with open(ROOT / "tests/golden/keras_applications_params.csv") as _file:
    PUBLISHED = {
        row["keras_application"]: int(row["total_params"]) for row in csv.DictReader(_file)
    }
MODELS = {  # keras.applications' name, and the table that says the same
    "MobileNet": "mobilenet_v1",
    "MobileNetV2": "mobilenet_v2",
    "ResNet50": str(HERE / "resnet50_keras.yaml"),
}
SIZES = [
    ("MobileNet", 224),
    ("MobileNet", 96),
    ("MobileNetV2", 224),
    (
        "MobileNetV2",
        101,
    ),  # odd sizes at strides, where 'same' and what Keras writes out still agree
    ("ResNet50", 224),
    ("ResNet50", 101),
]


def table_of(name: str) -> TableNetwork:
    return load_network(MODELS[name])


def deep_order(model: keras.Model) -> list[keras.Layer]:
    """Layers with weights of Keras's ResNet in the order of its names, shortcuts (0) first."""

    def place(layer: keras.Layer) -> list[int]:
        if layer.name == "predictions":
            return [99]
        return [*map(int, re.findall(r"\d+", layer.name)), layer.name.endswith("bn")]

    return sorted(with_weights(model), key=place)


def carry(ours: keras.Model, theirs: keras.Model) -> None:
    """Ours to theirs, layer by layer. MobileNet's classifier is a 1x1 convolution there."""
    order = deep_order if "resnet" in theirs.name else with_weights
    for source, target in zip(keras_order.with_weights(ours), order(theirs), strict=True):
        values = source.get_weights()
        if target.name == "conv_preds":
            values[0] = values[0][None, None]
        else:
            assert type(source) is type(target)
        target.set_weights(values)


@pytest.mark.parametrize(("name", "pixels"), SIZES)
def test_outputs_agree_once_weights_are_carried_over(name: str, pixels: int) -> None:
    """Within 1e-5 of the largest logit, on one image; parameters, MACs and drop rates exactly."""
    network = replace(table_of(name), resolution=pixels)
    shape = (pixels, pixels, 3)
    theirs = getattr(keras.applications, name)(
        weights=None, input_shape=shape, classifier_activation=None
    )
    ours = build(network)
    rng = np.random.default_rng(1)
    image = rng.normal(0, 1, (1, *shape)).astype(np.float32)
    fill(ours, image, rng)
    carry(ours, theirs)

    expected = np.asarray(theirs(image, training=False))
    got = np.asarray(ours(image, training=False))
    scale = np.abs(expected).max()
    assert got.shape == (1, 1000)
    assert np.abs(got - expected).max() <= 1e-5 * scale
    stem = with_weights(theirs)[0]
    stem.set_weights([1.01 * values for values in stem.get_weights()])
    moved = np.asarray(theirs(image, training=False))
    assert np.abs(moved - expected).max() > 1e-3 * scale  # a slip in the first layer would be seen

    count = cost(network)
    assert theirs.count_params() == ours.count_params() == PUBLISHED[name]
    assert ours.count_params() - count.params == moving_statistics(network)
    assert macs_and_acts(ours) == macs_and_acts(theirs) == (count.macs, count.acts)
    if name == "MobileNet":  # MobileNetV2 in Keras has left the paper's dropout out
        assert drop_rates(ours) == drop_rates(theirs) == [0.001]


@pytest.mark.parametrize("name", MODELS)
def test_counted_parameters_are_those_of_keras_applications(name: str) -> None:
    network = table_of(name)
    assert cost(network).params + moving_statistics(network) == PUBLISHED[name]


def test_a_deeper_resnet_has_the_parameters_of_keras_resnet152() -> None:
    counts = iter((3, 8, 36, 3))
    network = table_of("ResNet50")
    stages = (
        row if row.repeats is None else replace(row, repeats=next(counts)) for row in network.stages
    )
    deeper = replace(network, stages=tuple(stages))
    assert cost(deeper).params + moving_statistics(deeper) == PUBLISHED["ResNet152"]


@pytest.mark.parametrize(
    ("name", "width", "pixels"),
    [("MobileNet", 0.5, 160), ("MobileNet", 0.25, 128), ("MobileNetV2", 1.4, 224)],
)
def test_other_widths_cost_what_keras_applications_cost(
    name: str, width: float, pixels: int
) -> None:
    """The published width multipliers, rounded by our rule and by theirs."""
    theirs = getattr(keras.applications, name)(
        weights=None, alpha=width, input_shape=(pixels, pixels, 3)
    )
    network = scale(table_of(name), Multipliers(1, width, pixels / 224))
    assert network.resolution.to_json() == pixels
    count = cost(network)
    assert macs_and_acts(theirs) == (count.macs, count.acts)
    assert theirs.count_params() == count.params + moving_statistics(network)


def test_keras_resnet_is_the_shipped_one_with_options() -> None:
    """So that parity with the one says something of the other."""
    shipped, theirs = load_network("resnet50"), read_network(HERE / "resnet50_keras.yaml")
    stages = tuple(replace(row, stride_first=False) for row in theirs.stages)
    assert stages == shipped.stages
    assert cost(replace(theirs, stages=stages, conv_bias=False)) == cost(shipped)
