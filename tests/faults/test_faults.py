"""The fault harness in its short form, and what it counts by. In full: `python -m tests.faults`.

Nothing that a driver has said to be recorded is lost or doubled, and a disturbed search ends like
an undisturbed one.
"""

import sqlite3
import sys
from pathlib import Path

import pytest

from scalesearch.core.tasks import Outcome
from scalesearch.studies.study import open_study
from tests.faults import series
from tests.faults.outcome import doubled, held, lost
from tests.observed.search import FAKE, Search
from tests.search.tasks_for_tests import a_task

SHORT = series.Options(kills=8, real=0, seed=0, every=400, fillings=2, malformed=200, signals=1)
ROW = ("0000000000000001", 0, "complete", 0.5)


@pytest.fixture
def search(tmp_path: Path) -> Search:
    """A search whose study holds one result, c1 with seed 0."""
    search = Search(FAKE, tmp_path / "search")
    study = open_study(search.study, {})
    outcome = Outcome("complete", top1=0.5, loss=1.0, epochs=1, seconds=1.0, images_per_second=1.0)
    study.record(a_task(1), outcome)
    study.close()
    return search


def test_what_was_told_and_is_not_held_is_lost(search: Search) -> None:
    study = held(search)
    assert study == {ROW[:2]: 0.5}
    assert lost([ROW], study) == set()
    assert lost([(ROW[0], 1, "complete", 0.5)], study) == {(ROW[0], 1)}
    assert lost([(*ROW[:3], 0.25)], study) == {ROW[:2]}
    assert lost([(ROW[0], 1, "failed", None)], study) == set()


def test_what_is_held_or_told_twice_is_doubled(search: Search) -> None:
    assert doubled(search, [ROW]) == set()
    assert doubled(search, [ROW, ROW]) == {ROW[:2]}
    with sqlite3.connect(search.study / "study.db") as database:
        database.execute(
            "insert into trials (number, study_id, state) select 1, study_id, state from trials"
        )
        database.execute(
            "insert into trial_user_attributes (trial_id, key, value_json) "
            "select (select max(trial_id) from trials), key, value_json from trial_user_attributes"
        )
    database.close()
    assert doubled(search, []) == {ROW[:2]}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_faults_cost_no_result_and_change_no_outcome(tmp_path: Path) -> None:
    tallies = series.run(SHORT, tmp_path)
    assert sum(tally.injected for tally in tallies) >= SHORT.kills
    assert [sentence for tally in tallies for sentence in tally.wrong] == []
    for tally in tallies:
        found = (tally.lost, tally.doubled, tally.differing, tally.crashes, tally.left_behind)
        assert found == (0, 0, 0, 0, 0), tally
