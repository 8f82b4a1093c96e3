"""YAML to plain values with their lines, and what is refused on the way."""

import math
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.config.yaml_nodes import MAX_BYTES, nodes_of, plain_scalar, read_nodes
from scalesearch.config.yaml_writer import document, flow, scalar
from scalesearch.errors import ConfigError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def test_nodes_know_their_lines() -> None:
    root = nodes_of("a: 1\n\nb:\n  - {c: x, d: true}\n  - 2.5\n", "f.yaml")
    rows = root.value["b"]  # type: ignore[index, call-overload]
    assert (rows.key_line, rows.line) == (3, 4)
    assert rows.value[0].value["d"].line == 4
    assert root.plain() == {"a": 1, "b": [{"c": "x", "d": True}, 2.5]}


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("-3", -3), ("3.0", 3.0), ("1e-3", 0.001), (".5", 0.5), ("true", True), ("~", None),
     ("no", "no"), ("1:30", "1:30"), ("0x10", "0x10"), ("2020-01-01", "2020-01-01"),
     (".inf", math.inf), ("1_000", "1_000"), ("", None), ("three", "three"), ("inf", "inf")],
)  # fmt: skip
def test_plain_scalars_mean_what_they_look_like(text: str, value: object) -> None:
    found = plain_scalar(text)
    assert found == value
    assert type(found) is type(value)


def test_quoted_scalars_are_text() -> None:
    assert nodes_of("""a: "3"\nb: 'true'\nc: ""\n""", "f").plain() == {
        "a": "3",
        "b": "true",
        "c": "",
    }


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\na: 2\n", 2, "`a` stands twice, first in line 1"),
        ("a: &x 1\nb: 2\n", 1, "anchors"),
        ("b: 1\na: *x\n", 2, "anchors"),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "tags are not read"),
        ("? [1, 2]\n: 3\n", 1, "a key must be a plain name"),
        ("a: 1\n---\nb: 2\n", 2, "one YAML document"),
        ("a: [1, 2\nb: 3\n", 2, "is not YAML"),
        ("a:\n\t- 1\n", 2, "is not YAML"),
        ("a: " + "[" * 30 + "]" * 30, 1, "nest at most 20 deep"),
        ("a: " + "{b: " * 30 + "1" + "}" * 30, 1, "nest at most 20 deep"),
    ],
)
def test_what_is_no_plain_configuration_is_refused_with_its_line(
    text: str, line: int, said: str
) -> None:
    with pytest.raises(ConfigError, match=f"^mine.yaml, line {line}[:,] ") as caught:
        nodes_of(text, "mine.yaml")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"# only a comment\n", "is empty"),
        (b"---\n", "is empty"),
        (b"~\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "no UTF-8 text"),
        (b"PK\x03\x04\x00\x00", "is not YAML"),
        (b"a: 1\x00\n", "is not YAML"),
        (b"a: 1\n" * (MAX_BYTES // 5 + 1), "at most 1,000,000 bytes"),
    ],
)
def test_files_that_are_no_yaml_are_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"mine\.yaml") as caught:
        read_nodes(path)
    assert said in str(caught.value)


def test_a_folder_or_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="folder"):
        read_nodes(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_nodes(tmp_path / "none.yaml")


@pytest.mark.parametrize("bomb", ["[" * 400_000, "{a: " * 200_000, "- " * 400_000])
def test_a_deep_file_is_refused_at_once(bomb: str) -> None:
    start = time.monotonic()
    with pytest.raises(ConfigError):
        nodes_of(bomb, "deep.yaml")
    assert time.monotonic() - start < 2


@given(SCALARS)
def test_scalars_are_written_so_that_every_reader_agrees(value: object) -> None:
    text = f"a: {scalar(value)}\n"
    assert nodes_of(text, "f").plain() == {"a": value}
    assert yaml.safe_load(text) == {"a": value}


@given(st.dictionaries(TEXT, VALUES, min_size=1, max_size=5))
def test_documents_read_back_as_written(values: dict) -> None:
    text = document(values)
    assert nodes_of(text, "f").plain() == values
    assert yaml.safe_load(text) == values


@given(VALUES)
def test_flow_stays_on_one_line(value: object) -> None:
    assert "\n" not in flow(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, object(), b"x", {1, 2}])
def test_what_yaml_cannot_hold_is_not_written(value: object) -> None:
    with pytest.raises(ValueError, match="YAML"):
        document({"a": value})
