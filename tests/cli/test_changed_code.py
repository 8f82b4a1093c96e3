"""A study keeps to the code that its networks come from: what may change, and the way back."""

import importlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import fake_arms
import pytest
import tiny_function

from scalesearch.keras_models.functions import builders, function_models
from scalesearch.training import trainer as training_run
from scalesearch.training import worker

LINE = (
    "sweep --baseline tinynet:build --dataset digits --train 200 --validation 100 --epochs 1 "
    "--seeds 1 --depth 2 --width 1.5 --study mine"
)
COMPARE = LINE.replace("sweep", "compare").replace(" --depth 2 --width 1.5", "")
HELPER = (
    "from keras import layers\n\n\ndef head(x):\n    return layers.GlobalAveragePooling2D()(x)\n"
)
MODULE = tiny_function.module(
    "from tinyparts.heads import head",
    "return keras.Model(image, layers.Dense(classes, use_bias=False)(head(x)))",
)


@pytest.fixture(autouse=True)
def heads(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """tinynet.py and a module that it imports when it is called, forgotten afterwards."""
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    (folder / "tinynet.py").write_text(MODULE)
    (folder / "tinyparts").mkdir()
    (folder / "tinyparts" / "heads.py").write_text(HELPER)
    forget()
    fake_arms.TRAINED.clear()
    yield folder / "tinyparts" / "heads.py"
    forget()


def forget() -> None:
    """As a new process: nothing of the user's is imported yet."""
    for name in [
        name for name in sys.modules if name.startswith("tiny") and "function" not in name
    ]:
        del sys.modules[name]
    shutil.rmtree("__pycache__", ignore_errors=True)  # a file changed within a second looks old
    shutil.rmtree("tinyparts/__pycache__", ignore_errors=True)
    importlib.invalidate_caches()
    builders.function_of.cache_clear()
    function_models._counted.cache_clear()


@pytest.fixture
def train_by(run) -> Callable[..., None]:
    def use(trainer) -> None:
        run.train_by(trainer)

    use(fake_arms.trainer())
    return use


def changed(file: Path) -> None:
    file.write_text(file.read_text().replace("Average", "Max"))
    forget()


def test_a_helpers_comment_changes_nothing_and_its_code_is_another_study(
    run, train_by, heads: Path
) -> None:
    assert run(LINE).code == 0
    trained = len(fake_arms.TRAINED)
    heads.write_text(f'"""Heads."""\n\n{HELPER}\n\n# words\n')
    Path("tinynet.py").write_text(f"# words\n{MODULE}")
    forget()
    assert run(LINE).code == 0
    assert len(fake_arms.TRAINED) == trained
    changed(heads)
    answer = run(LINE)
    assert answer.code == 2
    assert "\n  tinyparts/heads.py: changed since the study was made\n" in answer.err
    assert answer.err.count("\n  ") == 1  # nothing that follows from it
    assert "or put back what has changed to go on" in answer.err
    assert run(f"{LINE} --study other").code == 0
    heads.write_text(HELPER)
    forget()
    assert run(LINE).code == 0


def test_a_comparison_and_its_maps_keep_to_the_code_that_was_trained(
    run, train_by, heads: Path
) -> None:
    assert run(COMPARE).code == 0
    heads.write_text(f"# words\n{HELPER}")
    forget()
    assert "changed since" not in run("cam --study mine").err
    changed(heads)
    answer = run("cam --study mine")
    assert answer.code == 2
    assert "Error: tinyparts/heads.py has changed since" in answer.err
    answer = run(COMPARE)
    assert answer.code == 2
    assert "\n  tinyparts/heads.py: changed since the study was made\n" in answer.err
    assert answer.err.count("\n  ") == 1  # nothing that follows from it


@pytest.mark.parametrize("broken", [False, True])
def test_code_that_is_changed_under_a_running_search_stops_it_and_nothing_is_lost(
    run, train_by, heads: Path, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    fake = fake_arms.trainer()

    def instead(network, recipe, images, seed, **_):
        raise KeyError  # of no test

    monkeypatch.setattr(training_run, "train", instead)

    def trainer(spec, progress):
        if len(fake_arms.TRAINED) == 1:
            heads.write_text("def head(x:\n" if broken else HELPER.replace("Average", "Max"))
            forget()
            return worker.train(spec, progress)
        return fake(spec, progress)

    train_by(trainer)
    answer = run(LINE)
    assert answer.code == 2
    assert "Error: tinyparts/heads.py has changed since the search began. What is" in answer.err
    assert "tried again" not in answer.err
    heads.write_text(HELPER)
    forget()
    train_by(fake)
    assert run(LINE).code == 0
    assert len(fake_arms.TRAINED) == 3  # the first was not trained again


def test_a_function_that_could_not_be_trained_is_mended_and_the_study_begins_anew(
    run, train_by, heads: Path
) -> None:
    train_by(fake_arms.trainer(fail=lambda network: True))
    answer = run(LINE)
    assert answer.code == 2
    assert "Mend that and run the same command with --retry-failed." in answer.err
    train_by(fake_arms.trainer())
    changed(heads)
    answer = run(f"{LINE} --retry-failed")
    assert answer.code == 0, answer.err
    assert "No training of the study results/mine had come to its end, so it begins" in answer.err
    assert "\n  tinyparts/heads.py: changed since the study was made\n" in answer.err
    assert "0 failed" in run("studies show mine").out


def test_once_a_training_is_finished_a_mended_function_is_another_study(
    run, train_by, heads: Path
) -> None:
    train_by(fake_arms.trainer(fail=lambda network: network.depth < 0.5))
    answer = run(LINE)
    assert answer.code == 2
    assert "give another --study name" in answer.err
    train_by(fake_arms.trainer())
    assert run(f"{LINE} --retry-failed --study again").code == 0
    changed(heads)
    assert run(f"{LINE} --retry-failed").code == 2
    assert run(f"{LINE} --retry-failed --study other").code == 0
    heads.write_text(HELPER)
    forget()
    assert run(f"{LINE} --retry-failed").code == 0  # the cause gone, and nothing changed


def test_a_function_that_builds_another_network_at_every_call_is_refused(run) -> None:
    Path("tinynet.py").write_text(
        "CALLS = []\n"
        + MODULE.replace("channels = ", "CALLS.append(1)\n    channels = len(CALLS) + ")
    )
    answer = run(f"{LINE} --dry-run")
    assert answer.code == 2
    assert "builds another network at every call" in answer.err


@pytest.mark.parametrize(
    "command",
    ["sweep", *(pytest.param(name, marks=pytest.mark.slow) for name in ("compare", "grid"))],
)
def test_a_file_that_some_arguments_alone_read_is_part_of_the_code(
    run, train_by, heads: Path, command: str
) -> None:
    """Proxies have other classes than the full size has."""
    Path("heads").mkdir()
    Path("tinynet.py").write_text(
        MODULE.replace("classes=10):\n", "classes=20):\n    open(f'heads/{classes}.txt').read()\n")
    )
    for classes in (10, 20, 40):
        Path(f"heads/{classes}.txt").write_text("relu\n")
    forget()
    more = {"sweep": " --depth 2", "compare": "", "grid": " --step 0.5"}[command]
    line = (
        f"{command} --baseline tinynet:build --dataset digits --train 200 --validation 100 "
        f"--epochs 1 --study mine{more}{'' if command == 'grid' else ' --seeds 1'}"
    )
    assert run(line).code == 0
    files = {f"heads/{classes}.txt" for classes in (10, 20, 40)}
    settings = json.loads(Path("results/mine/settings.json").read_text())
    source = settings["baseline"]["source"]
    assert source.keys() >= files
    for arm in settings.get("arms", {}).values():
        assert arm["network"]["source"] == source
    trained = len(fake_arms.TRAINED)
    forget()
    assert run(line).code == 0
    assert len(fake_arms.TRAINED) == trained
    Path("heads/10.txt").write_text("gelu\n")
    answer = run(line)
    assert answer.code == 2
    assert "heads/10.txt: changed since the study was made" in answer.err
