"""Comparisons of several lengths and with controls, planned from Python."""

import pytest

import scalesearch as ss
from scalesearch.errors import ConfigError

DATA = {"dataset": "digits", "train": 200, "validation": 100}


def planned(**asked):
    return ss.plan_comparison("efficientnet_b0", coefficients="paper", seeds=2, **DATA, **asked)


def cells(plan):
    return {plan.cell(trial) for trial in plan.trials}


def test_a_plan_of_several_lengths_holds_the_trainings_of_each_alone():
    both = planned(epochs=(12, 3))
    assert both.lengths == (3, 12)
    assert both.trainings == 20
    assert cells(both) == cells(planned(epochs=3)) | cells(planned(epochs=[12]))


def test_controls_are_trainings_beside_those_of_the_plan_without_them():
    plain, controlled = planned(epochs=3), planned(epochs=3, controls=True)
    assert cells(plain) < cells(controlled)
    assert len(controlled.trials) == len(plain.trials) + 2 * 4 + 1


def test_each_length_has_a_schedule_of_its_own():
    plan = planned(epochs=(1, 40))
    profile = plan.profile.recipe
    for trial in plan.trials:
        recipe = plan.recipe_of(trial)
        assert recipe.warmup_epochs == min(profile.warmup_epochs, recipe.epochs)
    assert {plan.recipe_of(trial).epochs for trial in plan.trials} == {1, 40}


def test_only_weights_of_the_longest_trainings_are_kept():
    plan = planned(epochs=(3, 12), controls=True)
    kept = [trial for trial in plan.trials if plan.is_main(trial)]
    assert [plan.recipe_of(trial).epochs for trial in kept] == [12] * 5
    assert set(plan.settings.arms) == {trial.pair.asked.name for trial in kept}


@pytest.mark.parametrize("epochs", [0, -3, 2.5, "3", (), (3, 0), (3, True), range(1, 13)])
def test_lengths_that_are_none_are_refused(epochs):
    with pytest.raises(ConfigError, match=r"`epochs=?`") as caught:
        planned(epochs=epochs)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("asked", [{"epochs": (1, 2)}, {"epochs": 1, "controls": True}])
def test_a_trainer_of_ones_own_is_told_no_recipe_so_it_has_one_length(tmp_path, asked):
    with pytest.raises(ConfigError, match="a trainer of your own is told nothing"):
        ss.compare(planned(**asked), tmp_path / "s", trainer=lambda job, progress: 0.5)
