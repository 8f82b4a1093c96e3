"""Any content of a YAML file is a value or refused, and what is written is read."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalesearch.config.coefficients import read_coefficients, write_coefficients
from scalesearch.config.fields import Reader
from scalesearch.config.function_files import read_built, write_built
from scalesearch.config.function_names import is_built
from scalesearch.config.network_files import read_network, write_network
from scalesearch.config.profiles import read_profile
from scalesearch.config.shipped_files import load_network, shipped_folder
from scalesearch.config.stored_networks import stored_network
from scalesearch.config.yaml_nodes import nodes_of, read_nodes
from scalesearch.config.yaml_writer import document
from scalesearch.core.cost import cost
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import ConfigError
from tests.refusals import tried

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBERS = (
    st.integers()
    | st.floats()
    | st.sampled_from([0, -1, 10**17, 1e308, 5e-324, math.nan, math.inf, True, False])
)
VALUES = st.recursive(
    st.none() | NUMBERS | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
TABLE = json.loads(json.dumps(load_network("efficientnet_b0").to_json()))
FUNCTION = FunctionNetwork("mine", "mine:build", 64, 10, source=(("mine.py", "0" * 16),)).to_json()
FOUND = {
    "baseline": "efficientnet_b0", "alpha": 1.2, "beta": 1.1, "gamma": 1.15, "phi": 1,
    "study": "mine", "created": "2025-01-02T03:04:05+00:00",
}  # fmt: skip


@st.composite
def _changed(draw: st.DrawFn, whole: Any) -> Any:
    """The value with one part of it changed, at any depth: another, missing, or renamed."""
    if isinstance(whole, dict) and whole and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(whole)))
        rest = {key: value for key, value in whole.items() if key != name}
        fate = draw(st.integers(0, 9))
        if fate == 0:
            return rest
        if fate == 1:
            return rest | {draw(st.text(max_size=8)): whole[name]}
        return {
            key: draw(_changed(value)) if key == name else value for key, value in whole.items()
        }
    if isinstance(whole, list) and whole and draw(st.integers(0, 9)):
        at = draw(st.integers(0, len(whole) - 1))
        return [
            draw(_changed(value)) if place == at else value for place, value in enumerate(whole)
        ]
    return draw(VALUES)


def _yaml(values: Any) -> str:
    """JSON is YAML; numbers that JSON lacks as YAML writes them."""
    text = json.dumps(values, ensure_ascii=True)
    for python, yaml in (("-Infinity", "-.inf"), ("Infinity", ".inf"), ("NaN", ".nan")):
        text = text.replace(python, yaml)
    return text


def _tables() -> list[Any]:
    nodes = [read_nodes(path) for path in sorted(shipped_folder().glob("*.yaml"))]
    return [node.plain() for node in nodes]


def _profiles() -> list[Any]:
    nodes = [read_nodes(path) for path in sorted((shipped_folder() / "profiles").glob("*.yaml"))]
    return [node.plain() for node in nodes]


@given(st.text())
def test_any_text_is_nodes_or_refused(text: str) -> None:
    _, said = tried(nodes_of, text, "mine.yaml")
    assert said[:9] in ("", "mine.yaml")


@SAME_FOLDER
@given(st.binary(max_size=300))
def test_any_bytes_are_a_file_of_ours_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    is_built(path)
    for read in (read_network, read_profile, read_built, read_coefficients):
        with pytest.raises(ConfigError, match=r"mine\.yaml"):
            read(path)


@SAME_FOLDER
@given(st.data())
def test_a_table_with_any_part_changed_is_read_or_refused(tmp_path: Path, data: st.DataObject):
    path = tmp_path / "mine.yaml"
    path.write_text(_yaml(data.draw(st.sampled_from(_tables()).flatmap(_changed))))
    network, said = tried(read_network, path)
    if said:
        assert said.startswith(str(path))
        return
    assert cost(network).macs > 0
    write_network(network, path, {})
    assert read_network(path) == network


@SAME_FOLDER
@given(st.data())
def test_a_profile_with_any_part_changed_is_read_or_refused(tmp_path: Path, data: st.DataObject):
    path = tmp_path / "mine.yaml"
    path.write_text(_yaml(data.draw(st.sampled_from(_profiles()).flatmap(_changed))))
    profile, said = tried(read_profile, path)
    assert said.startswith(str(path)) if said else profile.recipe.epochs >= 1


@SAME_FOLDER
@given(_changed(FUNCTION))
def test_a_function_with_any_part_changed_is_read_or_refused(tmp_path: Path, values: Any) -> None:
    path = tmp_path / "mine.yaml"
    if isinstance(values, dict):
        values = {
            key: each for key, each in values.items() if key not in ("source", "input_channels")
        }
    path.write_text(_yaml(values))
    network, said = tried(read_built, path)
    if said:
        assert said.startswith(str(path))
        return
    write_built(network, path, {})
    assert is_built(path)
    assert read_built(path) == network


@SAME_FOLDER
@given(_changed(FOUND))
def test_coefficients_with_any_part_changed_are_read_or_refused(
    tmp_path: Path, values: Any
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(_yaml(values))
    found, said = tried(read_coefficients, path)
    if said:
        assert said.startswith(str(path))
        return
    again = {**values, "created": found.created.isoformat()}
    write_coefficients(path, again)
    assert read_coefficients(path) == found


@given(_changed(TABLE) | _changed(FUNCTION))
def test_a_stored_network_with_any_part_changed_can_be_counted_or_is_refused(values: Any) -> None:
    network, said = tried(stored_network, values, "settings.json", "arms.x")
    if said:
        assert said.startswith("settings.json: `arms.x")
        return
    if not isinstance(network, FunctionNetwork):
        assert cost(network).params > 0
    assert stored_network(network.to_json(), "again.json", "arms.x") == network


@pytest.mark.parametrize("text", ["no", "yes", "on", "017", "0o17", "1:30", "1_000", "2024-01-01"])
def test_words_that_older_yaml_takes_for_something_else_are_text(text: str) -> None:
    top = Reader(nodes_of(f"a: {text}\n", "mine.yaml"), "mine.yaml")
    assert top.fields["a"].value == text


def test_a_merge_key_is_a_field_like_any_other() -> None:
    assert nodes_of("<<: {a: 1}\nb: 2\n", "f").plain() == {"<<": {"a": 1}, "b": 2}


def test_a_name_out_of_a_file_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(document({"\x1b]0;evil\x07" + "x" * 5000: 1}))
    with pytest.raises(ConfigError) as caught:
        read_network(path)
    assert len(str(caught.value)) < 500
    assert "\x1b" not in str(caught.value)
