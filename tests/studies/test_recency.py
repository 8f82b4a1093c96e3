"""The newest study is told by the studies themselves, not by the times of their files."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from scalesearch.config.coefficients import FILE, write_coefficients
from scalesearch.errors import ConfigError
from scalesearch.studies import recency
from scalesearch.studies.study import open_study
from tests.search.tasks_for_tests import a_task
from tests.studies.archives import SETTINGS, complete, make_study


def an_answer(results: Path, study: str, created: str, baseline: str = "efficientnet_b0") -> Path:
    path = results / study / FILE
    values = {"baseline": baseline, "alpha": 1.2, "beta": 1.1, "gamma": 1.15, "phi": 1}
    write_coefficients(path, values | {"study": study, "created": created})
    return path


def go_on(folder: Path, *numbers: int) -> None:
    """Open the study as its command would, and train these cells."""
    study = open_study(folder, SETTINGS)
    for number in numbers:
        study.record(a_task(number), complete())
    study.note_answer()
    study.close()


@pytest.fixture
def first(tmp_path: Path) -> Path:
    folder = make_study(tmp_path / "first")
    go_on(folder)
    return folder


@pytest.fixture
def second(first: Path) -> Path:
    folder = make_study(first.with_name("second"))
    go_on(folder, 3)
    return folder


def test_a_training_makes_a_study_the_newest(first: Path, second: Path) -> None:
    assert recency.newest_first([first, second]) == [second, first]
    go_on(first, 3)
    assert recency.newest_first([first, second]) == [first, second]


def test_neither_files_nor_copies_nor_a_run_without_results_change_it(
    first: Path, second: Path
) -> None:
    before = recency.changed(first)
    for path in (first, *first.rglob("*")):
        os.utime(path, (2**32, 2**32))
    go_on(first)
    assert recency.changed(first) == before
    copied = shutil.copytree(first, first.with_name("a copy"))
    assert recency.changed(copied) == before
    assert recency.newest_first([copied, first, second])[0] == second


def test_an_answer_makes_a_study_the_newest(first: Path, second: Path) -> None:
    (first / "settings.json").write_text('{"phi": 1}')
    study = open_study(first, {"phi": 1})
    study.note_answer()
    study.close()
    assert recency.newest_first([first, second]) == [first, second]


def test_a_study_that_has_just_begun_is_the_newest(second: Path) -> None:
    begun = second.with_name("begun")
    open_study(begun, SETTINGS).close()
    assert recency.newest_first([second, begun]) == [begun, second]


@pytest.mark.parametrize("time", ["2999-01-01T00:00:00.000000+00:00", "", "soon", "zz"])
def test_a_time_to_come_or_none_is_not_believed(first: Path, second: Path, time: str) -> None:
    with sqlite3.connect(second / "study.db") as database:
        for table in ("study_user_attributes", "trial_user_attributes"):
            database.execute(
                f"update {table} set value_json = ? where key in (?, ?, ?)",
                (f'"{time}"', recency.BEGUN, recency.ANSWERED_AT, recency.ENDED),
            )
    assert recency.changed(second) == 0
    assert recency.newest_first([second, first]) == [first, second]


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_a_damaged_study_cannot_tell(first: Path, content: bytes) -> None:
    (first / "study.db").write_bytes(content)
    assert recency.changed(first) == 0


def test_an_answer_without_its_study_goes_by_its_own_date(tmp_path: Path) -> None:
    an_answer(tmp_path, "a", "2025-03-01T00:00:00+02:00")
    an_answer(tmp_path, "b", "2025-02-28T23:00:00")  # no zone: UTC, so an hour later
    an_answer(tmp_path, "c", "2024-12-31")
    an_answer(tmp_path, "d", "2026-01-01", baseline="resnet50")
    an_answer(tmp_path, "e", "2999-01-01")
    found = recency.newest_answer(tmp_path, "efficientnet_b0")
    assert found is not None
    assert found.study == "b"
    assert recency.newest_answer(tmp_path, "mobilenet_v1") is None
    assert recency.newest_answer(tmp_path / "none", "efficientnet_b0") is None


def test_a_study_tells_its_time_itself_whatever_its_answer_says(first: Path, second: Path) -> None:
    an_answer(first.parent, "first", "2025-03-01")
    an_answer(first.parent, "second", "2025-02-28")
    found = recency.newest_answer(first.parent, "efficientnet_b0")
    assert found is not None
    assert found.study == "second"


def test_a_damaged_answer_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    an_answer(tmp_path, "first", "2025-03-01")
    path = an_answer(tmp_path, "torn", "2025-03-01")
    path.write_text(path.read_text()[:40])
    with pytest.raises(ConfigError, match="torn"):
        recency.newest_answer(tmp_path, "efficientnet_b0")
