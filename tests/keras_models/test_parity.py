"""At the published coefficients our Keras model is keras.applications' EfficientNet."""

import csv

import keras
import numpy as np
import pytest
from keras_counts import macs_and_acts
from keras_filling import drop_rates, fill, moving_statistics, with_weights

from scalesearch.core.cost import cost
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.official import ROWS, official
from scalesearch.keras_models.table_model import build
from tests.places import ROOT

KERAS_NORMALISATION = 7  # mean and variance of three input channels, and a count
with open(ROOT / "tests/golden/keras_applications_params.csv") as _file:
    PUBLISHED = {row["keras_application"]: row for row in csv.DictReader(_file)}
SHORT_NAMES = [
    "b0",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ROWS if name != "b0"),
]


@pytest.mark.parametrize("short", ROWS)
def test_counted_parameters_are_those_of_keras_applications(b0: TableNetwork, short: str) -> None:
    """Without building anything: what Keras counts in all is ours and its normalisation's 7."""
    network = official(b0, short)
    row = PUBLISHED[f"EfficientNet{short.upper()}"]
    assert network.resolution.to_json() == int(row["input_resolution"])
    total = cost(network).params + moving_statistics(network)
    assert total == int(row["total_params"]) - KERAS_NORMALISATION


@pytest.mark.parametrize("short", SHORT_NAMES)
def test_outputs_agree_once_weights_are_carried_over(b0: TableNetwork, short: str) -> None:
    """Within 1e-5 of the largest logit, on one image; parameters, MACs and drop rates exactly."""
    network = official(b0, short)
    theirs = getattr(keras.applications, f"EfficientNet{short.upper()}")(
        weights=None, classifier_activation=None
    )
    ours = build(network)
    rng = np.random.default_rng(1)
    image = rng.uniform(0, 255, (1, network.resolution.height, network.resolution.width, 3)).astype(
        np.float32
    )
    (entry,) = (each for each in theirs.layers if isinstance(each, keras.layers.Normalization))
    normalised = keras.Model(theirs.input, entry.output)(image, training=False)
    fill(ours, normalised, rng)
    for source, target in zip(with_weights(ours), with_weights(theirs), strict=True):
        assert type(source) is type(target)
        target.set_weights(source.get_weights())

    expected = np.asarray(theirs(image, training=False))
    got = np.asarray(ours(normalised, training=False))
    scale = np.abs(expected).max()
    assert got.shape == (1, 1000)
    assert np.abs(got - expected).max() <= 1e-5 * scale
    stem = with_weights(theirs)[0]
    stem.set_weights([1.01 * values for values in stem.get_weights()])
    moved = np.asarray(theirs(image, training=False))
    assert np.abs(moved - expected).max() > 1e-3 * scale  # a slip in the first layer would be seen

    count = cost(network)
    assert theirs.count_params() - KERAS_NORMALISATION == ours.count_params()
    assert sum(int(np.prod(weight.shape)) for weight in ours.trainable_weights) == count.params
    assert ours.count_params() - count.params == moving_statistics(network)
    assert macs_and_acts(ours) == macs_and_acts(theirs) == (count.macs, count.acts)
    assert drop_rates(ours) == pytest.approx(drop_rates(theirs))
