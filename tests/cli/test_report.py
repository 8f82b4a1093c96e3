"""`report` of studies that are damaged, unfinished, or another command's."""

import json
from pathlib import Path

import pytest

from scalesearch.report import trials_table
from scalesearch.report.trial_columns import COLUMNS


def _study(name: str, **settings: object) -> Path:
    """A study that has been begun and has no table yet."""
    path = Path("results") / name
    path.mkdir(parents=True)
    (path / "settings.json").write_text(json.dumps({"phi": 1, **settings}), encoding="utf-8")
    return path


def _finished(name: str) -> Path:
    path = _study(name)
    baseline = {
        column.name: (column.choices or ("x",))[0] if column.kind is str else 1
        for column in COLUMNS
    }
    trials_table.write(path / "trials.csv", [baseline | {"val_top1": 0.5}])
    return path


def test_a_damaged_result_ends_in_one_message_and_draws_nothing(run) -> None:
    path = _finished("mine")
    (path / "coefficients.yaml").write_text("alpha: nan\n", encoding="utf-8")
    for arguments in ("report mine", "report", "report mine --json"):
        answer = run(arguments)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("Error: results/mine/coefficients.yaml lacks baseline, study,")
        assert answer.err.count("\n") == 1
    assert not (path / "pareto.png").exists()


def test_an_unfinished_study_is_said_to_be_and_how_it_goes_on(run) -> None:
    _study("half")
    answer = run("report half")
    assert (answer.code, answer.out) == (2, "")
    assert "The study results/half is unfinished: it has no trials.csv yet." in answer.err
    assert "the same `scalesearch grid` command again: it goes on" in answer.err


def test_without_a_finished_study_none_is_made_up(run) -> None:
    assert "There is no finished study under results." in run("report").err
    _study("half")
    assert "There is no finished study under results." in run("report").err


def test_the_newest_finished_study_is_shown_though_another_is_unfinished(run) -> None:
    _finished("done")
    _study("half")
    assert run("report --json").json["study"] == "done"


def test_an_unknown_study_is_answered_with_the_nearest_begun_or_finished(run) -> None:
    _finished("done")
    _study("half")
    assert "There is no study 'dome' under results (nearest: done)." in run("report dome").err
    assert "There is no study 'halt' under results (nearest: half)." in run("report halt").err
    assert "There is no study '../results/done'" in run("report ../results/done").err


@pytest.mark.parametrize("kind", ["compare", "sweep"])
def test_another_commands_study_is_named_as_such(run, kind: str) -> None:
    _study("arms", kind=kind)
    answer = run("report arms")
    assert answer.code == 2
    assert f"The study results/arms is one of `scalesearch {kind}`" in answer.err
