"""`compare` and `sweep` of a network that a Python function builds, with no training."""

import csv
import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import fake_arms
import keras
import pytest
import tiny_function

from scalesearch.config.shipped_files import find_profile
from scalesearch.keras_models.functions import builders, function_models

FAST = "--dataset digits --train 200 --validation 100 --epochs 1"
QUICK = find_profile("quick").read_text(encoding="utf-8")
COARSE = """

def coarse(depth, width, resolution=32, classes=10):
    return build(max(1, round(depth)), width, resolution, classes)
"""
MODULE = (
    tiny_function.module(
        "x = layers.GlobalAveragePooling2D()(x)",
        "return keras.Model(image, layers.Dense(classes, use_bias=False)(x))",
    )
    + COARSE
)


@pytest.fixture(autouse=True)
def module(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """tinynet.py in the current folder, forgotten afterwards."""
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    (folder / "tinynet.py").write_text(MODULE)
    importlib.invalidate_caches()
    builders.function_of.cache_clear()
    yield
    sys.modules.pop("tinynet", None)
    builders.function_of.cache_clear()
    function_models._counted.cache_clear()


@pytest.fixture
def fake(run) -> None:
    fake_arms.TRAINED.clear()
    run.train_by(fake_arms.trainer())


def macs_of(depth: float, width: float, resolution: int, classes: int = 10) -> int:
    """Multiply-accumulates of the model itself: each kernel's weights at each of its outputs."""
    model = sys.modules["tinynet"].build(depth, width, resolution, classes)
    total = 0
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense):
            _, *places, _ = layer.output.shape
            pixels = places[0] * places[1] if places else 1
            total += layer.kernel.shape.num_elements() * pixels
    return total


def test_each_arm_of_a_function_costs_what_its_model_does(run) -> None:
    profile = re.sub("^depth: .*$", "depth: 0.5", QUICK, flags=re.MULTILINE)
    profile = re.sub("^width: .*$", "width: 0.16", profile, flags=re.MULTILINE)
    Path("deeper.yaml").write_text(profile, encoding="utf-8")  # whose blocks move in finer steps
    line = f"compare --baseline tinynet:build {FAST} --profile deeper.yaml --cost 2,3"
    found = run(f"{line} --dry-run --json").json
    assert [arm["method"] for arm in found["arms"]] == [
        "baseline", *["depth", "width", "resolution", "compound"] * 2
    ]  # fmt: skip
    base = found["arms"][0]
    assert base["full"]["macs"] == macs_of(1, 1, 32)
    assert base["proxy"]["macs"] == macs_of(0.5, 0.16, 20)  # as the profile has it
    for arm in found["arms"][1:]:
        full, proxy = arm["full"], arm["proxy"]
        assert full["repeats"] == proxy["repeats"] == []
        assert full["macs"] == macs_of(full["depth"], full["width"], full["resolution"])
        assert abs(full["macs"] / base["full"]["macs"] / arm["cost"] - 1) <= 0.05
        assert abs(proxy["macs"] / base["proxy"]["macs"] / arm["cost"] - 1) <= 0.05


def test_an_arm_of_one_dimension_leaves_the_others_as_they_are(run) -> None:
    found = run(f"compare --baseline tinynet:build {FAST} --dry-run --json").json["arms"]
    for arm in found[1:4]:
        for size in ("full", "proxy"):
            same = {"depth": 1.0, "width": 1.0, "resolution": found[0][size]["resolution"]}
            moved = {name for name, value in same.items() if arm[size][name] != value}
            assert moved == {arm["method"]}


def test_a_functions_comparison_is_a_study_with_table_picture_and_weights(run, fake) -> None:
    answer = run(f"compare --baseline tinynet:build {FAST} --seeds 2 --json")
    assert answer.code == 0, answer.err
    found = answer.json
    assert found["study"] == "compare_tinynet.build_quick_digits_x2"
    study = Path("results") / found["study"]
    assert [arm["blocks"] for arm in found["arms"]] == [None] * 5
    with open(study / "compare.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["blocks"] + row["proxy_blocks"] for row in rows] == [""] * 5
    assert float(rows[1]["proxy_depth"]) > 1
    assert (study / "compare.png").exists()
    settings = json.loads((study / "settings.json").read_text(encoding="utf-8"))
    assert settings["baseline"]["builder"] == "tinynet:build"
    names = {
        f"{arm['cell']}_seed{seed}.npz" for arm in settings["arms"].values() for seed in (0, 1)
    }
    assert {path.name for path in (study / "weights").iterdir()} == names
    trained = len(fake_arms.TRAINED)
    text = run(f"compare --baseline tinynet:build {FAST} --seeds 2")
    assert len(fake_arms.TRAINED) == trained
    assert " deep x" in text.out
    assert "blocks x" not in text.out


def test_what_whole_blocks_keep_from_the_cost_is_refused_with_what_can_be_done(run, folder) -> None:
    answer = run(f"compare --baseline tinynet:coarse {FAST} --cost 1.5 --dry-run")
    assert (answer.code, answer.out) == (2, "")
    assert "depth x1.5: full-size network: nearest cost is" in answer.err
    assert "Ask for a --cost near what they came to" in answer.err
    assert "Traceback" not in answer.err


def test_a_sweep_of_a_function_counts_its_models_along_each_line(run, fake) -> None:
    answer = run(f"sweep --baseline tinynet:build {FAST} --seeds 1 --depth 2 --width 1.5 --json")
    assert answer.code == 0, answer.err
    found = answer.json
    assert found["study"] == "sweep_tinynet.build_quick_digits"
    points: list[Any] = found["points"]
    assert [(row["line"], row["factor"]) for row in points] == [
        ("depth", 1), ("depth", 2), ("width", 1), ("width", 1.5),
    ]  # fmt: skip
    assert [row["macs"] for row in points] == [
        macs_of(1, 1, 32), macs_of(2, 1, 32), macs_of(1, 1, 32), macs_of(1, 1.5, 32),
    ]  # fmt: skip
    assert [row["proxy_blocks"] for row in points] == [None] * 4
    assert len(fake_arms.TRAINED) == 3  # the baseline once for both lines


def test_a_sweep_of_a_function_by_pairs_holds_depth_and_resolution(run) -> None:
    line = f"sweep --baseline tinynet:build {FAST} --pair 2,1.5 --width 1.5"
    found = run(f"{line} --dry-run --json").json
    assert [row["macs"] for row in found["points"]] == [macs_of(2, 1, 48), macs_of(2, 1.5, 48)]
    text = run(f"{line} --dry-run").out
    assert "x2.00" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sweep --depth 1e9", "would be 1e+09 times as deep. At most 100 times"),
        ("sweep --resolution 0.01", "pixels a side. There must be at least 1"),
        ("compare --target-macs 1K", "must be more than tinynet.build's"),
        ("compare --published", "Got the function tinynet:build: leave --published out"),
    ],
)
def test_bad_input_for_a_function_ends_in_one_clear_message(run, folder, line, said) -> None:
    answer = run(f"{line} --baseline tinynet:build {FAST}")
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("Error: ") == 1
    assert not Path("results").exists()
