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


def test_regret_and_trainings_say_when_a_search_stops_and_more_of_them_extend_it(tmp_path) -> None:
    plan, told = ss.plan_grid(step=0.5), []
    first = ss.search(plan, tmp_path / "mine", trainer=mine, regret=1e-6, trainings=12)
    assert (first.answer.trainings, first.answer.stopped_by) == (12, "trainings")
    more = ss.search(
        plan, tmp_path / "mine", trainer=mine, regret=1e-6, trainings=15, on_event=told.append
    )
    assert (more.answer.trainings, more.answer.regret) == (15, 1e-6)
    assert any("trainings 12 -> 15" in str(each) for each in told)
    at_once = ss.search(plan, tmp_path / "once", trainer=mine, regret=1e-6, trainings=15)
    assert at_once.result == more.result
    last = ss.search(plan, tmp_path / "mine", trainer=mine, regret=50)
    assert (last.answer.trainings, last.answer.stopped_by) == (15, "regret")


def test_an_answer_says_how_sure_it_is(tmp_path) -> None:
    answer = ss.search(ss.plan_grid(), tmp_path / "mine", trainer=mine, trainings=20).answer
    assert answer.top1.low <= answer.top1.value <= answer.top1.high
    assert answer.gain.value == pytest.approx(answer.top1.value - answer.baseline_top1.value)
    assert 0 <= answer.beats.depth <= 1
    assert 0 < answer.region.share <= 1
    assert [each.expected_regret <= answer.expected_regret for each in answer.more] == [True] * 3
    assert ss.Answer.from_json(answer.to_json()) == answer


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ({"regret": 0}, "`regret=` must be above 0. Got 0."),
        ({"regret": "x"}, "`regret=` must be a finite number"),
        ({"trainings": 3}, "`trainings=` must be at least one round, and one round is"),
        ({"trainings": 2.5}, "`trainings=` must be a whole number"),
        ({"trainings": 30, "minutes": 3}, "two ways to say the same"),
        ({"minutes": 3}, "`minutes=` needs trainings of ours"),
    ],
)
def test_a_rule_to_stop_by_that_cannot_be_kept_is_refused(tmp_path, stop, said) -> None:
    with pytest.raises(ss.ConfigError) as caught:
        ss.search(ss.plan_grid(step=0.5), tmp_path / "mine", trainer=mine, **stop)
    assert said in str(caught.value)
    assert not (tmp_path / "mine").exists()


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
