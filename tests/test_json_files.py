"""Any bytes are a JSON value or refused: no key twice, bounded size and depth, finite numbers."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.errors import ConfigError
from scalesearch.files import json_files
from scalesearch.files.json_files import DEEPEST, json_of, read_json

from .refusals import tried

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_json_value_or_refused(content: bytes) -> None:
    value, said = tried(json_of, content, "mine.json", ConfigError, "Mend it.")
    if said:
        assert said.startswith("mine.json")
        assert said.endswith("Mend it.")
        return
    assert json_of(json.dumps(value).encode(), "again", ConfigError, "") == value


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b"[NaN]", "a number is not finite"),
        (b"[1e999]", "a number is not finite"),
        (b"1" * 31, "at most 30 digits"),
        (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "at most 40 deep"),
        (b"[" * 100_000, "at most 40 deep"),
        ("[1]".encode("utf-16"), "is not valid JSON"),
        (b"\xef\xbb\xbf[1]", "is not valid JSON"),
    ],
)
def test_what_json_allows_and_we_do_not_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        json_of(content, "mine.json", ConfigError, "Mend it.")
    assert said in str(caught.value)


def test_a_file_is_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.json"
    path.write_text("[1, 2]")
    assert read_json(path, ConfigError, "") == [1, 2]
    monkeypatch.setattr(json_files, "MOST_BYTES", 5)
    with pytest.raises(ConfigError, match="at most 5 bytes"):
        read_json(path, ConfigError, "")
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "none.json", ConfigError, "")
