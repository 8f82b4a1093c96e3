import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from scalesearch.config.patience import Patience
from scalesearch.errors import StudyError
from scalesearch.executors.executor import SerialExecutor
from scalesearch.executors.processes import ProcessExecutor
from scalesearch.search.conclusion import conclude
from scalesearch.search.driver import Finals, run
from scalesearch.search.events import Finished, Phase, Progress, Started
from scalesearch.search.phase import Manner
from scalesearch.studies.study import open_study, read_records
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_plan, a_task, comparable

FINALS = Finals(count=2, seeds=(1, 2))
TRAINER = f"{fake_trainer.__name__}:train"


def search(folder, plan, executor=None, finals=FINALS, **more):
    """The result, and the table."""
    study = open_study(folder, {})
    with contextlib.closing(study), contextlib.closing(executor or serial()) as executor:
        return run(study, plan, executor, finals, **more), comparable(study.records())


def serial():
    return SerialExecutor(fake_trainer.train)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The search of six candidates, uninterrupted and in this process: result and table."""
    return search(tmp_path_factory.mktemp("whole"), a_plan(6))


def test_every_cell_then_the_finalists_and_the_baseline_on_further_seeds(whole):
    result, records = whole
    found = {n: fake_trainer.score(f"{n:016x}", 0) for n in range(1, 7)}
    best = sorted(found, key=found.get, reverse=True)[:2]
    assert [row["names"] for row in records[:3]] == ["baseline"] * 3
    assert [row["stage"] for row in records[:3]] == ["search", "final", "final"]
    finals = {(row["names"], row["seed"]) for row in records if row["stage"] == "final"}
    assert finals == {(n, s) for n in ("baseline", f"c{best[0]}", f"c{best[1]}") for s in (1, 2)}
    assert len(records) == 7 + 6
    assert result.beating == 1.0
    assert result.warning == ""
    assert result.winner in {f"{n:016x}" for n in best}
    assert [score.n for score in result.finalists] == [3, 3]


def test_gains_are_over_all_seeds_and_over_the_further_ones_alone(whole):
    result, _ = whole

    def mean(cell, seeds):
        return sum(fake_trainer.score(cell, seed) for seed in seeds) / len(seeds)

    base = f"{0:016x}"
    assert result.gain == pytest.approx(mean(result.winner, (0, 1, 2)) - mean(base, (0, 1, 2)))
    assert result.fresh_gain == pytest.approx(mean(result.winner, (1, 2)) - mean(base, (1, 2)))


def test_the_seed_reaches_the_trainer(tmp_path):
    _, records = search(tmp_path, a_plan(3, seeds=2))
    for row in records:
        assert row["val_top1"] == fake_trainer.score(row["cell"], row["seed"])


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_the_same_table_and_winner_with_1_2_and_4_workers(tmp_path, whole, workers):
    assert search(tmp_path, a_plan(6), ProcessExecutor(TRAINER, workers)) == whole


def test_the_order_of_the_plan_changes_no_result(tmp_path, whole):
    assert search(tmp_path, a_plan(6)[::-1])[0] == whole[0]


def test_failures_are_recorded_and_the_search_goes_on_and_does_not_try_them_again(tmp_path):
    plan = [
        replace(task, spec={**task.spec, "act": "raise"}) if task.cell.endswith("3") else task
        for task in a_plan(6, log=str(tmp_path / "log"))
    ]
    result, records = search(tmp_path / "s", plan)
    assert result.failed == 1
    assert [row["reason"] for row in records if row["names"] == "c3"] == [
        "ValueError: labels out of range"
    ]
    trained = (tmp_path / "log").read_text()
    again, records_again = search(tmp_path / "s", plan)
    assert (again, records_again) == (result, records)
    assert (tmp_path / "log").read_text() == trained


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


def test_a_baseline_that_fails_leaves_a_winner_and_a_warning(tmp_path):
    result, _ = search(tmp_path, [a_task(0, act="raise"), a_task(1), a_task(2)])
    assert (result.baseline, result.gain, result.fresh_gain, result.beating) == (None,) * 4
    assert "baseline itself could not be trained" in result.warning


def test_candidates_below_the_baseline_are_warned_of(tmp_path):
    plan = [a_task(0, result={"top1": 0.9}), a_task(1), a_task(2)]
    result, _ = search(tmp_path, plan)
    assert result.beating == 0.0
    assert result.warning.startswith("Only 0 of 2 candidates beat the baseline")


def test_without_further_seeds_it_still_chooses_and_says_it_cannot_tell(tmp_path):
    result, records = search(tmp_path, a_plan(4), finals=Finals(3, ()))
    assert len(records) == 5
    assert result.choice.pooled_std is None
    assert result.fresh_gain is None


def test_the_conclusion_can_be_drawn_again_from_the_table_alone(whole):
    result, records = whole
    assert conclude(records, FINALS.count) == result


def test_events_tell_a_display_how_far_it_is(tmp_path):
    events, ticks = [], iter(range(10_000))
    search(tmp_path, a_plan(4), on_event=events.append, clock=lambda: float(next(ticks)))
    phases = [(e.name, e.tasks, e.finished) for e in events if isinstance(e, Phase)]
    assert phases == [("search", 5, 0), ("final", 6, 0)]
    fractions = [event.standing.fraction for event in events]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert {event.standing.total for event in events} == {11}
    finished = [event for event in events if isinstance(event, Finished)]
    assert [event.standing.done for event in finished] == list(range(1, 12))
    assert sum(isinstance(event, Started) for event in events) == 11
    assert sum(isinstance(event, Progress) for event in events) == 22
    assert events[0].standing.left is None
    assert finished[-1].standing.left == 0.0
    assert all(event.standing.left > 0 for event in finished[:-1])
    tops = [e.standing.best.mean for e in finished if e.standing.best]
    assert tops[-1] == pytest.approx(max(tops[-1], 0.3))


def test_the_dearest_go_first(tmp_path):
    events = []
    search(tmp_path, a_plan(6), on_event=events.append, finals=Finals(1, ()))
    costs = [e.task.attributes["proxy_macs"] for e in events if isinstance(e, Started)]
    assert costs == sorted(costs, reverse=True)


def test_an_interrupt_closes_the_executor_and_the_same_call_goes_on(tmp_path, whole):
    plan = a_plan(6)

    def interrupt(event):
        if isinstance(event, Finished) and event.standing.done == 3:
            raise KeyboardInterrupt

    executor = ProcessExecutor(TRAINER, 2)
    with pytest.raises(KeyboardInterrupt):
        search(tmp_path / "s", plan, executor, on_event=interrupt)
    assert not os.path.exists(f"/proc/{executor.server_pid}")
    assert len(read_records(tmp_path / "s")) == 3
    assert search(tmp_path / "s", plan) == whole


DRIVER = f"""
import sys
from pathlib import Path
from {__name__} import ProcessExecutor, TRAINER, a_plan, search
folder = Path(sys.argv[1])
plan = a_plan(6, nap=0.05, log=str(folder / "log"))
executor = ProcessExecutor(TRAINER, 2)
search(folder / "s", plan, executor, on_event=lambda e: print(e.standing.done, flush=True))
"""


@pytest.mark.parametrize("kill_at", [2, 9])
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
    continued = search(tmp_path / "s", a_plan(6, log=str(tmp_path / "log")))
    assert continued == whole
    lines = (tmp_path / "log").read_text().split("\n")[:-1]
    trained = {(cell, int(seed)) for cell, seed in (line.split() for line in lines)}
    assert len(lines) == len(trained)
    assert not trained & kept
    assert len(trained | kept) == 13


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


def test_results_are_plain_values(whole):
    assert set(asdict(whole[0])) >= {
        "choice",
        "baseline",
        "gain",
        "beating",
        "warning",
        "finalists",
    }
