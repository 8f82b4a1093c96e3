"""Checkpoints: an interrupted training ends as an undisturbed one; damage is told and mended."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.keras_models.functions import function_models
from scalesearch.training import worker
from scalesearch.training.checkpoints import Checkpoints
from scalesearch.training.start import Keeper

RECIPE = Recipe(
    epochs=3,
    batch_size=32,
    optimizer="adamw",
    learning_rate=0.02,
    warmup_epochs=0.5,
    shift=0.1,
    flip=True,
    cutout=0.2,
    average=0.9,
    dropout=0.2,
    drop_connect=0.2,
    weight_decay=0.01,
    batch_norm_momentum=0.9,
)
STEPS = 3 * (200 // 32)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return prepare(DataSpec("digits", train=200, validation=50), tmp_path_factory.mktemp("data"))


@pytest.fixture(autouse=True)
def processes_of_their_own(monkeypatch):
    """Each training makes its graphs anew, as in a fresh process; test_ready.py keeps them."""
    monkeypatch.setattr(Keeper, "keep", lambda self, ready: None)


def spec_of(network, data, recipe=RECIPE):
    return {
        "network": network.to_json(),
        "recipe": recipe.to_json(),
        "data": {"path": str(data.path)},
        "seed": 3,
    }


def interrupted(spec, folder, stops, told=None):
    """The result of a training that is stopped after each of those steps, and the stops made."""
    spec = {**spec, "checkpoint": str(folder)}
    told = [] if told is None else told
    for count in itertools.count():
        ahead = [step for step in stops if step > _reached(folder)]

        def progress(state, ahead=ahead):
            told.append(state)
            return not (ahead and state.get("step") == ahead[0])

        result = worker.train(spec, progress)
        if result != {"stopped": True}:
            return result, count


def _reached(folder: Path) -> int:
    return max((int(file.name[:9]) for file in folder.glob("*.npz")), default=0)


def _timeless(result):
    return {name: result[name] for name in ("top1", "loss", "epochs", "weights")}


@pytest.mark.parametrize("optimizer", ["adamw", "rmsprop", "sgd"])
@pytest.mark.parametrize("average", [0.0, 0.9])
def test_same_answer_a_training_stopped_at_any_step_ends_with_the_same_weights(
    tiny, data, tmp_path, optimizer, average
):
    """Within epochs, at their ends, after the first step and before the last."""
    spec = spec_of(tiny, data, replace(RECIPE, optimizer=optimizer, average=average))
    whole = worker.train(spec, lambda _: None)
    result, stops = interrupted(spec, tmp_path, [1, 4, 6, 7, 12, 17, STEPS])
    assert stops == 7
    assert _timeless(result) == _timeless(whole)


def test_a_training_is_heard_of_and_can_be_stopped_while_it_is_scored(
    tiny, data, tmp_path, monkeypatch
):
    """Many validation images take longer than a training may be silent."""
    monkeypatch.setattr("scalesearch.training.start.VALIDATION_BATCH", 10)  # of 50
    spec = spec_of(tiny, data)
    told = []
    whole = worker.train(spec, told.append)
    steps = [state["step"] for state in told if "step" in state]
    observed = STEPS // 3  # batches of one epoch, from which statistics are measured anew
    assert steps == [*range(STEPS + 1), *[STEPS] * (observed + 5)]
    again = {**spec, "checkpoint": str(tmp_path)}

    def at_the_second_batch(state, seen=[]):  # noqa: B006 # counts over all calls
        seen += [1] if state.get("step") == STEPS else []
        return len(seen) != 3

    assert worker.train(again, at_the_second_batch) == {"stopped": True}
    told = []
    assert _timeless(worker.train(again, told.append)) == _timeless(whole)
    assert {state["step"] for state in told if "step" in state} == {STEPS}


def test_same_answer_for_a_function_with_dropout_of_its_own(data, tmp_path, monkeypatch):
    """Its random state lives in the model and is part of a checkpoint."""
    network = replace(function_models.find("function_models:dropped"), resolution=8, classes=10)
    spec = spec_of(network, data)
    whole = worker.train(spec, lambda _: None)
    result, stops = interrupted(spec, tmp_path, [2, 6, 13])
    assert stops == 3
    assert _timeless(result) == _timeless(whole)


def test_a_damaged_checkpoint_is_told_and_training_goes_on_from_the_last_good_one(
    tiny, data, tmp_path
):
    spec = spec_of(tiny, data)
    whole = worker.train(spec, lambda _: None)
    told = []

    def stop_at(step):
        return worker.train(
            {**spec, "checkpoint": str(tmp_path)}, lambda state: state.get("step") != step
        )

    assert stop_at(5) == stop_at(9) == {"stopped": True}
    older, newer = sorted(tmp_path.iterdir())
    content = bytearray(newer.read_bytes())
    content[len(content) // 2] ^= 1
    newer.write_bytes(content)
    result, _ = interrupted(spec, tmp_path, [], told)
    [note] = [state["note"] for state in told if "note" in state]
    assert newer.name in note
    assert "is damaged" in note
    assert not newer.exists()
    assert next(state["step"] for state in told if "step" in state) == 5
    assert _timeless(result) == _timeless(whole)
    assert older.exists()


def test_a_training_whose_loss_is_no_number_leaves_nothing_to_begin_again_from(
    tiny, data, tmp_path
):
    wild = replace(RECIPE, optimizer="sgd", learning_rate=1e30, warmup_epochs=0.0)
    spec = {**spec_of(tiny, data, wild), "checkpoint": str(tmp_path / "here")}
    worker.train(spec, lambda state: state.get("step") != 1)
    assert list((tmp_path / "here").iterdir())
    with pytest.raises(FloatingPointError):
        worker.train(spec, lambda _: None)
    assert not (tmp_path / "here").exists()


def test_a_loss_that_is_no_number_is_said_so_also_where_a_checkpoint_is_due(
    tiny, data, tmp_path, monkeypatch
):
    wild = replace(RECIPE, optimizer="sgd", learning_rate=1e30, warmup_epochs=0.0)
    monkeypatch.setattr(Checkpoints, "due", lambda _: True)
    with pytest.raises(FloatingPointError, match=r"became (nan|inf) in epoch 1"):
        worker.train({**spec_of(tiny, data, wild), "checkpoint": str(tmp_path)}, lambda _: None)
