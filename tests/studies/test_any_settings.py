"""Any settings.json is settings or refused, and what is written is read."""

import json
from dataclasses import fields
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalesearch.core.study_settings import Settings, kind_of
from scalesearch.executors.fork_child import describe, train
from scalesearch.studies.lock import LOCK, acquire
from scalesearch.studies.settings import (
    check_settings,
    differences,
    read_settings,
    write_settings,
)
from tests.refusals import tried

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=10)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)  # fmt: skip
KNOWN = st.dictionaries(st.sampled_from([each.name for each in fields(Settings)][:-1]), PLAIN)
SETTINGS = st.dictionaries(st.sampled_from(["kind", "phi", "seeds", "a.b"]) | st.text(), PLAIN)


@SAME_FOLDER
@given(SETTINGS)
def test_what_is_written_is_read_and_does_not_differ(tmp_path: Path, values: dict) -> None:
    write_settings(tmp_path, values)
    assert read_settings(tmp_path) == values
    check_settings(tmp_path, values)


@SAME_FOLDER
@given(st.binary(max_size=200) | PLAIN.map(lambda value: json.dumps(value).encode()))
def test_any_content_is_settings_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    found, said = tried(read_settings, tmp_path)
    assert "settings.json" in said if said else isinstance(found, dict)
    _, said = tried(check_settings, tmp_path, {"phi": 1})
    assert said


@given(SETTINGS | KNOWN)
def test_any_settings_are_read_back_as_they_are_or_refused(values: dict) -> None:
    try:
        found = Settings.from_json(values)
    except ValueError:
        return
    said = {name: value for name, value in values.items() if value is not None}
    plain = json.loads(json.dumps(found.to_json()))
    assert {name: value for name, value in plain.items() if value is not None} == said
    assert Settings.from_json(plain) == found


@given(SETTINGS, SETTINGS)
def test_any_two_settings_can_be_told_apart(stored: dict, asked: dict) -> None:
    assert kind_of(stored) in ("grid", "compare", "sweep")
    found = [str(each) for each in differences(stored, asked)]
    assert bool(found) or _flat(stored) == _flat(asked)


def _flat(values: dict) -> str:
    """As `differences` sees them: dotted names, 1 and 1.0 alike."""
    plain: dict = {}

    def add(inside: dict, before: str) -> None:
        for name, value in inside.items():
            if isinstance(value, dict) and value:
                add(value, f"{before}{name}.")
            else:
                plain[f"{before}{name}"] = value

    add(values, "")
    return repr(sorted((name, str(value == 0 or value)) for name, value in plain.items()))


@SAME_FOLDER
@given(st.binary(max_size=100))
def test_whatever_a_lock_file_holds_the_study_can_be_taken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / LOCK).write_bytes(content)
    lock = acquire(tmp_path)
    (tmp_path / LOCK).write_bytes(content)
    _, said = tried(acquire, tmp_path)
    assert "is already being run by" in said
    lock.release()


def test_a_failed_training_is_recorded_and_logged_without_passwords() -> None:
    def trainer(spec: dict, progress: object) -> dict:
        raise ConnectionError("postgres://me:s3cret@db is away")

    ended = train(trainer, {}, lambda state: None)
    assert ended["error"] == "ConnectionError: postgres://me:***@db is away"
    assert "ConnectionError: postgres://me:***@db is away" in ended["traceback"]
    assert "s3cret" not in ended["traceback"]


@given(st.text())
def test_a_reason_is_one_printable_line(text: str) -> None:
    reason = describe(ValueError(text))
    assert reason.startswith("ValueError")
    assert reason.isprintable()
    assert len(reason) < 600
