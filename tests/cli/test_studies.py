"""`studies`: what is listed and shown, and what is refused."""

import contextlib
import json
import os
import sqlite3
from pathlib import Path

import pytest

from scalesearch.studies.lock import hold
from tests.studies.archives import make_study

LISTED = {
    "name", "path", "command", "state", "held_by", "done", "failed", "best_top1", "bytes",
    "changed", "damage",
}  # fmt: skip
SHOWN = LISTED | {
    "settings", "networks", "networks_begun", "seconds", "best", "failures", "files", "again",
}  # fmt: skip


@pytest.fixture
def study() -> Path:
    return make_study(Path("results/mine"))


def test_the_list_as_a_table_and_as_json(run, study: Path) -> None:
    Path("results/torn").mkdir()
    Path("results/torn/settings.json").write_text("{")
    answer = run("studies")
    assert answer.code == 0
    head, *rows = answer.out.splitlines()
    assert " ".join(head.split()) == "study command state done failed best top-1 size changed"
    (mine,) = (row.split() for row in rows if row.startswith("mine"))
    assert mine[1:7] == ["grid", "unfinished", "4", "1", "62.5", "%"]
    assert "Damaged: results/torn/settings.json is not valid JSON" in answer.out
    document = run("studies --json").json
    assert document["results"] == "results"
    by_name = {each["name"]: each for each in document["studies"]}
    assert set(by_name["mine"]) == LISTED
    assert by_name["mine"]["best_top1"] == 0.625
    assert (by_name["torn"]["state"], by_name["torn"]["command"]) == ("damaged", None)


def test_without_studies_it_says_so(run) -> None:
    assert "There is no study under results." in run("studies").out
    assert run("studies --json").json["studies"] == []


def test_a_running_study_names_its_process(run, study: Path) -> None:
    with hold(study):
        assert f"being run by process {os.getpid()} on " in run("studies").out


def test_a_study_is_shown_with_what_failed_and_how_it_goes_on(run, study: Path) -> None:
    text = run("studies show mine").out
    for said in (
        "4 trainings done, 1 failed, 4 of 5 networks begun",
        "62.5 % top-1, c2 (mean of 2 seeds)",
        "baseline: small",
        "recipe: epochs 2",
        "c3, seed 0: ValueError: no",
        "weights/ (1 file, ",
        "the same `scalesearch grid` command that began it, with these settings and --study mine",
    ):
        assert said in text
    document = run("studies show mine --json").json
    assert set(document) == SHOWN
    assert document["failures"] == [{"names": "c3", "seed": 0, "reason": "ValueError: no"}]
    assert document["again"] is None


COMMANDS = [
    ("scalesearch grid --phi 1", "scalesearch grid --phi 1 --study mine"),
    (
        "scalesearch grid --study=old --results a/b --train 5 --study 'o d'",
        "scalesearch grid --train 5 --study mine",
    ),
    ("scalesearch grid ; rm -rf '$HOME'", "scalesearch grid ';' rm -rf '$HOME' --study mine"),
    ("rm -rf /", None),
    ("scalesearch build evil:build", None),
    ("scalesearch grid '", None),
    (3, None),
]


@pytest.mark.parametrize(("recorded", "again"), COMMANDS)
def test_a_recorded_command_is_turned_to_the_study_as_it_lies(
    run, study: Path, recorded: object, again: str | None
) -> None:
    with contextlib.closing(sqlite3.connect(study / "study.db")) as database, database:
        database.execute(
            "insert into study_user_attributes (study_id, key, value_json) values (1, ?, ?)",
            ("command", json.dumps(recorded)),
        )
    assert run("studies show mine --json").json["again"] == again
    if again:
        assert f"go on     {again}\n" in run("studies show mine").out
        os.rename("results", "other results")
        elsewhere = run("studies show mine --json", "--results", "other results").json["again"]
        assert elsewhere == f"{again} --results 'other results'"


def test_options_may_stand_before_the_command_too(run) -> None:
    """Deleting from another folder than the one that was named would be the worst of answers."""
    make_study(Path("results/mine"))
    make_study(Path("other/mine"))
    assert run("studies --results other --json delete mine --yes").json["deleted"] == "mine"
    assert Path("results/mine").exists()
    assert not Path("other/mine").exists()


def test_a_terminal_is_sent_nothing_but_text(run, study: Path) -> None:
    settings = json.loads((study / "settings.json").read_text())
    settings["baseline"]["name"] = "\x1b]0;evil\x07\ud800"
    (study / "settings.json").write_text(json.dumps(settings))
    os.rename(study, study.with_name("a\x1b[2Jb"))
    for line in ("studies", "studies show mine"):
        if "show" in line:
            os.rename(Path("results/a\x1b[2Jb"), study)
        answer = run(line)
        assert answer.code == 0
        assert all(char.isprintable() or char == "\n" for char in answer.out)


BAD = [
    ("show nope", "There is no study 'nope' under results"),
    ("show ../results/mine", "Argument NAME must be a plain name"),
    ("delete ../mine --yes", "Argument NAME must be a plain name"),
    ("delete /mine --yes", "Argument NAME must be a plain name"),
    ("delete .. --yes", "Argument NAME must be a plain name"),
    ("delete .data --yes", "Argument NAME must be a plain name"),
    ("delete benchmarks --yes", "There is no study 'benchmarks' under results"),
    ("delete", "Missing argument 'NAME'"),
    ("export nope", "There is no study 'nope' under results"),
    ("export mine mine.zip", "must end in .tar.gz or .tgz. Got mine.zip"),
    ("export mine nowhere/mine.tar.gz", "No such file or directory. Nothing was written"),
    ("import nope.tar.gz", "There is no file nope.tar.gz"),
    ("import results", "must be a file"),
    ("import text.tar.gz", "is no study that can be imported: it is damaged"),
    ("import text.tar.gz --name mine", "results/mine exists"),
    ("import text.tar.gz --name ../x", "Option --name must be a plain name"),
    ("remove mine", "No such command 'remove'"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD)
def test_what_is_wrong_is_said_once_and_changes_nothing(
    run, study: Path, arguments: str, said: str
) -> None:
    Path("results/benchmarks").mkdir()
    Path("results/.data").mkdir()
    Path("text.tar.gz").write_text("hello")
    answer = run(f"studies {arguments}")
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("Error: ") == 1
    assert sorted(os.listdir("results")) == [".data", "benchmarks", "mine"]
    assert sorted(os.listdir()) == ["results", "text.tar.gz"]
