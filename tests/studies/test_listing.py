"""What a listing says of studies that are whole, under way, damaged or none."""

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scalesearch.errors import StudyError
from scalesearch.studies.catalogue import find_study, list_studies, look_at
from scalesearch.studies.lock import LOCK, hold, holder
from scalesearch.studies.study import open_study
from tests.search.tasks_for_tests import a_task
from tests.studies.archives import SETTINGS, complete, make_study


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path / "results" / "mine")


def test_a_study_is_told_as_it_stands(study: Path) -> None:
    (found,) = list_studies(study.parent)
    assert (found.name, found.command, found.state) == ("mine", "grid", "unfinished")
    assert (found.done, len(found.failures), found.begun) == (4, 1, 4)
    assert found.best is not None
    assert (found.best.names, found.best.top1, found.best.seeds) == ("c2", 0.625, 2)
    assert found.failures[0].reason == "ValueError: no"
    assert found.seconds == 120
    files = [path for path in study.rglob("*") if path.is_file()]
    assert found.size == sum(path.stat().st_size for path in files)
    assert found.settings == SETTINGS


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("grid", "coefficients.yaml"), ("compare", "compare.csv"), ("sweep", "sweep.csv")],
)
def test_a_study_with_its_answer_is_finished(tmp_path: Path, kind: str, answer: str) -> None:
    folder = make_study(tmp_path / "mine", **({} if kind == "grid" else {"kind": kind}))
    assert (look_at(folder).command, look_at(folder).state) == (kind, "unfinished")
    (folder / answer).write_text("")
    assert look_at(folder).state == "finished"


def test_an_extended_study_is_unfinished_until_it_ends_again(tmp_path: Path) -> None:
    study = make_study(tmp_path / "mine", trainings=20)

    def opened(settings: dict, to_its_end: bool) -> None:
        again = open_study(study, settings)
        if to_its_end:
            (study / "coefficients.yaml").write_text("")
            again.note_answer()
        again.close()

    states = []
    for finished, trainings in ((True, 20), (False, 20), (False, 30), (True, 30)):
        opened(SETTINGS | {"trainings": trainings}, finished)
        states.append(look_at(study).state)
    assert states == ["finished", "finished", "unfinished", "finished"]


def test_a_failure_that_was_made_good_is_none(study: Path) -> None:
    again = open_study(study, SETTINGS)
    again.record(a_task(3), complete())
    again.close()
    assert (look_at(study).done, look_at(study).failures) == (5, ())


def test_the_newest_change_comes_first_and_taking_the_lock_is_none(study: Path) -> None:
    newer = make_study(study.with_name("newer"))
    again = open_study(newer, SETTINGS)
    again.record(a_task(3), complete())
    again.close()
    with hold(study):
        assert [found.name for found in list_studies(study.parent)] == ["newer", "mine"]
    assert 0 < look_at(study).changed < look_at(newer).changed < time.time()


def test_who_runs_a_study_is_told_and_looking_changes_nothing(study: Path) -> None:
    with hold(study):
        before = (study / LOCK).stat()
        found = look_at(study)
        assert (found.state, found.holder) == ("running", holder(study))
        assert found.holder.startswith(f"process {os.getpid()} on ")
        after = (study / LOCK).stat()
        assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)
    assert look_at(study).state == "unfinished"


def test_looking_at_a_lock_does_not_keep_a_driver_from_it(study: Path) -> None:
    """A look holds the lock for a moment; a driver that comes just then waits it out."""
    looking = os.open(study / LOCK, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    threading.Timer(0.07, os.close, (looking,)).start()
    with hold(study):
        assert holder(study) is not None


DAMAGE = [
    ("settings.json", b"{", "is not valid JSON"),
    ("settings.json", b'{"phi": NaN}', "not finite"),
    ("settings.json", None, "without its settings.json"),
    ("study.db", b"", "no such table"),
    ("study.db", b"not a database" * 100, "file is not a database"),
    ("study.db", b"a pipe", "it is a folder or a device"),
    ("settings.json", b"a pipe", "It is a folder or a device"),
]


@pytest.mark.parametrize(("name", "content", "reason"), DAMAGE)
def test_a_damaged_study_does_not_hide_the_others(
    study: Path, name: str, content: bytes | None, reason: str
) -> None:
    torn = make_study(study.with_name("torn"))
    (torn / name).unlink()
    if content == b"a pipe":
        os.mkfifo(torn / name)  # which never comes to an end
    elif content is not None:
        (torn / name).write_bytes(content)
    found = {each.name: each for each in list_studies(study.parent)}
    assert (found["mine"].state, found["torn"].state) == ("unfinished", "damaged")
    assert reason in found["torn"].reason
    assert "`study=`" not in found["torn"].reason


KILLED_WRITING = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("pragma cache_size = 1")
database.execute("begin immediate")
database.execute("update trial_user_attributes set value_json = value_json || hex(zeroblob(9999))")
os.kill(os.getpid(), 9)
"""


def test_a_study_whose_writer_was_killed_halfway_is_read_as_before(study: Path) -> None:
    before = look_at(study).stored
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WRITING, str(study / "study.db")], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert (study / "study.db-journal").stat().st_size > 0
    with pytest.raises(sqlite3.OperationalError):  # a plain reader cannot roll it back
        sqlite3.connect(f"file:{study / 'study.db'}?mode=ro", uri=True).execute(
            "select * from trials"
        )
    assert look_at(study).stored == before


def test_a_study_before_its_first_training_is_no_damaged_one(tmp_path: Path) -> None:
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "settings.json").write_text(json.dumps({"kind": "sweep"}))
    found = look_at(tmp_path / "begun")
    assert (found.state, found.command, found.done, found.best) == ("unfinished", "sweep", 0, None)


def test_what_is_no_study_is_not_listed(study: Path) -> None:
    for name in (".data", "benchmarks", ".hidden"):
        (study.parent / name).mkdir()
    (study.parent / ".hidden" / "settings.json").write_text("{}")
    (study.parent / "README.md").write_text("")
    assert [found.name for found in list_studies(study.parent)] == ["mine"]
    assert list_studies(study.parent / "nowhere") == []
    with pytest.raises(StudyError, match="cannot be read: Not a directory"):
        list_studies(study.parent / "README.md")


def test_an_unknown_study_is_answered_with_the_nearest(study: Path) -> None:
    with pytest.raises(StudyError, match=r"no study 'mime' under .*results \(nearest: mine\)"):
        find_study(study.parent, "mime")


def test_any_folder_name_will_do(tmp_path: Path) -> None:
    folder = make_study(tmp_path / "50% {of} it?" / "a # b")
    assert look_at(folder).done == 4
