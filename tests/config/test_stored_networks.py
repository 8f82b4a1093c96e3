"""A network's rules are the same in a file of YAML and in the JSON of a study's settings."""

import json
from pathlib import Path
from typing import Any

import pytest

from scalesearch.config.function_files import read_built, write_built
from scalesearch.config.network_files import read_network, write_network
from scalesearch.config.shipped_files import load_network, shipped_folder
from scalesearch.config.stored_networks import stored_network
from scalesearch.config.yaml_nodes import read_nodes
from scalesearch.config.yaml_writer import document
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import ConfigError

SHIPPED = sorted(path.stem for path in shipped_folder().glob("*.yaml"))
AT = "arms.width.network"
FUNCTION = FunctionNetwork("mine", "mine:build", 64, 10, source=(("mine.py", "0" * 16),))


def _json(network: Any) -> Any:
    """As it comes out of a file."""
    return json.loads(json.dumps(network.to_json()))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_json_of_any_table_is_read_equal(name: str) -> None:
    baseline = load_network(name)
    for network in (baseline, baseline.at(2.3, 1.7, 1.4), baseline.at(0.4, 0.3, 0.2)):
        assert stored_network(_json(network), "settings.json", AT) == network


def test_the_json_of_a_function_is_read_equal() -> None:
    assert stored_network(_json(FUNCTION), "settings.json", AT) == FUNCTION


BROKEN = [
    ("efficientnet_b0", ("stages", 1, "kernel"), 4),
    ("efficientnet_b0", ("stages", 1, "kernel"), True),
    ("efficientnet_b0", ("stages", 1, "block"), "mbconvv"),
    ("efficientnet_b0", ("stages", 0, "se"), 0.25),
    ("efficientnet_b0", ("stages", 0, "expand"), 6),
    ("efficientnet_b0", ("stages", 2, "expand"), 0.0001),
    ("efficientnet_b0", ("stages", 2, "expand"), 101),
    ("efficientnet_b0", ("stages", 2, "repeats"), 10_000),
    ("efficientnet_b0", ("stages", 2, "channels"), 0),
    ("efficientnet_b0", ("stages",), []),
    ("efficientnet_b0", ("stages",), "none"),
    ("efficientnet_b0", ("dropout",), 1),
    ("efficientnet_b0", ("dropuot",), 0.1),
    ("efficientnet_b0", ("name",), "../mine"),
    ("efficientnet_b0", ("norm_epsilon",), 0),
    ("efficientnet_b0", ("resolution",), 0),
    ("efficientnet_b0", ("rounding",), {"repeats": "up"}),
    ("resnet50", ("stages", 1, "channels"), 8),
    ("resnet50", ("stages", 1, "repeats"), 2),
    ("resnet50", ("stages", 1, "inner"), 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("name", "place", "value"), BROKEN, ids=[str(row[1:]) for row in BROKEN])
def test_a_table_is_refused_in_json_for_the_reason_that_it_is_in_yaml(
    tmp_path: Path, name: str, place: tuple[Any, ...], value: Any
) -> None:
    path = tmp_path / "mine.yaml"
    write_network(load_network(name), path, {})
    written = read_nodes(path).plain()
    in_json = _refused_in_json(_changed(_json(load_network(name)), place, value))
    path.write_text(document(_changed(written, place, value)))
    with pytest.raises(ConfigError) as in_yaml:
        read_network(path)
    _check_same(in_json, in_yaml.value, path)


@pytest.mark.parametrize(
    ("name", "value"), [("builder", "mine"), ("depth", 0), ("width", "x"), ("classes", 0)]
)
def test_a_function_is_refused_in_json_for_the_reason_that_it_is_in_yaml(
    tmp_path: Path, name: str, value: Any
) -> None:
    path = tmp_path / "mine.yaml"
    write_built(FUNCTION, path, {})
    path.write_text(document(read_nodes(path).plain() | {name: value}))
    with pytest.raises(ConfigError) as in_yaml:
        read_built(path)
    _check_same(_refused_in_json(_json(FUNCTION) | {name: value}), in_yaml.value, path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("source", None), ("source", {"mine.py": 1}), ("low", "x"), ("input_dtype", "complex64")],
)
def test_what_running_a_function_has_found_is_checked_in_json(name: str, value: Any) -> None:
    assert _refused_in_json(_json(FUNCTION) | {name: value}).field.startswith(f"{AT}.{name}")


def test_what_a_block_lacks_is_at_its_default_in_json_alone(tmp_path: Path) -> None:
    network = load_network("efficientnet_b0")
    path = tmp_path / "mine.yaml"
    write_network(network, path, {})
    path.write_text(document(_changed(read_nodes(path).plain(), ("stages", 0, "se"), 0.0)))
    with pytest.raises(ConfigError, match="belongs to block mbconv"):
        read_network(path)
    assert _json(network)["stages"][0]["se"] == 0


def _refused_in_json(values: Any) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        stored_network(values, "settings.json", AT)
    return refused.value


def _check_same(in_json: ConfigError, in_yaml: ConfigError, path: Path) -> None:
    """The reasons are word for word the same; the place is told as each file has it."""
    _, _, reason = str(in_yaml).removeprefix(str(path)).partition(": ")
    where, _, said = str(in_json).partition(": ")
    assert where == "settings.json"
    said = said.replace(f"{AT}.", "").replace(f"`{AT}` needs", "the file needs")
    assert said.split(" (known:")[0] == reason.split(" (known:")[0]
    assert in_json.field == f"{AT}.{in_yaml.field}"


def _changed(values: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The values with another value at that place."""
    inner = values
    for each in place[:-1]:
        inner = inner[each]
    inner[place[-1]] = value
    return values
