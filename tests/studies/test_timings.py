"""What trainings took is remembered for one machine and one kind of training, and never trusted."""

import json
from pathlib import Path

import pytest

from scalesearch.core.pace import Timing
from scalesearch.studies.timings import FILE, Remembered, machine, recall, remember

FOUND = Remembered("2026-07-30T12:00:00+00:00", 7.5, (Timing(10, 5, 2.0, 0.001),))
WHAT = {**machine(), "workers": 2, "baseline": "b0"}


def test_it_is_found_again_for_the_same_and_for_nothing_else(tmp_path: Path) -> None:
    assert recall(tmp_path, WHAT) is None
    remember(tmp_path, WHAT, FOUND)
    assert recall(tmp_path, json.loads(json.dumps(WHAT))) == FOUND
    for name, value in (("workers", 3), ("processor", "another"), ("versions", {})):
        assert recall(tmp_path, WHAT | {name: value}) is None


def test_a_new_measurement_takes_the_place_of_the_old_one_alone(tmp_path: Path) -> None:
    newer = Remembered("2026-07-31T12:00:00+00:00", 7.0, FOUND.timings)
    remember(tmp_path, WHAT, FOUND)
    remember(tmp_path, WHAT | {"workers": 3}, FOUND)
    remember(tmp_path, WHAT, newer)
    assert recall(tmp_path, WHAT) == newer
    assert recall(tmp_path, WHAT | {"workers": 3}) == FOUND


def test_the_oldest_are_forgotten(tmp_path: Path) -> None:
    for workers in range(1, 60):
        remember(tmp_path, {"workers": workers}, FOUND)
    kept = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    assert [each["what"]["workers"] for each in kept] == [*range(59, 9, -1)]


ENTRY = {"what": {}, "made": "", "load": 1.0, "timings": [{"macs": 1, "acts": 1, "start": 0,
         "per_image": 1}]}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    ["", "[", "3", "{}", "[3]", '[{"what": 3}]', "[NaN]", '["' + "\\ud800" + '"]']
    + [
        json.dumps([ENTRY | changed])
        for changed in (
            {"load": -1}, {"load": True}, {"load": "1"}, {"load": 1e300}, {"timings": []},
            {"timings": [3]}, {"timings": [{"macs": 1}]}, {"made": 1}, {"more": 1},
            {"timings": [{"macs": 1, "acts": 1, "start": 0, "per_image": 0}]},
        )
    ],
)  # fmt: skip
def test_a_damaged_file_counts_as_empty_and_is_written_over(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    assert recall(tmp_path, {}) is None
    assert recall(tmp_path, WHAT) is None
    remember(tmp_path, WHAT, FOUND)
    assert recall(tmp_path, WHAT) == FOUND
