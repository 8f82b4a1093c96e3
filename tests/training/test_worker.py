"""What a worker process is handed and hands back: plain values that survive JSON."""

import json
from pathlib import Path

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.core.tasks import COMPLETE, outcome_of
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError
from scalesearch.training import trainer, worker

RECIPE = Recipe(epochs=2, batch_size=50, optimizer="adamw", learning_rate=0.01)


@pytest.fixture
def data(tmp_path):
    return prepare(DataSpec("digits", train=100, validation=40), tmp_path)


def spec_of(network, path: Path, seed: int) -> dict:
    """As the driver hands it out, by way of JSON."""
    plain = {
        "network": network.to_json(),
        "recipe": RECIPE.to_json(),
        "data": {"path": str(path)},
        "seed": seed,
    }
    return json.loads(json.dumps(plain))


def test_a_training_goes_out_and_comes_back_as_json(tiny, data):
    told = []
    result = worker.train(spec_of(tiny, data.path, 3), told.append)
    assert set(result) == {
        "top1", "loss", "epochs", "seconds", "images_per_second", "weights", "ready"
    }  # fmt: skip
    assert json.loads(json.dumps([result, told])) == [result, told]
    epochs = [each for each in told if "epoch" in each]
    assert [(each["epoch"], each["epochs"]) for each in epochs] == [(0, 2), (1, 2), (2, 2)]
    an_epoch = 100 // RECIPE.batch_size
    steps = 2 * an_epoch
    steps_told = [each["step"] for each in told if "step" in each]
    # Those at the end while statistics are measured anew, and the last while it is scored.
    assert steps_told == [*range(steps + 1), *[steps] * (an_epoch + 1)]
    assert outcome_of(result).state == COMPLETE


def test_the_spec_is_trained_as_it_was_written(tiny, data, monkeypatch):
    handed = []

    def fake(*arguments, **how):
        handed.extend([*arguments, how["progress"], how["checkpoints"]])
        return trainer.Score(0.5, 1.0, 2, 3.0, 4.0, "ab")

    monkeypatch.setattr(trainer, "train", fake)
    progress = print
    result = worker.train(spec_of(tiny, data.path, 3), progress)
    assert handed == [tiny, RECIPE, data, 3, progress, None]
    assert result["top1"] == 0.5


def test_images_that_are_not_there_are_named(tiny, tmp_path):
    with pytest.raises(DataError, match=r"gone holds no prepared images"):
        worker.train(spec_of(tiny, tmp_path / "gone", 0), print)
