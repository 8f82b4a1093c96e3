"""An archive is a study as it stood at one moment, and comes back as the same study."""

import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import optuna
import pytest

from scalesearch.config.coefficients import FILE, read_values, write_coefficients
from scalesearch.errors import StudyError
from scalesearch.studies.archive import export
from scalesearch.studies.archive_import import arriving, settle
from scalesearch.studies.removal import delete
from scalesearch.studies.study import open_study, read_records
from tests.places import ROOT
from tests.search.tasks_for_tests import a_task
from tests.studies.archives import LOCAL, SETTINGS, complete, contents, make_study


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path / "results" / "mine")


def imported(archive: Path, folder: Path) -> None:
    with arriving(archive, folder.parent) as arrival:
        settle(arrival, folder)


def test_a_study_comes_back_as_it_was_and_goes_on(study: Path, tmp_path: Path) -> None:
    before, rows = contents(study), read_records(study)
    times = {name: int((study / name).stat().st_mtime) for name in before}
    export(study, tmp_path / "mine.tar.gz", "0.1.0")
    delete(study)
    assert os.listdir(study.parent) == []
    imported(tmp_path / "mine.tar.gz", study)
    after = contents(study)
    assert before.keys() - after.keys() == LOCAL
    assert {name for name in after if after[name] != before[name]} <= {"study.db"}
    assert {name: (study / name).stat().st_mtime for name in after} == {
        name: times[name] for name in after
    }
    assert read_records(study) == rows
    again = open_study(study, SETTINGS)
    again.record(a_task(4), complete())
    again.close()
    assert len(read_records(study)) == len(rows) + 1


def test_what_is_of_one_machine_or_half_written_stays_out(study: Path, tmp_path: Path) -> None:
    for name in (".trials.csv.12.tmp", "study.db-journal", "weights/.a.tmp", "manifest.json"):
        (study / name).write_bytes(b"")
    assert export(study, tmp_path / "mine.tar.gz", "0.1.0").files == 5
    with tarfile.open(tmp_path / "mine.tar.gz") as tar:
        assert tar.getnames() == [
            "study/settings.json",
            "study/trials.csv",
            "study/study.db",  # after the answers that rest on it, before the weights it counts on
            "study/checkpoints/a_seed0.npz",
            "study/weights/a_seed0.npz",
            "study/manifest.json",
        ]


def test_the_same_study_makes_the_same_archive(study: Path, tmp_path: Path) -> None:
    for name in ("a.tar.gz", "b.tgz"):
        export(study, tmp_path / name, "0.1.0")
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tgz").read_bytes()


def test_a_study_that_is_being_written_is_copied_as_last_committed(
    study: Path, tmp_path: Path
) -> None:
    rows = read_records(study)
    writer = sqlite3.connect(study / "study.db", isolation_level=None)
    writer.execute("begin immediate")
    writer.execute("delete from trial_user_attributes")
    export(study, tmp_path / "mine.tar.gz", "0.1.0")
    writer.execute("commit")
    writer.close()
    imported(tmp_path / "mine.tar.gz", study.with_name("copy"))
    assert read_records(study.with_name("copy")) == rows


RUNNING = """
import sys
from pathlib import Path
from tests.studies.archives import LOCAL, SETTINGS, complete
from tests.search.tasks_for_tests import a_task
from scalesearch.studies.study import open_study
study = open_study(Path(sys.argv[1]), SETTINGS)
study.plan([a_task(number).cell for number in range(1000)])
for number in range(10, 1000):
    study.record(a_task(number), complete())
    print(number, flush=True)
"""


def test_a_running_search_is_exported_whole(study: Path, tmp_path: Path) -> None:
    """Two copies from its midst hold all that was acknowledged before, and load in Optuna."""
    search = subprocess.Popen(
        [sys.executable, "-c", RUNNING, str(study)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert search.stdout is not None
    try:
        for name in ("first", "second"):
            acknowledged = int(search.stdout.readline())
            export(study, tmp_path / f"{name}.tar.gz", "0.1.0")
            copy = study.with_name(name)
            imported(tmp_path / f"{name}.tar.gz", copy)
            cells = {row["cell"] for row in read_records(copy)}
            assert {a_task(number).cell for number in range(10, acknowledged + 1)} <= cells
            url = f"sqlite:///{copy / 'study.db'}"
            assert len(optuna.load_study(study_name="mine", storage=url).trials) >= len(cells)
    finally:
        search.send_signal(signal.SIGKILL)
        search.wait()
        search.stdout.close()


def test_an_answer_is_called_as_the_study_is_here(study: Path, tmp_path: Path) -> None:
    answer = {"baseline": "small", "alpha": 1.2, "beta": 1.1, "gamma": 1.15, "phi": 1}
    answer |= {"study": "mine", "created": "2025-01-01", "finalists": [{"names": ["a"], "n": 1}]}
    write_coefficients(study / FILE, answer)
    export(study, tmp_path / "mine.tar.gz", "0.1.0")
    imported(tmp_path / "mine.tar.gz", study.with_name("theirs"))
    assert read_values(study.with_name("theirs") / FILE) == answer | {"study": "theirs"}


@pytest.mark.parametrize("name", ["mine.zip", "mine", ".tar.gz.tmp"])
def test_an_archive_is_named_as_one(study: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(StudyError, match=r"must end in \.tar\.gz or \.tgz"):
        export(study, tmp_path / name, "0.1.0")


def test_what_is_there_is_overwritten_only_when_told(study: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.tar.gz"
    target.write_text("precious")
    with pytest.raises(StudyError, match=r"exists\. Name another, or give `force=`"):
        export(study, target, "0.1.0")
    assert target.read_text() == "precious"
    export(study, target, "0.1.0", force=True)
    imported(target, study.with_name("copy"))


def test_an_export_that_fails_keeps_what_was_there(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "mine.tar.gz"
    target.write_text("precious")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StudyError, match=r"No space left on device\. Nothing was written"):
        export(study, target, "0.1.0", force=True)
    assert target.read_text() == "precious"
    assert sorted(os.listdir(tmp_path)) == ["mine.tar.gz", "results"]


@pytest.mark.parametrize("inside", ["link", "weights/link"])
def test_a_link_in_a_study_is_not_followed(study: Path, tmp_path: Path, inside: str) -> None:
    (study / inside).symlink_to(tmp_path)
    with pytest.raises(StudyError, match=f"it holds '{inside}', which is a link"):
        export(study, tmp_path / "mine.tar.gz", "0.1.0")
    assert not (tmp_path / "mine.tar.gz").exists()


def test_a_damaged_study_or_one_without_trainings_is_not_exported(
    study: Path, tmp_path: Path
) -> None:
    (study / "study.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StudyError, match=r"study\.db is not a study that can be read"):
        export(study, tmp_path / "mine.tar.gz", "0.1.0")
    (study / "study.db").unlink()
    with pytest.raises(StudyError, match="holds no training yet"):
        export(study, tmp_path / "mine.tar.gz", "0.1.0")
