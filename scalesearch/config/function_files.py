"""Networks of Python functions as YAML: what `scale` writes of them, a valid baseline again."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scalesearch.config.fields import Rule, between, read
from scalesearch.config.network_files import PROVENANCE
from scalesearch.config.yaml_nodes import MAX_BYTES
from scalesearch.config.yaml_writer import document
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.limits import CHANNELS
from scalesearch.errors import ConfigError
from scalesearch.files.whole_files import read_whole, write_whole

FIELD = "builder"
"""The field that tells such a file from a table."""
_FIELDS = ("name", FIELD, "depth", "width", "resolution", "classes", PROVENANCE)
_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_MARK = re.compile(rb"^(\xef\xbb\xbf)?builder\s*:", re.MULTILINE)
_MULTIPLIER = Rule("a number above 0, at most 10000", lambda value: 0 < value <= 10_000)


def is_built(path: Path | str) -> bool:
    """Whether the file is YAML that names a Python function, not a table."""
    try:
        return _MARK.search(read_whole(path, MAX_BYTES, ConfigError)) is not None
    except (OSError, ConfigError):  # read as a table, it is refused with its reason
        return False


def is_function_name(text: str) -> bool:
    """Whether `text` is of the form package.module:function."""
    return _FUNCTION.fullmatch(text) is not None


def read_built(path: Path | str) -> FunctionNetwork:
    """The network in the file, its function not looked at yet. Raises ConfigError."""
    top = read(path)
    top.only(_FIELDS)
    builder = top.text(FIELD)
    if not is_function_name(builder):
        top.broken(FIELD, "package.module:function")
    return FunctionNetwork(
        name=top.text("name"),
        builder=builder,
        resolution=top.resolution("resolution"),
        classes=top.whole("classes", between(1, CHANNELS)),
        depth=top.number("depth", _MULTIPLIER, 1.0),
        width=top.number("width", _MULTIPLIER, 1.0),
    )


def write_built(network: FunctionNetwork, path: Path, extra: Mapping[str, Any]) -> None:
    """Write the network, and under `scaled_from` where it came from. Raises ConfigError."""
    values = {
        "name": network.name,
        FIELD: network.builder,
        "depth": network.depth,
        "width": network.width,
        "resolution": network.resolution.to_json(),
        "classes": network.classes,
        PROVENANCE: extra,
    }
    write_whole(path, document(values).encode("utf-8"), ConfigError)
