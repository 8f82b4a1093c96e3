"""`studies delete`, `export` and `import`: what is asked, and what comes of it."""

import io
import os
import sys
from pathlib import Path

import fake_arms
import pytest

from scalesearch.studies.lock import hold
from tests.studies.archives import make_study

GRID = "grid --dataset digits --train 200 --validation 100 --epochs 1 --grid simplex --step 1"


@pytest.fixture
def study() -> Path:
    return make_study(Path("results/mine"))


@pytest.fixture
def fake(run) -> None:
    run.train_by(fake_arms.trainer())


def answer_with(monkeypatch: pytest.MonkeyPatch, text: str, terminal: bool = True) -> None:
    """What a person types, or what stands in a pipe."""
    typed = io.StringIO(text)
    monkeypatch.setattr(typed, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stdin", typed)


@pytest.mark.parametrize("typed", ["n\n", "\n", "", "maybe\n"])
def test_only_a_yes_deletes(run, study: Path, monkeypatch, typed: str) -> None:
    answer_with(monkeypatch, typed)
    answer = run("studies delete mine")
    assert (answer.code, answer.out) == (2, "")
    assert "4 trainings done, 1 failed" in answer.err
    assert "which took 2 min; best 62.5 % top-1" in answer.err
    assert "Delete results/mine? [y/N]" in answer.err
    assert "Nothing was deleted" in answer.err
    assert study.exists()


@pytest.mark.parametrize("typed", ["y\n", "YES\n"])
def test_a_yes_deletes(run, study: Path, monkeypatch, typed: str) -> None:
    answer_with(monkeypatch, typed)
    assert run("studies delete mine").out == "Deleted: results/mine\n"
    assert os.listdir("results") == []


def test_where_nobody_can_be_asked_nothing_is_deleted(run, study: Path, monkeypatch) -> None:
    answer_with(monkeypatch, "y\n", terminal=False)
    answer = run("studies delete mine")
    assert (answer.code, answer.out) == (2, "")
    assert "must be confirmed, and nobody can be asked here. Give --yes." in answer.err
    assert study.exists()
    assert run("studies delete mine --yes").code == 0
    assert not study.exists()


def test_a_study_that_is_being_run_is_not_deleted(run, study: Path) -> None:
    with hold(study):
        answer = run("studies delete mine --yes")
    assert answer.code == 2
    assert f"is already being run by process {os.getpid()} on " in answer.err
    assert study.exists()


def test_a_damaged_study_can_be_deleted(run, study: Path) -> None:
    (study / "study.db").write_bytes(b"")
    assert run("studies delete mine --yes").code == 0


def test_an_archive_brings_its_name_which_must_be_free_and_plain(run, study: Path) -> None:
    assert run("studies export mine --json").json["path"] == "mine.tar.gz"
    assert "exists. Name another, or give --force." in run("studies export mine").err
    assert run("studies export mine --force").code == 0
    answer = run("studies import mine.tar.gz")
    assert answer.code == 2
    assert "results/mine exists. Give another name: --name." in answer.err
    answer = run("studies import mine.tar.gz --name theirs")
    assert "Imported: results/theirs (grid, unfinished: 4 trainings done" in answer.out
    assert "prepares them again from the dataset" in answer.out
    document = run("studies import mine.tar.gz --results new --json").json
    assert (document["name"], document["path"]) == ("mine", "new/mine")
    assert sorted(os.listdir("results")) == ["mine", "theirs"]


def test_report_says_the_same_of_a_study_that_went_and_came_back(run, fake) -> None:
    assert run(f"{GRID} --study mine").code == 0
    before, shown = run("report mine"), run("studies show mine --json").json
    assert run("studies export mine").code == 0
    assert run("studies delete mine --yes").code == 0
    assert "There is no study 'mine'" in run("report mine").err
    answer = run("studies import mine.tar.gz")
    assert answer.code == 0, answer.err
    assert "Imported: results/mine (grid, finished: 9 trainings done, 0 failed" in answer.out
    assert run("report mine") == before
    again = run("studies show mine --json").json
    assert {key: again[key] for key in ("settings", "best", "done", "again")} == {
        key: shown[key] for key in ("settings", "best", "done", "again")
    }
    assert run("scale --phi 1 --json").json["study"] == "mine"
