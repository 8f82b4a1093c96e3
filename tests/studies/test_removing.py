"""Deleting and importing leave, however they end, a whole study or none that is seen."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scalesearch.errors import StudyError
from scalesearch.studies.archive import export
from scalesearch.studies.catalogue import list_studies
from scalesearch.studies.lock import hold
from scalesearch.studies.removal import HIDDEN, delete, hidden_place, sweep
from tests.places import ROOT
from tests.studies.archives import contents, make_study


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return make_study(tmp_path / "results" / "mine")


def test_a_deleted_study_is_gone_with_all_its_files(study: Path) -> None:
    assert delete(study)
    assert os.listdir(study.parent) == []


def test_a_study_that_is_being_run_is_not_deleted(study: Path) -> None:
    before = contents(study)
    with (
        hold(study),
        pytest.raises(StudyError, match=f"already being run by process {os.getpid()}"),
    ):
        delete(study)
    assert contents(study).keys() == before.keys()


def test_nothing_is_deleted_through_a_link(study: Path, tmp_path: Path) -> None:
    elsewhere = study.rename(tmp_path / "elsewhere")
    study.symlink_to(elsewhere)
    before = contents(elsewhere)
    with pytest.raises(StudyError, match=r"is a link to .*elsewhere"):
        delete(study)
    assert study.is_symlink()
    assert contents(elsewhere) == before


def test_what_a_link_inside_points_to_is_kept(study: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("precious")
    (study / "link").symlink_to(tmp_path / "kept")
    assert delete(study)
    assert (tmp_path / "kept" / "file").read_text() == "precious"


def _killed(code: str, *arguments: str) -> None:
    """Run `code`, which must be killed by its own hand."""
    done = subprocess.run(
        [sys.executable, "-c", f"import os, sys\nfrom pathlib import Path\n{code}", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


KILLED_DELETING = """
import shutil
from scalesearch.studies.removal import delete
shutil.rmtree = lambda place, ignore_errors: os.kill(os.getpid(), 9)
delete(Path(sys.argv[1]))
"""
KILLED_UNPACKING = """
from scalesearch.studies.archive_import import arriving, settle
os.rename = lambda old, new: os.kill(os.getpid(), 9)
with arriving(Path(sys.argv[1]), Path(sys.argv[2])) as arrival:
    settle(arrival, Path(sys.argv[2]) / "mine")
"""


def test_what_a_killed_deletion_leaves_is_not_seen_and_swept(study: Path) -> None:
    _killed(KILLED_DELETING, str(study))
    assert not study.exists()
    assert list_studies(study.parent) == []
    assert list(study.parent.glob("*/settings.json")) == []  # how other commands look for studies
    (left,) = os.listdir(study.parent)
    assert left.startswith(HIDDEN)
    sweep(study.parent)
    assert os.listdir(study.parent) == []


def test_what_a_killed_import_leaves_is_not_seen_and_swept(study: Path, tmp_path: Path) -> None:
    export(study, tmp_path / "mine.tar.gz", "0.1.0")
    delete(study)
    _killed(KILLED_UNPACKING, str(tmp_path / "mine.tar.gz"), str(study.parent))
    assert list_studies(study.parent) == []
    assert list(study.parent.glob("*/settings.json")) == []
    assert len(os.listdir(study.parent)) == 1
    sweep(study.parent)
    assert os.listdir(study.parent) == []


def test_a_sweep_leaves_alone_what_is_just_coming_or_going(study: Path) -> None:
    with hidden_place(study.parent) as place:
        (place / "file").write_text("coming")
        sweep(study.parent)
        assert (place / "file").read_text() == "coming"
    assert os.listdir(study.parent) == ["mine"]


def test_a_sweep_follows_no_link_and_touches_nothing_else(study: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_text("precious")
    (study.parent / f"{HIDDEN}link").symlink_to(tmp_path / "kept")
    (study.parent / ".data").mkdir()
    sweep(study.parent)
    sweep(tmp_path / "nowhere")
    assert (tmp_path / "kept" / "file").read_text() == "precious"
    assert sorted(os.listdir(study.parent)) == [".data", f"{HIDDEN}link", "mine"]
