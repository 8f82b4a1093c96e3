"""Networks out of a study's settings, field by field: the file may be damaged or foreign."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from scalesearch.config.fields import FINITE, RATE, SHARE, Reader, Rule, at_least, between
from scalesearch.config.function_files import FIELD, is_function_name
from scalesearch.config.network_files import ACTIVATIONS
from scalesearch.config.yaml_nodes import Node
from scalesearch.core.architecture import Stage
from scalesearch.core.blocks import BLOCKS
from scalesearch.core.function_network import (
    INPUT_TYPES,
    LOGITS,
    PROBABILITIES,
    STORED,
    Network,
    network_from_json,
)
from scalesearch.core.limits import BLOCKS as MOST_BLOCKS
from scalesearch.core.limits import CHANNELS
from scalesearch.core.network_table import TableNetwork
from scalesearch.errors import ConfigError

_CHANNELS = between(1, CHANNELS)
_FACTOR = Rule("a number above 0, at most 10000", lambda value: 0 < value <= 10_000)


def stored_network(values: Any, name: str) -> Network:
    """The network that `to_json` made these values of; `name` stands for its place in errors.

    Raises ConfigError where they are of no network that could be counted or built.
    """
    top = Reader(_node(values), name)
    if FIELD in top:
        _check_built(top)
    else:
        _check_table(top)
    return network_from_json(values)


def _check_built(top: Reader) -> None:
    top.only(STORED)
    top.text("name")
    if not is_function_name(top.text(FIELD)):
        top.broken(FIELD, "package.module:function")
    _check_sizes(top)
    for name in ("depth", "width"):
        top.number(name, _FACTOR)
    top.text("input_dtype", "float32", INPUT_TYPES)
    for name in ("low", "high"):
        top.number(name, FINITE, 0.0)
    top.text("outputs", LOGITS, (LOGITS, PROBABILITIES))
    source = top.child("source")
    if source is None:
        top.refuse(top.node, "`source` must be fields. There is none")
    for name in source.fields:
        source.text(name)


def _check_table(top: Reader) -> None:
    top.only(field.name for field in fields(TableNetwork))
    top.text("name")
    _check_sizes(top)
    top.text("activation", choices=ACTIVATIONS)
    top.text("padding", "same", ("same", "symmetric"))
    top.flag("conv_bias", False)
    top.number("norm_epsilon", SHARE, 1e-3)
    for name in ("dropout", "drop_connect"):
        top.number(name, RATE)
    rounding = top.child("rounding")
    if rounding is None:
        top.refuse(top.node, "`rounding` must be fields. There is none")
    rounding.only(("channels", "repeats", "fixed_stem", "fixed_head"))
    rounding.whole("channels", at_least(1))
    rounding.text("repeats", choices=("ceil", "round", "balanced"))
    for name in ("fixed_stem", "fixed_head"):
        rounding.flag(name)
    rows = top.rows("stages", "a list of stages")
    blocks = sum(_checked_blocks(row) for row in rows)
    if blocks > MOST_BLOCKS:
        raise ConfigError(f"{top.path}: `stages` must have at most {MOST_BLOCKS:,} blocks.")


def _checked_blocks(row: Reader) -> int:
    """How many blocks a stage has, all its fields looked at."""
    row.only(field.name for field in fields(Stage))
    passing = row.text("block", choices=BLOCKS) == "max_pool"
    for name in ("kernel", "stride"):
        row.whole(name, between(1, 100))
    row.whole("channels", between(0, 0) if passing else _CHANNELS)
    for name in ("expand", "inner"):
        row.number(name, _FACTOR, 1.0)
    row.number("se", SHARE, 0.0)
    row.flag("stride_first", False)
    return row.whole("repeats", between(1, MOST_BLOCKS), None) or 1


def _check_sizes(top: Reader) -> None:
    top.resolution("resolution")
    for name in ("classes", "input_channels"):
        top.whole(name, _CHANNELS)


def _node(value: Any) -> Node:
    """Plain JSON values as nodes, which all stand in line 1."""
    if isinstance(value, Mapping):
        return Node({name: _node(each) for name, each in value.items()}, 1)
    if isinstance(value, list | tuple):
        return Node(tuple(map(_node, value)), 1)
    return Node(value, 1)
