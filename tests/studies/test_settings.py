import os
from unittest import mock

import pytest

from scalesearch.errors import StudyError
from scalesearch.studies.settings import (
    check_settings,
    differences,
    prepare_folder,
    read_settings,
    write_settings,
)

STORED = {"profile": {"epochs": 4, "data": {"name": "digits"}}, "seeds": [0, 1], "phi": 1}


def test_equal_settings_do_not_differ_whatever_their_json_form():
    asked = {"phi": 1.0, "seeds": (0, 1), "profile": {"data": {"name": "digits"}, "epochs": 4}}
    assert differences(STORED, asked) == []


def test_each_difference_is_named_by_its_dotted_field():
    asked = {"profile": {"epochs": 8, "data": {"name": "digits"}}, "seeds": [0], "grid": "box"}
    assert [str(difference) for difference in differences(STORED, asked)] == [
        "profile.epochs: study has 4, asked 8",
        "seeds: study has [0, 1], asked [0]",
        'grid: study has nothing, asked "box"',
        "phi: study has 1, asked nothing",
    ]


def test_true_is_not_one():
    assert len(differences({"literal": True}, {"literal": 1})) == 1


def test_settings_come_back_as_written(tmp_path):
    write_settings(tmp_path, STORED)
    assert read_settings(tmp_path) == STORED
    assert os.listdir(tmp_path) == ["settings.json"]


def test_other_settings_are_refused_with_what_to_do(tmp_path):
    write_settings(tmp_path, STORED)
    with pytest.raises(StudyError, match=r"phi: study has 1, asked 2[\s\S]*another `study=` name"):
        check_settings(tmp_path, STORED | {"phi": 2})


def test_nan_never_gets_into_the_settings(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_settings(tmp_path, {"phi": float("nan")})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_damaged_settings_are_refused(tmp_path, content):
    (tmp_path / "settings.json").write_bytes(content)
    with pytest.raises(StudyError, match=r"settings\.json"):
        check_settings(tmp_path, STORED)


def test_a_database_without_settings_is_refused(tmp_path):
    (tmp_path / "study.db").touch()
    with pytest.raises(StudyError, match=r"without its settings\.json"):
        check_settings(tmp_path, STORED)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "results").write_text("a file, not a folder")
    with pytest.raises(StudyError, match="cannot be written: Not a directory"):
        prepare_folder(tmp_path / "results" / "study", STORED)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    refused = OSError(30, "Read-only file system")
    with (
        mock.patch("tempfile.TemporaryFile", side_effect=refused),
        pytest.raises(StudyError, match="cannot be written: Read-only file system"),
    ):
        prepare_folder(tmp_path, STORED)


@pytest.mark.parametrize("stored", ["grid", "compare", "sweep"])
@pytest.mark.parametrize("asked", ["grid", "compare", "sweep"])
def test_a_study_of_another_command_is_refused_in_one_sentence(tmp_path, stored, asked):
    def of(command):
        return STORED if command == "grid" else STORED | {"kind": command}

    write_settings(tmp_path, of(stored))
    if stored == asked:
        check_settings(tmp_path, of(asked))
        return
    with pytest.raises(StudyError) as caught:
        check_settings(tmp_path, of(asked) | {"phi": 2})
    assert str(caught.value) == (
        f"The study {tmp_path} is one of `scalesearch {stored}`, and `scalesearch {asked}` cannot "
        "go on with it: give another `study=` name."
    )
