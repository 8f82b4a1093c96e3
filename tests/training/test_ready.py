"""Graphs kept for the next training of a network: the same weights as in a fresh process."""

from dataclasses import replace

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.keras_models.functions import function_models
from scalesearch.training import worker
from scalesearch.training.model_backend import model_steps
from scalesearch.training.start import Keeper
from scalesearch.training.table_backend import table_steps

RECIPE = Recipe(
    epochs=2, batch_size=32, optimizer="adamw", learning_rate=0.02, warmup_epochs=0.5, shift=0.1,
    average=0.9, dropout=0.2, drop_connect=0.2, weight_decay=0.01, batch_norm_momentum=0.9,
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return prepare(DataSpec("digits", train=200, validation=300), tmp_path_factory.mktemp("data"))


@pytest.fixture
def function(monkeypatch):
    """A function with random state that its model does not know of: Keras's global generator."""
    return replace(function_models.find("function_models:noisy"), resolution=8, classes=10)


@pytest.fixture(params=["adamw", "rmsprop", "sgd", "parts", "not averaged"])
def case(request, tiny):
    recipe = {
        "parts": replace(RECIPE, micro_batch=8),
        "not averaged": replace(RECIPE, average=0.0),
    }.get(request.param) or replace(RECIPE, optimizer=request.param)
    return tiny, recipe


@pytest.fixture
def made(monkeypatch):
    """How often each kind of graph was made, in a worker that has trained nothing so far."""
    counts = {"training_step": 0, "scoring_step": 0}
    monkeypatch.setattr(worker, "_KEEPER", Keeper())
    for steps in (table_steps, model_steps):
        for name in counts:
            monkeypatch.setattr(steps, name, _counted(getattr(steps, name), name, counts))
    return counts


def _counted(make, name, counts):
    def counted(*arguments):
        counts[name] += 1
        return make(*arguments)

    return counted


def train(network, recipe, data, seed, monkeypatch=None, stop_at=None, **spec):
    """What a training came to, times aside; None where it was stopped at a step.

    With `monkeypatch` as if in a fresh process.
    """
    if monkeypatch:
        monkeypatch.setattr(worker, "_KEEPER", Keeper())
    job = {
        "network": network.to_json(),
        "recipe": recipe.to_json(),
        "data": {"path": str(data.path)},
        "seed": seed,
        **spec,
    }
    result = worker.train(job, lambda state: state.get("step") != (stop_at or -1))
    if stop_at:
        return None
    return {name: result[name] for name in ("top1", "loss", "epochs", "weights")}


def test_same_answer_on_further_seeds_of_a_network_from_one_process(case, data, made, monkeypatch):
    seeds = (5, 6, 5)
    together = [train(*case, data, seed) for seed in seeds]
    assert made == {"training_step": 1, "scoring_step": 1}
    assert together == [train(*case, data, seed, monkeypatch) for seed in seeds]
    assert together[0] == together[2] != together[1]


def test_of_a_function_nothing_is_kept(function, data, made):
    """What its layers hold beside the model's variables would reach the next training."""
    told = [train(function, RECIPE, data, seed) for seed in (5, 6, 5)]
    assert told[0] == told[2] != told[1]
    assert made == {"training_step": 3, "scoring_step": 3}


@pytest.mark.parametrize("name", ["tiny", "function"])
def test_a_worker_says_whether_it_is_worth_waiting_with(name, data, made, request):
    network = request.getfixturevalue(name)
    job = {
        "network": network.to_json(), "recipe": RECIPE.to_json(),
        "data": {"path": str(data.path)}, "seed": 0,
    }  # fmt: skip
    assert worker.train(job, lambda _: None)["ready"] is (name == "tiny")
    counts = {"train": 200, "validation": 50, "scored_at_once": 50, "stored": 8}
    assert "ready" not in worker.train({**job, "calibrate": counts}, lambda _: None)


def test_same_answer_for_a_training_begun_elsewhere(case, data, made, tmp_path, monkeypatch):
    """A worker that has graphs of the network goes on from another worker's checkpoint."""
    folder = str(tmp_path)
    whole = train(*case, data, 5, monkeypatch)
    assert train(*case, data, 5, monkeypatch, stop_at=3, checkpoint=folder) is None
    train(*case, data, 6, monkeypatch)
    before = dict(made)
    assert train(*case, data, 5, checkpoint=folder) == whole
    assert made == before


def test_graphs_of_another_network_or_recipe_are_let_go(tiny, data, made):
    for recipe in (RECIPE, replace(RECIPE, average=0.0), RECIPE):
        train(tiny, recipe, data, 5)
    assert made["training_step"] == 3


def test_graphs_of_a_training_that_failed_are_not_used_again(tiny, data, made):
    """Its variables may hold anything, and so may what gathers the parts of a batch."""
    wild = replace(RECIPE, optimizer="sgd", learning_rate=1e30, warmup_epochs=0.0)
    train(tiny, replace(wild, learning_rate=1e-3), data, 5)
    for _ in range(2):
        with pytest.raises(FloatingPointError):
            train(tiny, wild, data, 5)
    assert made["training_step"] == 3
