"""Baselines and scaled networks as YAML tables, one row a stage."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, replace
from pathlib import Path
from typing import Any, cast, get_args

from scalesearch.config.fields import RATE, SHARE, Reader, Rule, at_least, between, read
from scalesearch.config.yaml_writer import document
from scalesearch.core.architecture import Padding, Repeats, Rounding, Stage
from scalesearch.core.blocks import BLOCKS
from scalesearch.core.limits import BLOCKS as MOST_BLOCKS
from scalesearch.core.limits import CHANNELS
from scalesearch.core.network_table import TableNetwork
from scalesearch.errors import ConfigError
from scalesearch.files.whole_files import write_whole

ACTIVATIONS = ("swish", "relu", "relu6", "gelu")
PROVENANCE = "scaled_from"
"""The field under which a written network says what it was scaled from. Readers skip it."""

_HEADER = (
    "name", "source", "resolution", "classes", "input_channels", "activation", "dropout",
    "drop_connect", "padding", "conv_bias", "norm_epsilon", "rounding", "stages", PROVENANCE,
)  # fmt: skip
_ROW = ("block", "kernel", "stride")
_SIZED = ("channels", "repeats")
"""Fields of every block kind but those that pass channels on."""
_LACKING = {"channels": 0} | {
    each.name: each.default for each in fields(Stage) if each.default is not MISSING
}
"""What a stage holds under a field that its block does not have."""

_SELDOM = ("padding", "conv_bias", "norm_epsilon")
"""Fields that a file has only where they are not at their defaults."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_STAGES = "a list of stages, one row each"
_CHANNELS = between(1, CHANNELS)
_ODD = Rule("an odd whole number from 1 to 99", lambda value: 1 <= value <= 99 and value % 2 == 1)
_REPEATS = between(1, MOST_BLOCKS)
_FACTOR = Rule("a number above 0, at most 100", lambda value: 0 < value <= 100)
_EPSILON = Rule("a number above 0, at most 1", lambda value: 0 < value <= 1)


def read_network(path: Path | str) -> TableNetwork:
    """The network in the file at `path`.

    Raises ConfigError with file, line, field, rule and value where the file is no such table.
    """
    return table_of(read(path))


def table_of(top: Reader, *, spelt_out: bool = False) -> TableNetwork:
    """The network whose fields `top` has, each by its rule. Raises ConfigError as `read_network`.

    Where the values are `spelt_out`, as a network's JSON is, a row may hold fields that its block
    does not have, at what a stage holds there.
    """
    top.only(_HEADER)
    top.text("source", None)
    name = top.text("name")
    if not _NAME.fullmatch(name):
        top.broken("name", "letters, digits, `_`, `.` and `-`, at most 100, no path")
    network = TableNetwork(
        name=name,
        stages=(),
        resolution=top.resolution("resolution"),
        classes=top.whole("classes", _CHANNELS),
        input_channels=top.whole("input_channels", _CHANNELS, 3),
        activation=top.text("activation", "swish", ACTIVATIONS),
        dropout=top.number("dropout", RATE, 0.0),
        drop_connect=top.number("drop_connect", RATE, 0.0),
        rounding=_rounding(top.child("rounding")),
        padding=cast(Padding, top.text("padding", "same", get_args(Padding))),
        conv_bias=top.flag("conv_bias", False),
        norm_epsilon=top.number("norm_epsilon", _EPSILON, 1e-3),
    )
    table, label = top.fields.get("stages"), top.label("stages")
    all_stages = f"`{label}`"
    if table and table.value == ():
        top.refuse(table, f"{all_stages} must be {_STAGES}. Got an empty list", field=label)
    rows = top.rows("stages", _STAGES)
    stages = tuple(_stage(row, spelt_out) for row in rows)
    lengthened = sum(stage.repeats is not None for stage in stages)
    if (given := network.rounding.proportions) and len(given) != lengthened:
        top.broken("rounding", f"{lengthened} `proportions`, one for each stage of blocks")
    if table and not any(stage.channels for stage in stages):
        passing = " and ".join(name for name, kind in BLOCKS.items() if kind.passing)
        top.refuse(
            table,
            f"{all_stages} must have at least one convolution, of any block but {passing}. "
            f"Got {passing} alone",
            table.key_line,
            label,
        )
    total = sum(stage.repeats or 1 for stage in stages)
    if total > MOST_BLOCKS:
        most = f"{all_stages} must have at most {MOST_BLOCKS:,} blocks in all"
        top.refuse(None, f"{most}. Got {total:,}", field=label)
    inputs = network.input_channels
    for row, stage in zip(rows, stages, strict=True):
        outputs = stage.channels or inputs
        for name, channels, factor in (
            ("expand", min(inputs, outputs), stage.expand),
            ("inner", outputs, stage.inner),
        ):
            if int(channels * factor) < 1:
                row.broken(name, f"large enough to leave a channel of {channels}")
        inputs = outputs
    return replace(network, stages=stages)


def write_network(network: TableNetwork, path: Path | str, extra: Mapping[str, Any]) -> None:
    """Write `network` whole, as a file that `read_network` reads back equal.

    `extra` (plain values, such as phi and the coefficients) goes under `scaled_from`. Raises
    ConfigError where the file cannot be written.
    """
    values: dict[str, Any] = {
        "name": network.name,
        "resolution": network.resolution.to_json(),
        "classes": network.classes,
        "input_channels": network.input_channels,
        "activation": network.activation,
        "dropout": network.dropout,
        "drop_connect": network.drop_connect,
    }
    for field in fields(network):
        if field.name in _SELDOM and getattr(network, field.name) != field.default:
            values[field.name] = getattr(network, field.name)
    if network.rounding != Rounding():
        values["rounding"] = rounding = asdict(network.rounding)
        if not rounding["proportions"]:
            del rounding["proportions"]
    values["stages"] = [_row(stage) for stage in network.stages]
    if extra:
        values[PROVENANCE] = extra
    write_whole(path, document(values).encode("utf-8"), ConfigError)


def was_scaled(path: Path) -> bool:
    """Whether the file at `path` is a table that says it was written by scaling."""
    try:
        return PROVENANCE in read(path)
    except ConfigError:
        return False


def _stage(row: Reader, spelt_out: bool) -> Stage:
    block = row.text("block", choices=BLOCKS)
    own = BLOCKS[block].fields
    sized = () if BLOCKS[block].passing else _SIZED
    known = (*_ROW, *sized, *own)
    passed_over = [
        name
        for name, nothing in _LACKING.items()
        if spelt_out and name in row and name not in known and row.fields[name].value == nothing
    ]
    for name in dict.fromkeys(name for kind in BLOCKS.values() for name in kind.fields):
        if name in row and name not in known and name not in passed_over:
            having = " and ".join(each for each, kind in BLOCKS.items() if name in kind.fields)
            label = row.label(name)
            row.refuse(
                row.fields[name],
                f"`{label}` belongs to block {having}. Here the block is {block}",
                field=label,
            )
    row.only((*known, *passed_over))
    return Stage(
        block=block,
        kernel=row.whole("kernel", _ODD),
        stride=row.whole("stride", between(1, 100)),
        channels=row.whole("channels", _CHANNELS) if sized else 0,
        repeats=row.whole("repeats", _REPEATS, None) if sized else None,
        expand=row.number("expand", _FACTOR) if "expand" in own else 1.0,
        se=row.number("se", SHARE, 0.0) if "se" in own else 0.0,
        inner=row.number("inner", _FACTOR) if "inner" in own else 1.0,
        stride_first=row.flag("stride_first", False) if "stride_first" in own else False,
    )


def _rounding(reader: Reader | None) -> Rounding:
    if reader is None:
        return Rounding()
    reader.only(("channels", "repeats", "fixed_stem", "fixed_head", "pixels", "proportions"))
    return Rounding(
        channels=reader.whole("channels", at_least(1), 8),
        repeats=cast(Repeats, reader.text("repeats", "ceil", get_args(Repeats))),
        fixed_stem=reader.flag("fixed_stem", False),
        fixed_head=reader.flag("fixed_head", False),
        pixels=reader.whole("pixels", at_least(1), 1),
        proportions=_proportions(reader),
    )


def _proportions(reader: Reader) -> tuple[int, ...]:
    if "proportions" not in reader:
        return ()
    found = reader.fields["proportions"].plain()
    if not isinstance(found, list) or not all(type(each) is int and each > 0 for each in found):
        reader.broken(
            "proportions", "a list of whole numbers above 0, one for each stage of blocks"
        )
    return tuple(found)


def _row(stage: Stage) -> dict[str, Any]:
    """The fields of one row, without those that its block kind does not have."""
    row = {"block": stage.block, "kernel": stage.kernel, "stride": stage.stride}
    if not BLOCKS[stage.block].passing:
        row["channels"] = stage.channels
    if stage.repeats is not None:
        row["repeats"] = stage.repeats
    return row | {name: getattr(stage, name) for name in BLOCKS[stage.block].fields}
