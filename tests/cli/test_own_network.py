"""A network of one's own: the README's two examples as they stand, and what is refused."""

import json
import re
import sys
from pathlib import Path

import pytest

from scalesearch.errors import ScaleSearchError
from tests.places import ROOT

CHAPTER = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Your own network\n")[2]
CHAPTER = CHAPTER.partition("\n## ")[0]


FENCED = re.findall(r"^```(\w*)\n(.*?)^```$", CHAPTER, re.MULTILINE | re.DOTALL)


def block(language: str) -> str:
    (found,) = [content for name, content in FENCED if name == language]
    return found


def saved_as(suffix: str) -> str:
    """The file name that the chapter tells to save a block under."""
    (name,) = set(re.findall(rf"[Ss]ave\s+(?:it|this)\s+as\s+`(\w+\.{suffix})`", CHAPTER))
    return name


def commands() -> list[str]:
    return [line for name, content in FENCED if not name for line in content.splitlines()]


@pytest.fixture
def table(folder: Path) -> str:
    (folder / saved_as("yaml")).write_text(block("yaml"))
    return saved_as("yaml")


@pytest.fixture
def function(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The name of the README's function, whose module is forgotten afterwards."""
    from scalesearch.keras_models.functions import builders, function_models

    monkeypatch.setattr(sys, "path", list(sys.path))
    file = saved_as("py")
    (folder / file).write_text(block("python"))
    builders.function_of.cache_clear()
    yield f"{Path(file).stem}:build"
    sys.modules.pop(Path(file).stem, None)
    builders.function_of.cache_clear()
    function_models._counted.cache_clear()


def test_the_readmes_table_is_a_baseline(run, table: str) -> None:
    mine = [line for line in commands() if table in line]
    assert [line.split()[1] for line in mine] == ["cost", "grid"]
    assert run(f"cost {table} --json").json["name"] == "small"
    for line in mine:
        answer = run(line.removeprefix("scalesearch "))
        assert answer.code == 0, answer.err
    # Candidates that can be realised at equal cost: a table that refuses most teaches nothing.
    assert run(f"grid --baseline {table} --dry-run --json").json["refused"] <= 4


def test_the_readmes_function_is_a_baseline(run, function: str) -> None:
    once = run(f"cost {function} --json").json
    assert set(once) >= {
        "name", "builder", "resolution", "macs", "params", "acts", "layers", "uncounted",
        "baseline", "depth", "width", "counted_ratio",
    }  # fmt: skip
    assert (once["resolution"], once["classes"], once["uncounted"]) == (64, 10, [])
    assert sum(layer["macs"] for layer in once["layers"]) == once["macs"]
    answer = run(f"cost {function} --depth 2")
    assert answer.code == 0, answer.err
    assert "against mynet.build" in answer.out


def test_what_scale_writes_of_a_function_is_a_baseline_again(run, function: str) -> None:
    scaled = run(f"scale --baseline {function} --phi 1 --equal-cost --json").json
    assert abs(scaled["counted_ratio"] / 2 - 1) <= 0.05
    assert scaled["path"] == "configs/scaled/mynet.build_phi1_equal_cost.yaml"
    again = run(f"cost {scaled['path']} --json").json
    assert (again["macs"], again["params"]) == (scaled["macs"], scaled["params"])
    built = run(f"build {scaled['path']} -o mynet.keras --json").json
    assert built["params_built"] == built["params"] == scaled["params"]
    whole = run("cost mynet.keras --json").json
    assert (whole["macs"], whole["params"]) == (scaled["macs"], scaled["params"])


@pytest.mark.slow
def test_every_command_of_the_chapter_runs(run, table: str, function: str) -> None:
    for line in commands():
        answer = run(line.removeprefix("scalesearch "))
        assert answer.code == 0, (line, answer.err)


@pytest.mark.slow
def test_a_search_over_a_function_names_coefficients(fresh, folder: Path, function: str) -> None:
    options = "--step 1 --grid simplex --train 200 --validation 100 --epochs 1 --workers 1 --json"
    options += " --trainings 8"
    answer = fresh("grid", "--baseline", function, *options.split())
    assert answer.code == 0, answer.err
    assert "`drop_strides` of profile quick does not apply" in answer.err
    found = answer.json
    assert found["baseline"] == "mynet.build"
    assert found["failed_trainings"] == 0
    settings = json.loads(next(Path("results").glob("*/settings.json")).read_text())
    assert settings["baseline"]["builder"] == function


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("cost gone.h5", "There is no file gone.h5"),
        ("cost keras:ResNet50 --depth 2", "Option --depth needs a table or a Python function"),
        ("cost keras:ResNet50 --official b1", "Option --official needs a table"),
        ("cost keras:Resnet", "keras.applications has no network 'Resnet' (nearest: ResNet"),
        ("cost gone.keras", "There is no file gone.keras"),
        ("cost nowhere:build", "There is no Python module 'nowhere'"),
        ("scale --baseline keras:VGG16 --phi 1", "cannot be made deeper or wider"),
        ("grid --baseline model.keras --dry-run", "cannot be made deeper or wider"),
        ("build keras:VGG16 -o a.keras", "keras:VGG16 is a Keras model already"),
        ("grid --baseline nowhere:build --dry-run", "There is no Python module 'nowhere'"),
    ],
)
def test_bad_input_ends_in_one_clear_message(run, folder: Path, command: str, said: str) -> None:
    answer = run(command)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("Error: ") == 1
    assert "Traceback" not in answer.err
    assert not list(folder.iterdir())


def test_code_in_a_file_is_one_sentence_in_a_fresh_process(fresh, folder: Path) -> None:
    import keras

    image = keras.Input((8, 8, 3))
    double = keras.layers.Lambda(lambda features: features * 2, name="sneaky")
    keras.Model(image, double(image)).save("model.keras")
    answer = fresh("cost", "model.keras")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Error: model.keras: layer 'sneaky' holds Python code")
    assert answer.err.count("\n") == 1


def test_the_grids_table_carries_what_was_measured(run, monkeypatch: pytest.MonkeyPatch) -> None:
    from scalesearch.experiments import search_latency

    asked = []

    def measure(spec: dict, batch: int) -> dict:
        asked.append(spec)
        if len(asked) == 2:
            raise ScaleSearchError("no memory is left")
        timing = {"median": 0.25, "quartile_low": 0.2, "quartile_high": 0.3, "runs": 10}
        return {
            "latency_seconds": timing, "images_per_second": timing, "batch": batch, "device": "CPU",
            "peak_memory_bytes": 2**30, "memory_before_bytes": 2**29, "gpu_peak_memory_bytes": None,
        }  # fmt: skip

    monkeypatch.setattr(search_latency, "measure_spec", measure)
    line = "grid --dry-run --step 1 --grid simplex --measure --batch 7"
    found = run(f"{line} --json").json
    assert len(asked) == 1 + found["distinct"]
    assert found["reference"]["measured"]["batch"] == 7
    assert found["rows"][0]["measured"] == {"error": "no memory is left"}
    answer = run(line)
    assert "latency, ms" in answer.out
    assert "1,024" in answer.out


def test_measuring_says_speed_and_memory(fresh, folder: Path, table: str) -> None:
    answer = fresh("cost", table, "--measure", "--batch", "4", "--json")
    assert answer.code == 0, answer.err
    measured = answer.json["measured"]
    assert measured["batch"] == 4
    for timing in (measured["latency_seconds"], measured["images_per_second"]):
        assert 0 < timing["quartile_low"] <= timing["median"] <= timing["quartile_high"]
        assert timing["runs"] >= 10
    assert measured["peak_memory_bytes"] > measured["memory_before_bytes"] > 0


SHRINKING = """
import keras
from keras import layers


def build(depth, width, resolution=64, classes=10):
    x = image = keras.Input((resolution, resolution, 3))
    for _ in range(max(1, round(3 * depth))):
        x = layers.Conv2D(max(1, round(16 * width)), 3, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
    return keras.Model(image, layers.Dense(classes)(layers.Flatten()(x)))
"""


def test_candidates_that_cannot_be_built_are_refused_and_the_others_go_on(
    run, folder: Path, function: str
) -> None:
    """Unpadded convolutions leave nothing of the image where the network is deep."""
    Path(folder / saved_as("py")).write_text(SHRINKING)
    line = f"grid --baseline {function} --grid simplex --step 1 --dry-run"
    plan = run(f"{line} --json").json
    refused = [row for row in plan["rows"] if row["refused"]]
    assert [row["name"] for row in refused] == ["depth alone"]
    assert "(depth=2, width=1, resolution=64" in refused[0]["refused"]
    assert [refused[0][name] for name in ("macs", "counted_ratio")] == [None, None]
    text = run(line)
    assert text.code == 0
    assert "Refused: depth alone: full-size network: mynet:build(depth=2" in text.out
    assert "1 refused" in text.out
    assert "\x1b" not in text.out + text.err
    assert "takes images from -1 to 1 (float32) and puts out logits" in text.err


def test_a_function_is_scaled_to_a_target_of_macs_or_along_a_strategy(run, function: str) -> None:
    found = run(f"scale --baseline {function} --target-macs 40M --json").json
    assert abs(found["macs"] / 40e6 - 1) <= 0.05
    refused = run(f"scale --baseline {function} --target-params 1M")
    assert refused.code == 2
    assert "Option --target-params needs a table" in refused.err
    named = run(f"scale --baseline {function} --phi 1 --strategy width --json").json
    assert named["depth"] == 1
    assert named["name"] == "mynet.build_width_phi1"
