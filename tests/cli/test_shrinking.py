"""A batch that has no room is trained in parts, and never mixed with a study of whole ones."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import fake_arms
import pytest

from scalesearch.config.profiles import read_profile
from scalesearch.errors import ConfigError
from scalesearch.experiments import micro_batches, resources

FAST = "--dataset digits --train 200 --validation 20 --epochs 1 --workers 1"
COMMANDS = {
    "grid": f"grid {FAST} --profile tight.yaml --grid simplex --step 1 --study mine",
    "compare": f"compare {FAST} --profile tight.yaml --seeds 1 --study mine",
    "sweep": f"sweep {FAST} --profile tight.yaml --seeds 1 --depth 2 --study mine",
}
PROFILE = """\
name: tight
dataset: digits
canvas: 96
resolution: 96
width: 0.5
depth: 0.5
trainings: 4
simplex_step: 1
recipe: {epochs: 1, batch_size: 64%s}
"""


@pytest.fixture(autouse=True)
def prepared(run) -> None:
    run.train_by(fake_arms.trainer())
    Path("tight.yaml").write_text(PROFILE % "", encoding="utf-8")


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Sets the bytes of memory that are free; the disk's are as they are."""

    def set_to(count: int | None) -> None:
        for place in (resources, micro_batches):
            monkeypatch.setattr(place, "free_memory", lambda: count)

    set_to(None)
    return set_to


def _need(run, command: str) -> int:
    return run(f"{command} --dry-run --json").json["needs"]["memory"]


def _settings() -> dict:
    return json.loads(Path("results/mine/settings.json").read_text(encoding="utf-8"))


def _micro_batches() -> set[str]:
    with open("results/mine/trials.csv", newline="", encoding="utf-8") as file:
        return {row["micro_batch"] for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_batch_that_has_room_stays_whole(run, free, name: str) -> None:
    command = COMMANDS[name]
    free(_need(run, command) + 10)
    answer = run(command)
    assert answer.code == 0, answer.err
    assert "parts" not in answer.err
    assert "micro_batch" not in _settings()["recipe"]
    if name == "grid":
        assert _micro_batches() == {"64"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_batch_without_room_is_trained_in_parts_and_that_is_told(run, free, name: str) -> None:
    command = COMMANDS[name]
    whole = _need(run, command)
    free(whole - 10)
    answer = run(f"{command} --dry-run")
    assert answer.code == 0, answer.err
    assert "Batch 64 in 2 parts of 32: one training may need" in answer.err
    assert "batch 64 in 2 parts of 32 (gradients are averaged" in answer.out
    assert _need(run, command) < whole
    answer = run(command)
    assert answer.code == 0, answer.err
    assert _settings()["recipe"]["micro_batch"] == 32
    if name == "grid":
        assert _micro_batches() == {"32"}


def test_less_memory_makes_smaller_parts_until_none_fits(run, free) -> None:
    command = COMMANDS["grid"]
    needed = [_need(run, command)]
    for images in (32, 16, 8):
        free(needed[-1] - 10)
        needed.append(_need(run, command))
        assert f"64 in {64 // images} parts of {images}" in run(f"{command} --dry-run").err
    free(10**6)
    answer = run(command)
    assert answer.code == 2
    assert "not enough memory for one worker" in answer.err
    assert not Path("results/mine/study.db").exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_study_in_parts_goes_on_in_them_when_there_is_room_again(run, free, name: str) -> None:
    command = COMMANDS[name]
    free(_need(run, command) - 10)
    run(command)
    before = _settings()
    free(None)
    count = len(fake_arms.TRAINED)
    answer = run(command)
    assert answer.code == 0, answer.err
    assert _settings() == before
    assert len(fake_arms.TRAINED) == count


def test_a_study_of_whole_batches_is_not_continued_in_parts(run, free) -> None:
    command = COMMANDS["grid"]
    assert run(command).code == 0
    free(_need(run, command) - 10)
    answer = run(command)
    assert answer.code == 2
    assert "has been made with 64 images of a batch of 64 at a time" in answer.err
    assert "not enough memory for one worker" in answer.err
    assert "micro_batch" not in _settings()["recipe"]
    other = run(command.replace("mine", "other"))
    assert other.code == 0, other.err


def test_parts_asked_for_by_the_profile_are_another_study(run, free) -> None:
    assert run(COMMANDS["grid"]).code == 0
    Path("tight.yaml").write_text(PROFILE % ", micro_batch: 16", encoding="utf-8")
    answer = run(COMMANDS["grid"])
    assert answer.code == 2
    assert "recipe.micro_batch: study has nothing, asked 16" in answer.err


def test_a_micro_batch_must_divide_the_batch(run) -> None:
    Path("tight.yaml").write_text(PROFILE % ", micro_batch: 24", encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"`recipe.micro_batch` must be a divisor of `batch_size`, 64"
    ):
        read_profile("tight.yaml")
    Path("tight.yaml").write_text(PROFILE % ", micro_batch: 64", encoding="utf-8")
    recipe = read_profile("tight.yaml").recipe
    assert (recipe.parts, recipe.at_once) == (1, 64)
    # Whole batches have the keys and settings that they had before there were parts.
    assert "micro_batch" not in recipe.to_json()
