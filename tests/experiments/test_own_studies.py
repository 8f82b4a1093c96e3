"""Studies made from Python by a trainer of the user's own: they are studies like any other."""

import pytest

import scalesearch as ss
from scalesearch.executors.free_space import free_memory


def mine(job, progress) -> float:
    return 0.5 + job.network.macs % 97 / 1000


def test_a_study_made_from_python_can_be_read_again(tmp_path) -> None:
    found = ss.search(ss.plan_grid(step=0.5), tmp_path / "mine", trainer=mine)
    redrawn = ss.redraw("mine", results=tmp_path)
    assert redrawn.answer.alpha == found.answer.alpha
    assert redrawn.answer.command is None
    plan = ss.plan_comparison(results=tmp_path, seeds=2)
    assert plan.terms.source == "study"
    assert "mine" in plan.terms.source_words


def test_memory_of_our_training_refuses_no_trainer_of_the_users_own(tmp_path) -> None:
    plan = ss.plan_grid(profile="imagenet", dataset="own:1000", step=0.5)
    if free_memory() is None:
        pytest.skip("free memory is not known here")
    assert ss.search(plan, tmp_path / "large", trainer=mine).answer.names


def test_class_maps_say_that_own_trainers_keep_no_weights(tmp_path) -> None:
    ss.compare(ss.plan_comparison(seeds=2), tmp_path / "own", trainer=mine)
    with pytest.raises(ss.StudyError, match="was trained by a trainer of your own"):
        ss.class_maps("own", results=tmp_path)


def test_a_plan_and_its_result_are_shown_on_one_line(tmp_path) -> None:
    plan = ss.plan_grid(grid="simplex", step=1)
    shown = repr(plan)
    assert shown.startswith("<Plan of grid for efficientnet_b0: ")
    study = ss.search(plan, tmp_path / "mine", trainer=lambda job, progress: 0.5)
    assert repr(study).startswith(f"<SearchResult {tmp_path / 'mine'}: alpha ")
    assert "\n" not in shown + repr(study)
