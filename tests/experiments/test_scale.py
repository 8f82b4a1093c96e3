"""Scaling, counting and building from Python."""

from pathlib import Path
from types import SimpleNamespace

import pytest

import scalesearch as ss

PAPER = (1.2, 1.1, 1.15)


@pytest.mark.parametrize(
    "coefficients",
    [PAPER, ss.Coefficients(*PAPER), SimpleNamespace(alpha=1.2, beta=1.1, gamma=1.15)],
)
def test_coefficients_come_in_any_form(coefficients) -> None:
    scaled = ss.scale("efficientnet_b0", coefficients, phi=3)
    assert scaled.network.name == "efficientnet_b0_phi3"
    assert scaled.network.resolution == ss.Resolution.of(341)
    assert scaled.cost == scaled.network.cost
    assert scaled.to_json()["counted_ratio"] == scaled.cost.macs / 385_825_092


def test_a_published_network_is_the_published_table() -> None:
    scaled = ss.scale("efficientnet_b0", "b4")
    assert scaled.cost == (4_393_801_064, 19_341_616, 49_489_032)
    assert scaled.phi is None
    with pytest.raises(ss.ConfigError, match="published network"):
        ss.scale("efficientnet_b0", "b4", phi=1)


def test_a_strategy_is_named_in_the_network() -> None:
    scaled = ss.scale("efficientnet_b0", "dWr", phi=1, equal_cost=True)
    assert scaled.network.name == "efficientnet_b0_dWr_phi1_equal_cost"
    assert abs(scaled.to_json()["counted_ratio"] / 2 - 1) < 0.05


def test_a_target_is_met_to_within_a_step() -> None:
    scaled = ss.scale("efficientnet_b0", PAPER, target_params=12_000_000)
    assert abs(scaled.cost.params / 12e6 - 1) < 0.05
    with pytest.raises(ss.ConfigError, match="Give one of"):
        ss.scale("efficientnet_b0", PAPER, 1, target_macs=10**9)
    with pytest.raises(ss.ConfigError, match="Give one of"):
        ss.scale("efficientnet_b0", PAPER)


@pytest.mark.parametrize("wrong", [(1.2, 1.1), (1.2, 1.1, 0), (1.2, float("nan"), 1)])
def test_coefficients_that_are_none_are_refused(wrong) -> None:
    with pytest.raises(ss.ConfigError, match="coefficients"):
        ss.scale("efficientnet_b0", wrong, 1)


def test_what_is_written_is_a_baseline_again_and_nothing_else_is_written_over(
    tmp_path: Path,
) -> None:
    path = ss.scale("efficientnet_b0", PAPER, phi=3).write(tmp_path / "b0_phi3.yaml")
    again = ss.load(path)
    assert again.cost == ss.scale("efficientnet_b0", PAPER, phi=3).cost
    assert ss.scale(path, PAPER, phi=-1).network.name == "efficientnet_b0_phi3_phi-1"
    (tmp_path / "mine.yaml").write_text("name: mine\n")
    with pytest.raises(ss.ConfigError, match="left alone"):
        ss.scale("efficientnet_b0", PAPER, phi=3).write(tmp_path / "mine.yaml")


def test_cost_is_that_of_the_command() -> None:
    counted = ss.cost("efficientnet_b0", depth=1.2, width=1.1, resolution=258)
    assert counted.macs / 385_825_092 == pytest.approx(2.5728, abs=5e-5)
    assert sum(layer.macs for layer in counted.layers) == counted.macs
    fewer = ss.cost("efficientnet_b0", classes=10)
    assert ss.cost("efficientnet_b0").params - fewer.params == 990 * (1280 + 1)


def test_a_model_of_ones_own_is_counted_layer_by_layer() -> None:
    keras = pytest.importorskip("keras")
    image = keras.Input((8, 8, 3))
    features = keras.layers.Conv2D(4, 3, padding="same", name="conv")(image)
    counted = ss.count(keras.Model(image, keras.layers.Dense(5)(keras.layers.Flatten()(features))))
    conv, dense = 8 * 8 * (3 * 3 * 3 * 4 + 4), 8 * 8 * 4 * 5 + 5
    assert (counted.macs, counted.params) == (conv + dense, 3 * 3 * 3 * 4 + 4 + dense)
    assert [layer.kind for layer in counted.layers] == ["Conv2D", "Dense"]
    assert counted.uncounted == ()
    assert counted.to_json()["layers"][0]["macs"] == conv


def test_a_built_model_has_the_parameters_that_were_counted() -> None:
    network = ss.scale("mobilenet_v2", (1, 0.5, 1), phi=1).network.resized(ss.Resolution.of(32), 10)
    model = ss.build(network, seed=1)
    assert model.output_shape == (None, 10)
    assert ss.count(model).params == network.cost.params
