"""Numbers from outside the code: the published tables, pycls's counts, a known grid."""

import csv
import json
import statistics
from dataclasses import replace

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.architecture import Rounding
from scalesearch.core.candidates import PAPER_POINT, Box, box, simplex
from scalesearch.core.cost import by_stage, cost
from scalesearch.core.multipliers import compound
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.official import ROWS
from scalesearch.core.proxies import shrink
from scalesearch.core.scaling import as_published
from tests.places import ROOT

GOLDEN = ROOT / "tests" / "golden"
COMPLEXITY = json.loads((GOLDEN / "complexity.json").read_text())
ENUMERATION = json.loads((GOLDEN / "enumeration.json").read_text())
REALISATION = json.loads((GOLDEN / "realisation.json").read_text())


def _known(name: str) -> TableNetwork:
    """The network that a row of the known counts is about."""
    if name.startswith("efficientnet_"):
        return as_published(load_network("efficientnet_b0"), name).network
    if name == "resnet50_stride_in_1x1":
        return replace(strided_first(load_network("resnet50")), name=name)
    return load_network(name)


def strided_first(network: TableNetwork) -> TableNetwork:
    stages = (replace(row, stride_first=row.block == "bottleneck") for row in network.stages)
    return replace(network, stages=tuple(stages))


@pytest.mark.parametrize("name", sorted(COMPLEXITY.keys() - {"convention"}))
def test_networks_cost_exactly_what_is_known_of_them(name: str) -> None:
    """Every row of the file: B0 to B7, both MobileNets, ResNet-50 with strides in either place."""
    network, row = _known(name), COMPLEXITY[name]
    assert network.name == name
    assert network.resolution.to_json() == row["resolution"]
    assert cost(network)._asdict() == {part: row[part] for part in ("macs", "params", "acts")}


def test_published_multipliers_are_those_of_the_official_code(b0: TableNetwork) -> None:
    with open(GOLDEN / "efficientnet_coefficients.csv", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(ROWS) == 8
    for row in table:
        scaled = as_published(b0, row["model"])
        assert scaled.by.width == float(row["width"])
        assert scaled.by.depth == float(row["depth"])
        assert scaled.network.resolution.to_json() == int(row["resolution"])
        assert scaled.network.dropout == float(row["dropout"])


def test_shipped_baseline_is_table_1(b0: TableNetwork) -> None:
    with open(GOLDEN / "table1_efficientnet_b0.csv", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    size = b0.resolution.to_json()
    for row, stage, part in zip(table, b0.stages, by_stage(b0), strict=False):
        assert stage.block == ("mbconv" if row["operator"] == "mbconv" else "conv")
        assert stage.kernel == int(row["kernel"])
        assert stage.stride == int(row["stride"])
        assert stage.channels == int(row["output_channels"])
        assert (stage.repeats or 1) == int(row["layers"])
        assert stage.expand == float(row["expand_ratio"] or 1)
        assert stage.se == float(row["se_ratio"] or 0)
        if row["stage"] != "1":  # the paper prints the stem's input, then the input of each stage
            assert size == int(row["input_resolution"])
        size = part.resolution.to_json()
    assert len(b0.stages) == len(table)


def test_box_grid_has_the_known_candidates_and_distinct_networks(b0: TableNetwork) -> None:
    known = ENUMERATION["nominal"]
    realised = [b0.realise(compound(c.coefficients, 1)) for c in box(Box(step=0.05))]
    ratios = [each.ratio for each in realised]
    assert len(realised) == known["candidates"]
    assert len({each.network for each in realised}) == known["distinct"]
    assert round(min(ratios), 4) == known["counted_ratio_min"]
    assert round(max(ratios), 4) == known["counted_ratio_max"]
    close = [ratio for ratio in ratios if abs(ratio - 2) < 0.1]
    assert len(close) == known["within_2_plus_minus_0.1_counted"]


def test_box_grid_constrained_on_counted_cost_has_the_known_candidates(b0: TableNetwork) -> None:
    known = ENUMERATION["counted"]
    realised = (
        b0.realise(compound(c.coefficients, 1)) for c in box(Box(step=0.05), constrained=False)
    )
    close = [each.network for each in realised if abs(each.ratio - 2) < 0.1]
    assert len(close) == known["candidates"]
    assert len(set(close)) == known["distinct"]


@pytest.mark.parametrize("rule", ["ceil", "round"])
def test_paper_point_costs_what_each_depth_rule_makes_of_it(b0: TableNetwork, rule: str) -> None:
    known = ENUMERATION["paper_point"]
    coefficients = PAPER_POINT.coefficients
    asked = (coefficients.alpha, coefficients.beta, coefficients.gamma)
    assert asked == (known["alpha"], known["beta"], known["gamma"])
    network = replace(b0, rounding=Rounding(repeats=rule))  # type: ignore[arg-type] # str for Literal
    counted = network.realise(compound(coefficients, 1)).ratio
    assert round(counted, 4) == known[f"counted_ratio_{rule}_depth"]
    assert round(coefficients.nominal, 5) == known["nominal_ratio"]


def _network(b0: TableNetwork, label: str) -> TableNetwork:
    if label.startswith("full size"):
        return b0
    pixels = int(label.split()[1])
    proxy = shrink(b0, resolution=pixels, width=0.5, drop_strides=2, classes=10, channels=3)
    # The reference takes any whole number of pixels.
    return replace(proxy, rounding=replace(proxy.rounding, pixels=1))


@pytest.mark.parametrize("row", REALISATION["rows"], ids=lambda row: row["network"])
def test_equal_cost_reaches_the_known_nearness(b0: TableNetwork, row: dict) -> None:
    """Over the 45 points of the 1/8 simplex: the limits asked for, and the reference's shares."""
    network = _network(b0, row["network"])
    solver = network.budget(2.0)
    pairs = [(point, solver.realise(point.shares)) for point in simplex(0.125)]
    assert len(pairs) == 45
    costs = [abs(realised.ratio / 2 - 1) for _, realised in pairs]
    shares = [realised.shares.distance(point.shares) for point, realised in pairs]  # type: ignore[union-attr]
    assert max(costs) <= (0.03 if network is b0 else 0.02)
    assert max(shares) <= row["share_error_max"] + 0.0005  # the reference is rounded
    assert statistics.median(costs) <= 0.0022
    assert statistics.median(shares) <= row["share_error_median"] + 0.0005
    assert len({realised.network for _, realised in pairs}) >= row["distinct"]


def test_published_params_are_kept_by_a_change_of_resolution_alone(b0: TableNetwork) -> None:
    assert cost(replace(b0, resolution=448)).params == COMPLEXITY["efficientnet_b0"]["params"]
