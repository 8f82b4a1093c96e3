"""A calibration takes a training's own steps on noise and gives a training's own numbers."""

from dataclasses import replace

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.core.tasks import COMPLETE, STOPPED, outcome_of
from scalesearch.keras_models.functions import function_models
from scalesearch.training import step_times, worker

RECIPE = Recipe(epochs=2, batch_size=10, optimizer="adamw", average=0.9, weight_decay=0.01)
COUNTS = {"train": 100, "validation": 600, "scored_at_once": 30, "stored": 20}


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_times, "_SECONDS", 0.05)


def spec_of(network) -> dict:
    return {
        "network": network.to_json(),
        "recipe": RECIPE.to_json(),
        "calibrate": COUNTS,
        "seed": 0,
    }


def test_tables_and_functions_are_measured_without_any_images(tiny):
    function = replace(function_models.find("function_models:dropped"), resolution=8, classes=10)
    for network in (tiny, function):
        told = []
        outcome = outcome_of(worker.train(spec_of(network), told.append))
        assert outcome.state == COMPLETE, outcome.reason
        assert outcome.images_per_second > RECIPE.batch_size
        assert outcome.seconds > 0
        # The driver learns from the first word when the worker's libraries were loaded.
        assert told[0] == {"epoch": 0, "epochs": RECIPE.epochs}
        assert len(told) > step_times._WARM_STEPS + step_times._LEAST_STEPS


def test_it_stops_after_the_step_under_way_when_asked(tiny):
    told = []

    def progress(state):
        told.append(state)
        return "step" not in state

    assert outcome_of(worker.train(spec_of(tiny), progress)).state == STOPPED
    assert told[1:] == [{"step": 1}]


def test_more_images_to_score_and_to_resize_take_longer(tiny):
    def beside(**counts):
        return step_times.calibrate(tiny, RECIPE, COUNTS | counts, lambda step: True)["seconds"]

    assert beside(validation=10**7) > 10 * beside()
    assert beside(train=10**7) > 10 * beside()
    assert beside(train=10**7, stored=None) < beside(train=10**7)
