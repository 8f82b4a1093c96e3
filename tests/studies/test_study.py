import json
import os
import sqlite3
import subprocess
import sys
from unittest import mock

import optuna
import pytest

from scalesearch.core.tasks import COMPLETE, Outcome, failed
from scalesearch.errors import StudyError
from scalesearch.studies.study import open_study, read_records
from tests.search.tasks_for_tests import a_task

SETTINGS = {"phi": 1, "profile": {"epochs": 4}}


def complete(top1=0.5):
    return Outcome(COMPLETE, top1=top1, loss=1.0, epochs=2, seconds=3.0, images_per_second=9.0)


@pytest.fixture
def study(tmp_path):
    study = open_study(tmp_path / "results" / "mine", SETTINGS)
    yield study
    study.close()


def test_what_is_recorded_is_there_when_the_study_is_opened_again(study):
    study.record(a_task(1, 0), complete(0.5))
    study.record(a_task(1, 1), failed("ValueError: no"))
    study.close()
    again = open_study(study.folder, SETTINGS)
    again.close()
    assert again.finished() == study.finished()
    assert again.finished().keys() == {(f"{1:016x}", 0), (f"{1:016x}", 1)}


def test_records_are_those_of_the_plan_baseline_first_then_as_planned_then_by_seed(study):
    study.plan([f"{number:016x}" for number in (2, 0, 1)])
    for number, seed in [(1, 1), (3, 0), (0, 1), (2, 0), (1, 0), (0, 0)]:
        study.record(a_task(number, seed), complete())
    expected = [("baseline", 0), ("baseline", 1), ("c2", 0), ("c1", 0), ("c1", 1)]
    assert [(row["names"], row["seed"]) for row in study.records()] == expected
    assert read_records(study.folder) == study.records()


def test_a_row_holds_what_was_known_before_and_what_came_out(study):
    row = study.record(a_task(1, 4), complete(0.25))
    assert row.items() >= a_task(1).attributes.items()
    assert (row["seed"], row["state"], row["val_top1"], row["val_loss"]) == (4, COMPLETE, 0.25, 1.0)
    row = study.record(a_task(2), failed("ValueError: no"))
    assert (row["state"], row["val_top1"], row["reason"]) == ("failed", None, "ValueError: no")


def test_optuna_itself_reads_the_study(study):
    study.record(a_task(5, 0), complete(0.5))
    study.record(a_task(6, 0), failed("ValueError: no"))
    study.record(a_task(5, 1), complete(0.7))
    url = f"sqlite:///{study.folder / 'study.db'}"
    loaded = optuna.load_study(study_name="mine", storage=url)
    assert [trial.state.name for trial in loaded.trials] == ["COMPLETE", "FAIL", "COMPLETE"]
    assert loaded.best_value == 0.7
    assert loaded.best_params == {"alpha": 1.0, "beta": 1.05, "gamma": 1.0}
    best = loaded.best_trial
    assert best.user_attrs["macs"] == 805
    assert best.duration.total_seconds() == pytest.approx(3.0)
    assert loaded.trials[1].user_attrs["reason"] == "ValueError: no"
    assert {"params_beta", "user_attrs_macs"} <= set(loaded.trials_dataframe().columns)


def test_no_row_is_ever_running_even_when_killed_within_a_commit(study):
    """A process that dies before SQLite commits leaves nothing, and the study goes on."""
    study.close()
    code = f"""
import os, sqlite3, pathlib
from scalesearch.studies.study import open_study
from {__name__} import SETTINGS, complete, a_task
study = open_study(pathlib.Path({str(study.folder)!r}), SETTINGS)
study.record(a_task(1), complete())
import sqlalchemy.engine.default as default
default.DefaultDialect.do_commit = lambda self, connection: os.kill(os.getpid(), 9)
study.record(a_task(2), complete())
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert killed.returncode == -9, killed.stderr
    again = open_study(study.folder, SETTINGS)
    assert again.finished().keys() == {a_task(1).key}
    again.record(a_task(2), complete())
    again.close()
    loaded = optuna.load_study(study_name=None, storage=f"sqlite:///{study.folder / 'study.db'}")
    assert [(t.number, t.state.name) for t in loaded.trials] == [(0, "COMPLETE"), (1, "COMPLETE")]


def test_a_complete_task_is_never_recorded_twice(study):
    study.record(a_task(), complete())
    with pytest.raises(ValueError, match="already complete"):
        study.record(a_task(), complete())


def test_a_failed_task_may_be_replaced_and_counts_once(study):
    study.record(a_task(), failed("out of memory"))
    study.record(a_task(), complete(0.4))
    assert [row["val_top1"] for row in read_records(study.folder)] == [0.4]


def test_a_second_writer_is_refused(study):
    with pytest.raises(StudyError, match=f"already being run by process {os.getpid()}"):
        open_study(study.folder, SETTINGS)


def test_other_settings_are_refused_and_change_nothing(study):
    study.close()
    with pytest.raises(StudyError, match=r"profile\.epochs: study has 4, asked 8"):
        open_study(study.folder, {"phi": 1, "profile": {"epochs": 8}})
    assert json.loads((study.folder / "settings.json").read_text()) == SETTINGS


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_a_damaged_database_is_refused(study, content):
    study.close()
    (study.folder / "study.db").write_bytes(content)
    with pytest.raises(StudyError, match=r"study\.db is not a study that can be read"):
        open_study(study.folder, SETTINGS)


def test_whatever_page_of_a_database_is_lost_the_study_is_read_or_refused(study):
    study.plan([a_task(1).cell])
    study.record(a_task(1), complete())
    study.close()
    path = study.folder / "study.db"
    whole = path.read_bytes()
    page = 4096
    refused = 0
    for start in range(0, len(whole), page):
        path.write_bytes(whole[:start] + bytes(page) + whole[start + page :])
        try:
            open_study(study.folder, SETTINGS).close()
            read_records(study.folder)
        except StudyError:
            refused += 1
    assert 0 < refused < len(whole) / page


def test_a_study_killed_while_it_was_made_is_made_again(study):
    study.close()
    os.rename(study.folder / "study.db", study.folder / ".study.db.tmp")
    open_study(study.folder, SETTINGS).close()
    assert sorted(os.listdir(study.folder)) == ["driver.lock", "settings.json", "study.db"]


def test_a_write_that_fails_is_one_clear_error_and_the_study_stays_whole(study):
    study.record(a_task(1), complete())
    full = sqlite3.OperationalError("database or disk is full")
    with (
        mock.patch("sqlalchemy.engine.default.DefaultDialect.do_commit", side_effect=full),
        mock.patch("time.sleep"),  # Optuna waits between its five attempts
        pytest.raises(StudyError, match="cannot be written: database or disk is full"),
    ):
        study.record(a_task(2), complete())
    assert [row["names"] for row in read_records(study.folder)] == ["c1"]
    assert study.record(a_task(2), complete())["state"] == COMPLETE


def test_any_folder_name_will_do(tmp_path):
    folder = tmp_path / "50% {of} it?" / "a # b"
    study = open_study(folder, SETTINGS)
    study.record(a_task(), complete())
    study.close()
    moved = folder.rename(tmp_path / "moved")
    assert len(read_records(moved)) == 1


def test_reading_where_no_study_is_is_an_error(tmp_path):
    with pytest.raises(StudyError, match="no study in"):
        read_records(tmp_path)
