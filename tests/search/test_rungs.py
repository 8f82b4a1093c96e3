"""Early stopping: the same cuts for any number of workers and after any kill; nothing is lost."""

import contextlib
import itertools
import math
from dataclasses import replace

import optuna
import pytest

from scalesearch.core.halving import Halving
from scalesearch.core.tasks import Outcome
from scalesearch.executors.executor import SerialExecutor
from scalesearch.executors.processes import ProcessExecutor
from scalesearch.search.driver import Finals, run, train_all
from scalesearch.search.events import Finished, Halved
from scalesearch.search.interruption import Interrupted
from scalesearch.search.phase import Manner
from scalesearch.search.rungs import standing_at
from scalesearch.studies import storage
from scalesearch.studies.rows import rungs_of
from scalesearch.studies.study import open_study, read_records
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_plan, a_task, comparable

FINALS = Finals(count=2, seeds=(1, 2))
HALVING = Halving(2, 0.25)
TRAINER = f"{fake_trainer.__name__}:train"


def search(folder, plan, executor=None, halving=HALVING, **more):
    """The result, the table, and the events."""
    events = []
    executor = executor or SerialExecutor(fake_trainer.train)
    with contextlib.closing(open_study(folder, {})) as study, contextlib.closing(executor):
        result = run(study, plan, executor, FINALS, events.append, halving=halving, **more)
        return result, comparable(study.records()), events


def a_long_plan(**spec):
    return [
        replace(task, spec={**task.spec, "recipe": {"epochs": 8}, **spec}) for task in a_plan(10)
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return search(tmp_path_factory.mktemp("whole"), a_long_plan())[:2]


def test_half_go_on_at_each_cut_the_best_by_what_was_reached_there(whole):
    _, rows = whole
    reached = {}
    for row in rows:
        if row["role"] == "candidate" and row["stage"] == "search":
            reached[row["cell"]] = (row["state"], row["epochs"], len(rungs_of(row)))
    by_state = sorted(reached.values())
    assert by_state.count(("pruned", 2.0, 1)) == 5
    assert by_state.count(("pruned", 4.0, 2)) == 2
    assert by_state.count(("complete", 8.0, 2)) == 3
    first = sorted(reached, key=lambda cell: (-fake_trainer.score(cell, 0, 0.25), cell))
    assert {cell for cell in reached if reached[cell][2] == 2} == set(first[:5])


def test_the_baseline_is_never_cut_and_candidates_are_held_against_it_as_far_as_they_came(whole):
    result, rows = whole
    baseline = [row for row in rows if row["role"] == "baseline"]
    assert {row["state"] for row in baseline} == {"complete"}
    assert [share for share, _ in rungs_of(baseline[0])] == [0.25, 0.5]
    assert result.beating == 1.0
    assert len(result.ranking) == 10
    assert [score.cell for score in result.ranking[:3]] == sorted(
        (row["cell"] for row in rows if row["state"] == "complete" and row["stage"] == "search"
         and row["role"] == "candidate"),
        key=lambda cell: -fake_trainer.score(cell, 0),
    )  # fmt: skip


@pytest.mark.parametrize(("workers", "kept"), [(1, 0), (2, 4), (4, 9)])
def test_the_same_table_and_winner_with_1_2_and_4_workers(tmp_path, whole, workers, kept):
    executor = ProcessExecutor(TRAINER, workers, log=tmp_path / "log", kept=kept)
    assert search(tmp_path / "s", a_long_plan(), executor)[:2] == whole


@pytest.mark.parametrize("ended", [1, 6, 11, 13, 16, 19])
def test_an_interrupted_search_goes_on_to_the_same_table_and_trains_nothing_twice(
    tmp_path, whole, ended
):
    """Stopped before, at and after cuts."""
    log = tmp_path / "log"
    plan = a_long_plan(log=str(log))
    count = []

    def note(event):
        if isinstance(event, Finished):
            count.append(event)

    study = open_study(tmp_path / "s", {})
    manner = Manner(stop=lambda: len(count) >= ended)
    executor = SerialExecutor(fake_trainer.train)
    with contextlib.closing(study), pytest.raises(Interrupted):
        run(study, plan, executor, FINALS, note, manner=manner, halving=HALVING)
    assert search(tmp_path / "s", plan)[:2] == whole
    trained = log.read_text().splitlines()
    assert len(trained) == len(set(trained)) == 11 + 6 + 4 + 6


def test_an_outcome_at_a_cut_is_on_disk_before_it_is_told(tmp_path):
    seen = []

    def note(event):
        if isinstance(event, Finished) and event.task.leg[1] < 1:
            kept = storage.segments(storage.load(tmp_path / "s")[1])
            seen.append(event.task.leg[1] in kept[event.task.key])

    study = open_study(tmp_path / "s", {})
    executor = SerialExecutor(fake_trainer.train)
    with contextlib.closing(study):
        run(study, a_long_plan(), executor, FINALS, note, halving=HALVING)
    assert seen == [True] * 17


def test_training_all_to_the_end_afterwards_gives_what_it_would_have_given(tmp_path, whole):
    search(tmp_path / "s", a_long_plan())
    later = search(tmp_path / "s", a_long_plan(), halving=None)
    plain = search(tmp_path / "plain", a_long_plan(), halving=None)
    assert later[0].winner == plain[0].winner
    assert {(r["cell"], r["seed"], r["val_top1"]) for r in plain[1]} <= {
        (r["cell"], r["seed"], r["val_top1"]) for r in later[1]
    }
    assert {row["state"] for row in later[1]} == {"complete"}


def test_a_candidate_that_fails_at_a_cut_goes_no_further(tmp_path):
    plan = a_long_plan()
    bad = next(task for task in plan if task.attributes["role"] == "candidate")
    bad.spec["act"] = "raise"
    _, rows, events = search(tmp_path, plan)
    assert [row["state"] for row in rows if row["cell"] == bad.cell] == ["failed"]
    assert [(e.candidates, e.going_on) for e in events if isinstance(e, Halved)] == [(9, 5), (5, 3)]


def test_progress_comes_to_its_end_and_counts_the_work(tmp_path):
    _, _, events = search(tmp_path, a_long_plan())
    standings = [event.standing for event in events]
    assert standings[-1].done == standings[-1].total == 11 + 6 + 4 + 6
    assert standings[-1].fraction == pytest.approx(1.0)
    fractions = [standing.fraction for standing in standings]
    assert fractions == sorted(fractions)


def test_optuna_sees_pruned_trials_with_what_they_had_reached(tmp_path):
    search(tmp_path / "mine", a_long_plan())
    url = f"sqlite:///{tmp_path / 'mine' / 'study.db'}"
    states = [
        trial.state.name for trial in optuna.load_study(study_name="mine", storage=url).trials
    ]
    assert (states.count("PRUNED"), states.count("RUNNING")) == (7, 0)
    assert len(read_records(tmp_path / "mine")) == len(states)


def test_a_tie_at_a_cut_is_broken_by_cell(tmp_path):
    plan = [a_task(0), *(a_task(n, result={"top1": 0.5}) for n in (4, 3, 2, 1))]
    for task in plan:
        task.spec["recipe"] = {"epochs": 8}
    _, rows, _ = search(tmp_path, plan)
    assert {row["names"] for row in rows if row["state"] == "pruned"} == {"c3", "c4"}


class Told(SerialExecutor):
    """Remembers which networks it was told to expect, and what it was given then."""

    def __init__(self):
        super().__init__(fake_trainer.train)
        self.expected = []

    def expect(self, cells):
        self.expected.append((set(cells), []))

    def submit(self, task):
        self.expected[-1][1].append(task.cell)
        super().submit(task)


def test_networks_that_will_be_trained_again_are_expected_and_no_others(tmp_path):
    """All that go on until the last cut, then the finalists, each until its last seed."""
    executor = Told()
    result, _, _ = search(tmp_path, a_long_plan(), executor)
    sizes = [len(cells) for cells, _ in executor.expected]
    assert sizes[:11] == [11] * 11
    assert sizes[11:17] == [6] * 6
    assert sizes[17:21] == [4] * 4
    finals = executor.expected[21:]
    finalists = {score.cell for score in (*result.finalists, result.baseline)}
    assert finals[0][0] == finalists
    for (before, given), (after, _) in itertools.pairwise(finals):
        assert after <= before <= after | set(given)
    assert len(finals[-1][0]) <= 1


def test_a_network_is_not_expected_again_where_nothing_follows(tmp_path):
    executor = Told()
    with contextlib.closing(open_study(tmp_path, {})) as study:
        train_all(study, a_plan(3, seeds=2), executor, "search")
    for number, (cells, _) in enumerate(executor.expected):
        assert len(cells) == 4 - number // 2


def test_cuts_go_by_the_training_loss_since_the_cut_before_where_it_is_known(tmp_path):
    """Here it is the other way round than accuracies, and from the second cut on another again."""

    def train(spec, progress):
        number, until = int(spec["cell"], 16), spec.get("until", 1.0)
        early, late = 1 + number / 100, 2 - number / 10
        told = {"train_loss": early if until <= 0.25 else (early + late) / 2}
        return fake_trainer.train({**spec, "result": {"top1": number / 100, **told}}, progress)

    _, rows, _ = search(tmp_path, a_long_plan(), SerialExecutor(train))
    cut_at = {row["names"]: len(rungs_of(row)) for row in rows if row["state"] == "pruned"}
    assert {name for name, cuts in cut_at.items() if cuts == 1} == {"c6", "c7", "c8", "c9", "c10"}
    assert {name for name, cuts in cut_at.items() if cuts == 2} == {"c1", "c2"}
    assert [row["rungs"] for row in rows if row["names"] == "c1"] == [
        "at 0.25: 0.01, 1.01; at 0.5: 0.01, 1.455"
    ]


@pytest.mark.parametrize(
    ("at", "leg", "losses"),
    [
        ({0.25: 1.2}, (0.0, 0.25), 1.2),
        ({0.25: 1.2, 0.5: 1.0}, (0.25, 0.5), 0.8),
        ({0.5: 1.0}, (0.25, 0.5), 1.0),  # of one that was not held against the cut before
    ],
)
def test_the_standing_is_by_the_mean_loss_of_the_leg(at, leg, losses):
    outcomes = {until: Outcome("complete", 0.3, 2.0, train_loss=loss) for until, loss in at.items()}
    assert standing_at(outcomes, leg) == pytest.approx(math.exp(-losses))
    assert standing_at({0.5: Outcome("complete", 0.3, 2.0)}, (0.25, 0.5)) == 0.3
