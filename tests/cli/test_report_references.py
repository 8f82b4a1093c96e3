"""`report --references`: the published networks in the picture, the page and the answer."""

from pathlib import Path

import pytest

from scalesearch.report import trials_table
from scalesearch.report.trial_columns import COLUMNS


@pytest.fixture
def study(folder: Path) -> Path:
    path = folder / "results" / "mine"
    path.mkdir(parents=True)
    baseline = {
        column.name: (column.choices or ("x",))[0] if column.kind is str else 1
        for column in COLUMNS
    }
    trials_table.write(path / "trials.csv", [baseline | {"val_top1": 0.5}])
    return path


def test_references_are_drawn_and_listed_when_asked_for(run, study: Path) -> None:
    plain = run("report").out
    size = (study / "pareto.png").stat().st_size
    answer = run("report --references imagenet")
    assert answer.code == 0
    assert "ResNet-152                     77.8         60   7.7x       11    16x" in answer.out
    assert "ResNet-152" not in plain
    assert (study / "pareto.png").stat().st_size > 1.5 * size
    assert "Published networks" in (study / "report.html").read_text(encoding="utf-8")


def test_their_json_has_every_network_with_its_ratios(run, study: Path) -> None:
    answer = run("report --references imagenet --json").json
    keys = {"name", "params_millions", "macs_billions", "params_ratio", "macs_ratio", "group"}
    assert len(answer["references"]["models"]) == 24
    assert all(keys <= set(model) for model in answer["references"]["models"])
    assert "references" not in run("report --json").json


def test_an_unknown_name_leaves_the_study_as_it_was(run, study: Path) -> None:
    answer = run("report --references cifar")
    assert (answer.code, answer.out) == (2, "")
    assert "Option --references must be imagenet. Got 'cifar'" in answer.err
    assert [path.name for path in study.iterdir()] == ["trials.csv"]
