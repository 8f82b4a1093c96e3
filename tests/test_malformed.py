"""Thousands of spoilt files end in a value or in one sentence (see `tests/malformed.py`)."""

from dataclasses import replace
from pathlib import Path

import pytest

from . import malformed
from .malformed_files import kinds


def test_the_good_files_are_read_as_they_are(tmp_path: Path) -> None:
    """Else the spoilt ones would be refused for nothing that was done to them."""
    (tmp_path / "good").mkdir()
    for kind in kinds(tmp_path / "good"):
        path = tmp_path / "here" / kind.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(kind.content)
        outcome, fault = malformed._outcome(kind, path)
        # That of a comparison is read to its end, where its weights are missed.
        assert outcome == ("refused" if kind.name == "study/settings.json" else "accepted"), fault


def test_spoilt_files_are_read_or_refused_with_a_message() -> None:
    counts = malformed.run(2000)
    assert counts.faults == ()
    assert counts.tracebacks == 0
    assert counts.refused > 1000
    assert counts.refused + counts.accepted == counts.inputs == 2000


def test_the_same_seed_gives_the_same_counts() -> None:
    one, other = (replace(malformed.run(64, 3), slowest_ms=0) for _ in range(2))
    assert one == other


@pytest.mark.slow
def test_ten_thousand_spoilt_configurations_and_tables_are_refused_with_a_message() -> None:
    counts = malformed.run()
    assert counts.faults == ()
    assert counts.yaml + counts.csv >= 10_000
    assert counts.refused >= 10_000
    assert counts.tracebacks == 0
