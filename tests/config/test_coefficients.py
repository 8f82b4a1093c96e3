"""What a study found, written and found again."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scalesearch.config.coefficients import (
    FILE,
    of_study,
    read_coefficients,
    read_values,
    write_coefficients,
)
from scalesearch.errors import ConfigError

VALUES: dict[str, Any] = {
    "baseline": "efficientnet_b0",
    "alpha": 1.1892071150027210,
    "beta": 1.0905077326652577,
    "gamma": 1.0,
    "phi": 1,
    "study": "first",
    "created": "2025-01-02T03:04:05+00:00",
    "names": ["paper", "d2 w1 r1 /4"],
    "shares": {"depth": 0.25, "width": 0.25, "resolution": 0.5},
    "top1_std": None,
    "tie": False,
    "rule": "the cheapest: of those that cannot be told apart",
    "command": "scalesearch grid --phi 1 --study 'a b'",
    "rows": [{"a": 1}, {"b": [1, 2]}],
}


def _write(results: Path, **changes: Any) -> Path:
    values = VALUES | changes
    path = results / str(values["study"]) / FILE
    write_coefficients(path, values)
    return path


def test_all_that_was_written_is_read_back(tmp_path: Path) -> None:
    path = _write(tmp_path)
    assert read_values(path) == VALUES
    found = read_coefficients(path)
    assert (found.baseline, found.study, found.phi) == ("efficientnet_b0", "first", 1.0)
    assert (found.alpha, found.beta, found.gamma) == (VALUES["alpha"], VALUES["beta"], 1.0)
    assert found.created == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alpha": 0}, "`alpha` must be a number above 0. Got 0"),
        ({"beta": "x"}, "`beta` must be a number"),
        ({"gamma": None}, "`gamma` must be a number above 0. Got nothing"),
        ({"created": "yesterday"}, "`created` must be a date and time"),
        ({"study": 5}, "`study` must be text"),
    ],
)
def test_impossible_results_are_refused(tmp_path: Path, changes: dict, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_coefficients(_write(tmp_path, **changes))
    assert said in str(caught.value)


def test_an_unknown_study_is_answered_with_the_nearest(tmp_path: Path) -> None:
    _write(tmp_path)
    assert of_study(tmp_path, "first").study == "first"
    with pytest.raises(ConfigError, match=r"'frist' .*nearest: first"):
        of_study(tmp_path, "frist")
    with pytest.raises(ConfigError, match="scalesearch grid"):
        of_study(tmp_path / "none", "first")
