"""What the use cases do by the kind of a network, of which none loads TensorFlow too early."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scalesearch.config.function_files import read_built
from scalesearch.config.network_files import read_network
from scalesearch.config.shipped_files import load_network
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ConfigError
from scalesearch.experiments.network_kinds import kind_of
from tests.modules import PACKAGE

TABLE = load_network("efficientnet_b0")
FUNCTION = FunctionNetwork("some.net", "some:net", Resolution.of(96), 10)
CODE = (("some.py", "0123"),)


def test_each_kind_is_written_as_a_file_that_is_read_back_equal(tmp_path: Path) -> None:
    for network, read in ((TABLE, read_network), (FUNCTION, read_built)):
        path = tmp_path / f"{network.name}.yaml"
        kind_of(network).write(network, path, {"baseline": "x"})
        assert replace(read(path), name=network.name) == network


def test_a_function_alone_is_pinned_to_its_code() -> None:
    assert kind_of(FUNCTION).pinned(FUNCTION, CODE) == replace(FUNCTION, source=CODE)
    assert kind_of(TABLE).source(TABLE) == ()
    assert kind_of(TABLE).pinned(TABLE, CODE) == TABLE


def test_a_function_alone_was_never_published() -> None:
    assert kind_of(TABLE).published(TABLE) is TABLE
    with pytest.raises(ConfigError, match="has no Python function"):
        kind_of(FUNCTION).published(FUNCTION)


def test_a_table_needs_nothing_of_functions_and_a_function_no_tensorflow_to_be_asked() -> None:
    code = """
import sys
from scalesearch.config.shipped_files import load_network
from scalesearch.experiments.network_kinds import kind_of
table = load_network("efficientnet_b0")
kind_of(table).document(table)
print("scalesearch.core.function_network" in sys.modules)
from scalesearch.core.function_network import FunctionNetwork
kind_of(FunctionNetwork("net", "some:net", 96, 10))
print("tensorflow" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "False"]
