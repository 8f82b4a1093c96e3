import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest

from scalesearch.config.patience import Patience
from scalesearch.errors import StudyError
from scalesearch.executors.executor import SerialExecutor
from scalesearch.executors.processes import ProcessExecutor
from scalesearch.search.conclusion import conclude
from scalesearch.search.driver import run
from scalesearch.search.events import Finished, Phase, Progress, Started
from scalesearch.search.judgement import judge_by
from scalesearch.search.naming_rule import Naming
from scalesearch.search.phase import Manner
from scalesearch.search.search_rounds import Judgement, Spending
from scalesearch.studies.study import open_study, read_records
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_plan, a_task, a_triangle, comparable
from tests.search.triangle_rows import top1_of

NAMING = Naming(0.05)
SPENDING = Spending((0,), NAMING.regret, 24)
TRAINER = f"{fake_trainer.__name__}:train"


def search(folder, plan=None, executor=None, spending=SPENDING, judge=None, **more):
    """The table of a search over the triangle."""
    study = open_study(folder, {})
    plan = a_triangle() if plan is None else plan
    judge = judge or judge_by(NAMING)
    with contextlib.closing(study), contextlib.closing(executor or serial()) as executor:
        return comparable(run(study, plan, executor, spending, judge, **more))


def in_order(rows):
    """A judge that never has enough, and teaches by the candidates' cells."""
    cells = sorted({r["cell"] for r in rows if r["role"] == "candidate" and r["val_top1"]})
    if not cells:
        raise StudyError("Nothing was trained.")
    return Judgement(1.0, lambda count: [cells[index % len(cells)] for index in range(count)])


def serial():
    return SerialExecutor(fake_trainer.train)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The table of a search, uninterrupted and in this process."""
    return search(tmp_path_factory.mktemp("whole"))


def test_every_cell_then_rounds_of_what_teaches_most_and_the_baseline(whole):
    rounds = Counter(row["stage"] for row in whole)
    assert rounds == {"round 1": 16, "round 2": 5, "round 3": 3}
    baseline = [row for row in whole if row["role"] == "baseline"]
    assert [(row["stage"], row["seed"]) for row in baseline] == [("round 1", 0), ("round 2", 1)]
    assert whole[0]["role"] == "baseline"


def test_further_trainings_go_where_the_surface_may_be_highest(whole):
    again = {row["names"] for row in whole if row["seed"] > 0 and row["role"] == "candidate"}
    assert again
    assert not again & {"depth alone", "width alone"}


def test_the_seed_reaches_the_trainer(whole):
    for row in whole:
        assert row["val_top1"] == top1_of(int(row["cell"], 16), row["seed"])


def test_it_stops_as_soon_as_the_regret_is_reached(tmp_path):
    rows = search(tmp_path, spending=Spending((0,), 5.0, 99), judge=judge_by(Naming(5.0)))
    assert len(rows) == 16


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_same_table_and_point_with_1_2_and_4_workers(tmp_path, whole, workers):
    table = search(tmp_path, executor=ProcessExecutor(TRAINER, workers))
    assert table == whole
    assert conclude(table, NAMING) == conclude(whole, NAMING)


def test_the_order_of_the_plan_changes_no_result(tmp_path, whole):
    turned = search(tmp_path, a_triangle()[::-1])
    assert sorted(turned, key=_key) == sorted(whole, key=_key)


def _key(row):
    return row["cell"], row["seed"]


def test_more_trainings_extend_a_search_as_if_they_had_been_asked_for_at_once(tmp_path, whole):
    plan = a_triangle(log=str(tmp_path / "log"))
    search(tmp_path / "s", plan, spending=replace(SPENDING, trainings=18))
    assert search(tmp_path / "s", plan) == whole
    trained = (tmp_path / "log").read_text().splitlines()
    assert len(trained) == len(set(trained)) == 24


def test_fewer_trainings_than_there_are_train_nothing_and_keep_all(tmp_path, whole):
    plan = a_triangle(log=str(tmp_path / "log"))
    search(tmp_path / "s", plan)
    before = (tmp_path / "log").read_text()
    assert search(tmp_path / "s", plan, spending=replace(SPENDING, trainings=16)) == whole
    assert (tmp_path / "log").read_text() == before


def test_failures_are_recorded_and_the_search_goes_on_and_does_not_try_them_again(tmp_path):
    plan = [
        replace(task, spec={**task.spec, "act": "raise"}) if task.cell.endswith("3") else task
        for task in a_plan(6, log=str(tmp_path / "log"))
    ]
    spending = Spending((0,), 0.1, 14)
    records = search(tmp_path / "s", plan, spending=spending, judge=in_order)
    assert [row["reason"] for row in records if row["names"] == "c3"] == [
        "ValueError: labels out of range"
    ]
    assert len(records) == 14
    trained = (tmp_path / "log").read_text()
    assert search(tmp_path / "s", plan, spending=spending, judge=in_order) == records
    assert (tmp_path / "log").read_text() == trained


def test_what_failed_is_tried_again_where_that_is_asked_for(tmp_path):
    plan = a_plan(6)
    broken = [replace(task, spec={**task.spec, "act": "raise"}) for task in plan[:1]]
    spending = Spending((0,), 0.1, 12)
    search(tmp_path, [*broken, *plan[1:]], spending=spending, judge=in_order)
    again = Manner(retry_failed=True)
    records = search(tmp_path, plan, spending=spending, judge=in_order, manner=again)
    assert {row["state"] for row in records} == {"complete"}
    assert records == search(tmp_path, plan, spending=spending, judge=in_order)


def test_if_everything_fails_the_commonest_reason_is_told(tmp_path):
    plan = [
        a_task(0),
        a_task(1, act="raise"),
        a_task(2, act="raise"),
        a_task(3, result={"top1": 7}),
    ]
    with pytest.raises(
        StudyError, match=r"None of the 3 .*\(2 times\): ValueError: labels out of range\. Mend"
    ):
        search(tmp_path, plan, manner=Manner(Patience(most_failed=1.0)))
    assert len(read_records(tmp_path)) == 4


def test_the_conclusion_can_be_drawn_again_from_the_table_alone(whole, tmp_path):
    search(tmp_path)
    assert conclude(read_records(tmp_path), NAMING) == conclude(whole, NAMING)


def test_events_tell_a_display_how_far_it_is(tmp_path):
    events, ticks = [], iter(range(10_000))
    search(
        tmp_path,
        a_plan(4),
        spending=Spending((0,), 0.1, 11),
        judge=in_order,
        on_event=events.append,
        clock=lambda: float(next(ticks)),
    )
    phases = [(e.name, e.tasks, e.finished) for e in events if isinstance(e, Phase)]
    assert phases == [("round 1", 5, 0), ("round 2", 5, 0), ("round 3", 1, 0)]
    fractions = [event.standing.fraction for event in events]
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert {event.standing.total for event in events} == {11}
    finished = [event for event in events if isinstance(event, Finished)]
    assert [event.standing.done for event in finished] == list(range(1, 12))
    assert [event.standing.at_most for event in finished] == [True] * 10 + [False]
    assert sum(isinstance(event, Started) for event in events) == 11
    assert sum(isinstance(event, Progress) for event in events) == 22
    assert events[0].standing.left is None
    assert finished[-1].standing.left == 0.0
    assert all(event.standing.left > 0 for event in finished[:-1])


def test_the_dearest_go_first(tmp_path):
    events = []
    search(
        tmp_path,
        a_plan(6),
        spending=Spending((0,), 0.1, 7),
        judge=in_order,
        on_event=events.append,
    )
    costs = [e.task.attributes["proxy_macs"] for e in events if isinstance(e, Started)]
    assert costs == sorted(costs, reverse=True)


@pytest.mark.parametrize("at", [3, 18])
def test_an_interrupt_closes_the_executor_and_the_same_call_goes_on(tmp_path, whole, at):
    def interrupt(event):
        if isinstance(event, Finished) and event.standing.done == at:
            raise KeyboardInterrupt

    executor = ProcessExecutor(TRAINER, 2)
    with pytest.raises(KeyboardInterrupt):
        search(tmp_path / "s", executor=executor, on_event=interrupt)
    assert not os.path.exists(f"/proc/{executor.server_pid}")
    assert len(read_records(tmp_path / "s")) == at
    assert search(tmp_path / "s") == whole


DRIVER = f"""
import sys
from pathlib import Path
from {__name__} import ProcessExecutor, TRAINER, a_triangle, search
folder = Path(sys.argv[1])
plan = a_triangle(nap=0.05, log=str(folder / "log"))
executor = ProcessExecutor(TRAINER, 2)
search(folder / "s", plan, executor, on_event=lambda e: print(e.standing.done, flush=True))
"""


@pytest.mark.parametrize("kill_at", [2, 18])
def test_a_search_killed_half_way_goes_on_and_ends_as_if_it_had_not_been(tmp_path, whole, kill_at):
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    for line in driver.stdout:
        if int(line) == kill_at:
            driver.send_signal(signal.SIGKILL)
            break
    driver.communicate(timeout=10)
    assert driver.returncode == -signal.SIGKILL
    kept = {(row["cell"], row["seed"]) for row in read_records(tmp_path / "s")}
    assert kill_at <= len(kept) <= kill_at + 2

    (tmp_path / "log").rename(tmp_path / "log of the killed run")
    continued = search(tmp_path / "s", a_triangle(log=str(tmp_path / "log")))
    assert continued == whole
    lines = (tmp_path / "log").read_text().split("\n")[:-1]
    trained = {(cell, int(seed)) for cell, seed in (line.split() for line in lines)}
    assert len(lines) == len(trained)
    assert not trained & kept
    assert len(trained | kept) == 24


def test_the_driver_imports_no_tensorflow_and_the_early_checks_no_optuna():
    heavy = {"tensorflow", "keras", "pandas", "matplotlib", "plotly"}
    early = "scalesearch.studies.settings, scalesearch.studies.lock, scalesearch.core.tasks"
    for modules, banned in (
        ("scalesearch.search.driver, scalesearch.executors.processes", heavy),
        (early, {*heavy, "optuna", "scipy", "numpy"}),
    ):
        code = f"import {modules}, sys; print(*sys.modules)"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        out = subprocess.check_output([sys.executable, "-c", code], text=True, env=environment)
        assert not banned & set(out.split())


def test_networks_whose_further_seeds_fail_are_left_alone(tmp_path):
    """Nothing is learnt of one, so it would be chosen again until too many had failed."""

    def trainer(spec, progress):
        if spec["seed"] and spec["number"]:
            raise ValueError("out of memory")
        return fake_trainer.train(spec, progress)

    patience = Manner(patience=Patience(retries=0))
    rows = search(tmp_path, executor=SerialExecutor(trainer), manner=patience)
    failures = Counter(row["cell"] for row in rows if row["state"] == "failed")
    assert set(failures.values()) == {1}
    assert len(rows) == SPENDING.trainings  # 4 of the second round's 5 failed, and it went on
