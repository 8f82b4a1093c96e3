"""Baselines as tables: read, refused, written, read again."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from scalesearch.config.network_files import read_network, was_scaled, write_network
from scalesearch.config.shipped_files import load_network
from scalesearch.core.architecture import Rounding, Stage
from scalesearch.core.blocks import blocks
from scalesearch.core.multipliers import PAPER, compound, scale
from scalesearch.core.network_table import TableNetwork
from scalesearch.errors import ConfigError

MINE = """\
name: mine
resolution: 32
classes: 10
activation: relu
dropout: 0.1
stages:
  - {block: conv, kernel: 3, stride: 1, channels: 16}
  - {block: mbconv, kernel: 3, stride: 2, channels: 24, repeats: 2, expand: 6, se: 0.25}
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_becomes_a_network(tmp_path: Path) -> None:
    assert read_network(_file(tmp_path, MINE)) == TableNetwork(
        name="mine",
        stages=(
            Stage("conv", 3, 1, 16),
            Stage("mbconv", 3, 2, 24, repeats=2, expand=6.0, se=0.25),
        ),
        resolution=32,
        classes=10,
        activation="relu",
        dropout=0.1,
    )


def test_rounding_and_input_channels_are_options_of_the_file(tmp_path: Path) -> None:
    text = (
        MINE + "input_channels: 1\nrounding: {channels: 1, repeats: balanced, fixed_stem: true}\n"
    )
    network = read_network(_file(tmp_path, text))
    assert network.input_channels == 1
    assert network.rounding == Rounding(1, "balanced", fixed_stem=True)


KERNEL = "kernel: 3, stride: 2"
STEM = "  - {block: conv, kernel: 3, stride: 1, channels: 16}"
STAGES = MINE[MINE.index("stages:") :]
BAD = [  # what is replaced, by what, the line that is named, what is said
    ("resolution: 32", "resolution: 0", 2, "such as 224x160, each from 1 to 16,384. Got 0"),
    ("resolution: 32", "resolution: 32.5", 2, "`resolution` must be whole pixels a side"),
    ("resolution: 32", "resolution: 32.0", 2, "`resolution` must be whole pixels a side"),
    ("resolution: 32", "resolution: true", 2, "Got true"),
    ("resolution: 32", "resolution: '32'", 2, "Got '32'"),
    ("resolution: 32", "resolution: 99999999", 2, "Got 99999999"),
    ("resolution: 32", "resolution:", 2, "Got nothing"),
    ("resolution: 32", "resolution: [32]", 2, "Got a list"),
    ("classes: 10", "classes: -1", 3, "`classes` must be"),
    ("classes: 10\n", "", 1, "the file needs a field `classes`"),
    ("activation: relu", "activation: swisch", 4, "Got 'swisch' (nearest: swish)"),
    ("activation: relu", "activation: 3", 4, "Got 3"),
    ("dropout: 0.1", "dropout: 1.0", 5, "`dropout` must be a number from 0 to under 1. Got 1.0"),
    ("dropout: 0.1", "dropout: -0.1", 5, "`dropout` must be"),
    ("dropout: 0.1", "dropout: .nan", 5, "Got nan"),
    ("dropout: 0.1", "dropout: .inf", 5, "Got inf"),
    ("dropout: 0.1", "dropout: nan", 5, "Got 'nan'"),
    ("dropout: 0.1", "dropout: false", 5, "Got false"),
    ("dropout: 0.1", "dropuot: 0.1", 5, "`dropuot` is not a known field (nearest: dropout"),
    ("name: mine", "name: ../mine", 1, "`name` must be letters"),
    ("name: mine", "name: 7", 1, "`name` must be text. Got 7"),
    ("name: mine", "name: ''", 1, "`name` must be text"),
    (KERNEL, "kernel: three, stride: 2", 8, "an odd whole number from 1 to 99. Got 'three'"),
    (KERNEL, "kernel: 4, stride: 2", 8, "Got 4"),
    (KERNEL, "kernel: 0, stride: 2", 8, "Got 0"),
    (KERNEL, "kernel: -1, stride: 2", 8, "Got -1"),
    (KERNEL, "kernal: 3, stride: 2", 8, "`stages[1].kernal` is not a known field (nearest: kernel"),
    (KERNEL, "stride: 2", 8, "`stages[1]` needs a field `kernel`"),
    ("stride: 2", "stride: 0", 8, "`stages[1].stride`"),
    ("channels: 24", "channels: 0", 8, "`stages[1].channels`"),
    ("channels: 24", "channels: 24.0", 8, "`stages[1].channels`"),
    ("repeats: 2", "repeats: 0", 8, "`stages[1].repeats`"),
    ("repeats: 2", "repeats: 1000000000", 8, "`stages[1].repeats`"),
    ("repeats: 2", "repeats: yes", 8, "Got 'yes'"),
    ("expand: 6", "expand: 0", 8, "`stages[1].expand` must be a number above 0"),
    ("expand: 6", "expand: -6", 8, "`stages[1].expand`"),
    ("expand: 6", "expand: 0.01", 8, "`stages[1].expand` must be large enough"),
    ("block: mbconv", "op: mbconv", 8, "mbconv, bottleneck. It has `op`, which must be renamed."),
    (", expand: 6", "", 8, "`stages[1]` needs a field `expand`"),
    ("se: 0.25", "se: 1.5", 8, "`stages[1].se` must be a number from 0 to 1. Got 1.5"),
    ("se: 0.25", "se: -0.1", 8, "`stages[1].se`"),
    ("block: mbconv", "block: mbcon", 8, "bottleneck. Got 'mbcon' (nearest: mbconv"),
    ("block: mbconv", "block: conv", 8, "belongs to block mbconv"),
    (STEM, "  - conv", 7, "`stages[0]` must be fields"),
    (STAGES, "stages: []\n", 6, "a list of stages, one row each. Got an empty list"),
    (
        STAGES,
        "stages:\n  - {block: max_pool, kernel: 3, stride: 2}\n",
        6,
        "must have at least one convolution, of any block but max_pool. Got max_pool alone",
    ),
    (STAGES, "stages: {a: 1}\n", 6, "Got fields"),
    (STAGES, "", 1, "the file needs a field `stages`"),
    ("dropout: 0.1", "padding: valid", 5, "one of same, symmetric. Got 'valid'"),
    ("dropout: 0.1", "padding: 1", 5, "`padding` must be one of same, symmetric. Got 1"),
    ("dropout: 0.1", "conv_bias: 1", 5, "`conv_bias` must be true or false. Got 1"),
    ("dropout: 0.1", "norm_epsilon: 0", 5, "must be a number above 0, at most 1. Got 0"),
    ("dropout: 0.1", "norm_epsilon: -0.001", 5, "`norm_epsilon` must be"),
    ("dropout: 0.1", "norm_epsilon: .nan", 5, "`norm_epsilon` must be"),
    ("dropout: 0.1", "norm_epsilom: 0.1", 5, "not a known field (nearest: norm_epsilon"),
    ("dropout: 0.1", "rounding: {channels: 0}", 5, "`rounding.channels`"),
    ("dropout: 0.1", "rounding: {repeats: up}", 5, "one of ceil, round, balanced"),
    ("dropout: 0.1", "rounding: {fixed_stem: 1}", 5, "`rounding.fixed_stem` must be true or false"),
    ("dropout: 0.1", "rounding: ceil", 5, "`rounding` must be fields"),
    (MINE, "- 1\n- 2\n", 1, "the file must hold fields"),
    (MINE, "just words\n", 1, "the file must hold fields"),
]  # fmt: skip


ROW = MINE.splitlines()[-1]
BAD += [
    (ROW, f"  - {{{row}}}", 8, said)
    for row, said in (
        (
            "block: max_pool, kernel: 3, stride: 2, channels: 16",
            "`stages[1].channels` is not a kno",
        ),
        ("block: max_pool, kernel: 3, stride: 2, repeats: 2", "`stages[1].repeats` is not a known"),
        ("block: max_pool, kernel: 2, stride: 2", "an odd whole number from 1 to 99. Got 2"),
        ("block: max_pool, kernel: 3", "`stages[1]` needs a field `stride`"),
        ("block: max_pool, kernel: 3, stride: 2, inner: 1", "belongs to block bottleneck. Here"),
        ("block: separable, kernel: 3, stride: 2", "`stages[1]` needs a field `channels`"),
        ("block: separable, kernel: 3, stride: 2, channels: 8, se: 0.1", "belongs to block mbconv"),
        ("block: bottleneck, kernel: 3, stride: 2, channels: 8", "needs a field `inner`"),
        (
            "block: bottleneck, kernel: 3, stride: 2, channels: 8, expand: 2",
            "to block mbconv. Here",
        ),
        (
            "block: bottleneck, kernel: 3, stride: 1, channels: 8, inner: 0",
            "a number above 0, at mo",
        ),
        ("block: bottleneck, kernel: 3, stride: 1, channels: 8, inner: 101", "Got 101"),
        (
            "block: bottleneck, kernel: 3, stride: 1, channels: 8, inner: 0.1",
            "`stages[1].inner` must be large enough to leave a channel of 8. Got 0.1",
        ),
        (
            "block: bottleneck, kernel: 3, stride: 1, channels: 8, inner: 0.5, stride_first: 1",
            "`stages[1].stride_first` must be true or false. Got 1",
        ),
        (
            "block: mbconv, kernel: 3, stride: 1, channels: 8, expand: 2, stride_first: true",
            "`stages[1].stride_first` belongs to block bottleneck. Here the block is mbconv",
        ),
    )
]


@pytest.mark.parametrize(("old", "new", "line", "said"), BAD, ids=[b[1][-40:] for b in BAD])
def test_impossible_tables_are_refused_with_file_line_field_rule_and_value(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in MINE
    path = _file(tmp_path, MINE.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_network(path)
    assert str(caught.value).startswith(f"{path}, line {line}: ")
    assert said in str(caught.value)
    assert str(caught.value).endswith(".")


RESIDUAL = """\
name: mine
resolution: 32
classes: 10
activation: relu
padding: symmetric
conv_bias: true
norm_epsilon: 0.00001001
stages:
  - {block: conv, kernel: 7, stride: 2, channels: 16}
  - {block: max_pool, kernel: 3, stride: 2}
  - {block: separable, kernel: 5, stride: 1, channels: 24, repeats: 2}
  - {block: bottleneck, kernel: 3, stride: 2, channels: 32, repeats: 2, inner: 0.25}
  - {block: bottleneck, kernel: 3, stride: 2, channels: 32, inner: 2, stride_first: true}
"""


def test_every_block_kind_and_option_has_its_place_in_a_table(tmp_path: Path) -> None:
    assert read_network(_file(tmp_path, RESIDUAL)) == TableNetwork(
        name="mine",
        stages=(
            Stage("conv", 7, 2, 16),
            Stage("max_pool", 3, 2, 0),
            Stage("separable", 5, 1, 24, repeats=2),
            Stage("bottleneck", 3, 2, 32, repeats=2, inner=0.25),
            Stage("bottleneck", 3, 2, 32, inner=2.0, stride_first=True),
        ),
        resolution=32,
        classes=10,
        activation="relu",
        padding="symmetric",
        conv_bias=True,
        norm_epsilon=1.001e-5,
    )


@pytest.mark.parametrize("name", ["mobilenet_v1", "mobilenet_v2", "resnet50", "mine"])
@pytest.mark.parametrize("phi", [0, 2, -2])
def test_other_baselines_written_read_back_equal(tmp_path: Path, name: str, phi: int) -> None:
    own = _file(tmp_path, RESIDUAL)
    network = scale(load_network(str(own) if name == "mine" else name), compound(PAPER, phi))
    write_network(network, tmp_path / "scaled.yaml", {"phi": phi})
    assert read_network(tmp_path / "scaled.yaml") == network
    assert TableNetwork.from_json(network.to_json()) == network


def test_a_written_table_says_nothing_of_options_that_it_does_not_use(tmp_path: Path) -> None:
    write_network(load_network("efficientnet_b0"), tmp_path / "x.yaml", {})
    values = yaml.safe_load((tmp_path / "x.yaml").read_text())
    assert not {"padding", "conv_bias", "norm_epsilon"} & set(values)
    assert not {"inner", "stride_first"} & {name for row in values["stages"] for name in row}


def test_more_blocks_than_can_be_counted_are_refused(tmp_path: Path) -> None:
    row = "  - {block: mbconv, kernel: 3, stride: 1, channels: 8, repeats: 9000, expand: 1}\n"
    with pytest.raises(ConfigError, match=r"at most 10,000 blocks in all. Got 18,00"):
        read_network(_file(tmp_path, MINE + row * 2))


@pytest.mark.parametrize("phi", [0, 1, 3, -2])
@pytest.mark.parametrize(
    "rounding", [Rounding(), Rounding(1, "balanced"), Rounding(4, "round", True, True)]
)
def test_a_written_network_reads_back_equal(tmp_path: Path, phi: float, rounding: Rounding) -> None:
    baseline = replace(load_network("efficientnet_b0"), rounding=rounding)
    network = scale(baseline, compound(PAPER, phi))
    path = tmp_path / "deep" / "scaled.yaml"
    write_network(network, path, {"phi": phi, "multipliers": {"depth": 1.5}, "alpha": None})
    assert read_network(path) == network
    assert was_scaled(path)
    assert blocks(read_network(path)) == blocks(network)
    assert list(path.parent.iterdir()) == [path]
    assert yaml.safe_load(path.read_text())["scaled_from"]["phi"] == phi


def test_a_name_that_looks_like_a_number_survives(tmp_path: Path) -> None:
    network = replace(load_network("efficientnet_b0"), name="1e5")
    write_network(network, tmp_path / "x.yaml", {})
    assert read_network(tmp_path / "x.yaml") == network
    assert not was_scaled(tmp_path / "x.yaml")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    network = load_network("efficientnet_b0")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_network(network, tmp_path / "file" / "x.yaml", {})
