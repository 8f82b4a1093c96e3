"""Networks of Python functions as YAML: what `scale` writes of them, a valid baseline again."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scalesearch.config.fields import FINITE, Reader, Rule, between, read
from scalesearch.config.network_files import PROVENANCE
from scalesearch.config.yaml_writer import document
from scalesearch.core.function_network import (
    INPUT_TYPES,
    LOGITS,
    PROBABILITIES,
    FunctionNetwork,
)
from scalesearch.core.limits import CHANNELS
from scalesearch.errors import ConfigError
from scalesearch.files.whole_files import write_whole

FIELD = "builder"
"""The field that tells such a file from a table."""
_FIELDS = ("name", FIELD, "depth", "width", "resolution", "classes", PROVENANCE)
_FOUND = ("input_channels", "source", "input_dtype", "low", "high", "outputs")
"""Fields that a file lacks, since they are found by running the function."""
_FUNCTION = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_CHANNELS = between(1, CHANNELS)
_MULTIPLIER = Rule("a number above 0, at most 10000", lambda value: 0 < value <= 10_000)


def is_function_name(text: str) -> bool:
    """Whether `text` is of the form package.module:function."""
    return _FUNCTION.fullmatch(text) is not None


def read_built(path: Path | str) -> FunctionNetwork:
    """The network in the file, its function not looked at yet. Raises ConfigError."""
    return function_of(read(path))


def function_of(top: Reader, *, found: bool = False) -> FunctionNetwork:
    """The network whose fields `top` has, each by its rule. Raises ConfigError.

    With `found` there is also what running the function has found, as in a network's JSON.
    """
    top.only((*_FIELDS, *_FOUND) if found else _FIELDS)
    builder = top.text(FIELD)
    if not is_function_name(builder):
        top.broken(FIELD, "package.module:function")
    network = FunctionNetwork(
        name=top.text("name"),
        builder=builder,
        resolution=top.resolution("resolution"),
        classes=top.whole("classes", _CHANNELS),
        depth=top.number("depth", _MULTIPLIER, 1.0),
        width=top.number("width", _MULTIPLIER, 1.0),
    )
    if not found:
        return network
    return replace(
        network,
        input_channels=top.whole("input_channels", _CHANNELS),
        source=_source(top),
        input_dtype=top.text("input_dtype", network.input_dtype, INPUT_TYPES),
        low=top.number("low", FINITE, network.low),
        high=top.number("high", FINITE, network.high),
        outputs=top.text("outputs", LOGITS, (LOGITS, PROBABILITIES)),
    )


def _source(top: Reader) -> tuple[tuple[str, str], ...]:
    """Texts by their names."""
    source = top.child("source")
    if source is None:
        label = top.label("source")
        top.refuse(top.node, f"`{label}` must be fields. There is none", field=label)
    return tuple(sorted((name, source.text(name)) for name in source.fields))


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
