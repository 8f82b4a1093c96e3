"""Errors of the Python interface name the arguments of the function that was called."""

from pathlib import Path

import pytest

import scalesearch as ss

PAPER = (1.2, 1.1, 1.15)
PLAN = {"depth": [2], "seeds": 1, "dataset": "own:10"}


def half(job, progress):
    return 0.5


def test_other_settings_are_refused_in_the_words_of_the_function(tmp_path: Path) -> None:
    ss.sweep(ss.plan_sweep(**PLAN), tmp_path / "mine", trainer=half)
    with pytest.raises(ss.StudyError, match=r"\nGive another `folder=` name") as caught:
        ss.sweep(ss.plan_sweep(**PLAN | {"depth": [1]}), tmp_path / "mine", trainer=half)
    assert caught.value.field == "folder"
    assert "`study=`" not in str(caught.value)


def test_a_file_is_no_folder_of_a_study(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ss.StudyError, match="write to by `folder=`"):
        ss.sweep(ss.plan_sweep(**PLAN), tmp_path / "file", trainer=half)


def test_scaling_and_sweeping_name_their_own_arguments(tmp_path: Path) -> None:
    with pytest.raises(ss.ScaleSearchError, match=r"^`coefficients=` must be one of") as caught:
        ss.scale("efficientnet_b0", "uniformm", phi=3)
    assert caught.value.field == "coefficients"
    with pytest.raises(ss.ConfigError, match="`pairs=` holds it fixed"):
        ss.plan_sweep(depth=[2], pairs=[(1, 1)])
    (tmp_path / "mine.yaml").write_text("a: 1\n")
    with pytest.raises(ss.ConfigError, match="Give another `path=`"):
        ss.scale("efficientnet_b0", PAPER, phi=3).write(tmp_path / "mine.yaml")


@pytest.mark.parametrize("folder", ["", ".", ".."])
def test_a_study_is_not_strewn_into_the_current_folder(folder, tmp_path, monkeypatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ss.ConfigError, match=r"^`folder=` must be "):
        ss.sweep(ss.plan_sweep(**PLAN), folder, trainer=half)
    assert [each.name for each in tmp_path.rglob("*")] == ["here"]


def test_what_is_no_model_and_no_study_is_told_by_name() -> None:
    for given in (3, None, ss.load("efficientnet_b0")):
        with pytest.raises(ss.ConfigError, match=r"^`model=` must be a Keras model, .* `cost`"):
            ss.count(given)  # type: ignore[arg-type] # it is wrong
    with pytest.raises(ss.ConfigError, match=r"^`folder=` must be "):
        ss.studies(3)  # type: ignore[arg-type] # it is wrong
    for function in (ss.redraw, ss.class_maps):
        with pytest.raises(ss.ConfigError, match=r"^`study=` must be "):
            function(3)


def test_a_plan_of_another_kind_is_refused_with_what_makes_the_right_one(tmp_path) -> None:
    with pytest.raises(
        ss.ConfigError, match=r"one that plan_sweep\(\) makes. Got a plan of `grid`"
    ):
        ss.sweep(ss.plan_grid(step=1), tmp_path / "mine")  # type: ignore[arg-type] # it is wrong
    assert not (tmp_path / "mine").exists()
