"""A study of a version that cut candidates short is read; what was cut is trained to its end."""

import contextlib
import json
import sqlite3

import pytest

from scalesearch.core.tasks import COMPLETE, Outcome
from scalesearch.executors.executor import SerialExecutor
from scalesearch.search.driver import train_all
from scalesearch.studies import settings
from scalesearch.studies.study import open_study, read_records
from scalesearch.studies.tally import tally
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_task

CHANGED = "UPDATE trial_user_attributes SET value_json = json_set(value_json, ?, ?) "


@pytest.fixture
def earlier(tmp_path):
    """One candidate complete and one cut, with the columns, table and setting of then."""
    folder = tmp_path / "mine"
    made_with = {"phi": 1, "halving": {"factor": 4, "first": 0.125}}
    with contextlib.closing(open_study(folder, made_with)) as study:
        for number in (1, 2):
            study.record(a_task(number), Outcome(COMPLETE, top1=0.25, loss=1.0, epochs=0.5))
    with contextlib.closing(sqlite3.connect(folder / "study.db")) as database:
        database.execute(f"{CHANGED} WHERE key = 'row'", ("$.rungs", "at 0.125: 0.25"))
        first = f"{CHANGED} WHERE key = 'row' AND json_extract(value_json, '$.names') = 'c1'"
        database.execute(first, ("$.state", "pruned"))
        database.execute("CREATE TABLE segments (cell, seed, until, outcome)")
        database.commit()
    return folder


def test_its_table_is_read_without_the_column_of_cuts(earlier):
    rows = read_records(earlier)
    assert [(row["names"], row["state"]) for row in rows] == [("c1", "pruned"), ("c2", "complete")]
    assert not any("rungs" in row for row in rows)
    assert tally(earlier / "study.db") == (2, 0)


@pytest.mark.parametrize("stored", [None, {"factor": 4, "first": 0.125}])
def test_it_goes_on_whether_it_cut_candidates_or_not(earlier, stored):
    (earlier / "settings.json").write_text(json.dumps({"phi": 1, "halving": stored}))
    assert settings.check_settings(earlier, {"phi": 1}) == []


def test_what_was_cut_is_trained_to_its_end_and_nothing_else(earlier, tmp_path):
    log = tmp_path / "log"
    tasks = [a_task(number, log=str(log)) for number in (1, 2)]
    with contextlib.closing(open_study(earlier, {"phi": 1})) as study:
        rows = train_all(study, tasks, SerialExecutor(fake_trainer.train), "search")
    assert log.read_text() == f"{1:016x} 0\n"
    assert [row["state"] for row in rows] == [COMPLETE, COMPLETE]
    assert [row["val_top1"] for row in rows] == [fake_trainer.score(f"{1:016x}", 0), 0.25]
