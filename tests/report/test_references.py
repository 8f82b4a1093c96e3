"""Published networks: the paper's figures and ratios, on axes and in a section of their own."""

import csv
import json
import math
import re

import pandas as pd
import pytest
from matplotlib.image import imread

from scalesearch.core.quantities import TIMES
from scalesearch.errors import ConfigError
from scalesearch.report import page, trials_table
from scalesearch.report.pareto import pareto_info
from scalesearch.report.pareto_picture import draw_png
from scalesearch.report.references import references_info
from scalesearch.report.references_page import label_places, references_figures, times
from tests.places import shared

PAPER = {
    "ResNet-50": ("4.9", "11"), "DenseNet-169": ("2.6", "8.9"), "ResNet-152": ("7.6", "16"),
    "DenseNet-264": ("4.3", "8.6"), "Inception-v3": ("3.0", "8.1"), "Xception": ("3.0", "12"),
    "Inception-v4": ("5.2", "13"), "ResNeXt-101": ("7.0", "18"), "SENet": ("7.7", "10"),
    "NASNet-A": ("4.7", "5.7"), "AmoebaNet-C": ("5.2", "4.1"),
}  # fmt: skip
"""Ratios of parameters and of FLOPS as table 2 prints them, of figures before their rounding."""


@pytest.fixture(scope="module")
def info():
    return references_info("imagenet")


def test_all_24_networks_are_there_in_8_groups_each_led_by_its_efficientnet(info):
    assert len(info.models) == 24
    assert [model.label for model in info.family] == [f"B{index}" for index in range(8)]
    for group in {model.group for model in info.models}:
        first, *rest = (model for model in info.models if model.group == group)
        assert first.leads
        assert (first.params_ratio, first.macs_ratio) == (1, 1)
        assert not any(model.leads for model in rest)


def test_the_shipped_table_is_the_reference(info):
    table = shared("reference/table2_imagenet.csv")
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    assert [row["model"] for row in rows] == [model.name for model in info.models]
    for row, model in zip(rows, info.models, strict=True):
        assert (model.top1, model.top5) == (float(row["top1_percent"]), float(row["top5_percent"]))
        assert model.params_millions == float(row["params_millions"])
        printed = row["macs_billions"]
        assert model.macs_billions == (float(printed) if printed else None)


@pytest.mark.parametrize("name", PAPER)
def test_ratios_are_the_papers_within_their_rounding(info, name):
    model = next(model for model in info.models if model.name == name)
    params, macs = map(float, PAPER[name])
    assert model.params_ratio == pytest.approx(params, rel=0.04)
    assert model.macs_ratio == pytest.approx(macs, rel=0.06)


def test_gpipe_has_8_times_the_parameters_and_no_macs(info):
    gpipe = next(model for model in info.models if model.name == "GPipe")
    assert times(gpipe.params_ratio) == f"8.4{TIMES}"
    assert gpipe.macs_billions is gpipe.macs_ratio is None


def test_an_unknown_table_is_refused():
    with pytest.raises(ConfigError, match=r"must be imagenet\. Got 'imagenet1k'"):
        references_info("imagenet1k")


def test_the_figures_hold_every_network_at_its_own_place(info):
    figures = references_figures(info)
    sizes = {"published-params": "params_millions", "published-macs": "macs_billions"}
    for name, size in sizes.items():
        drawn = {
            label: (x, y)
            for trace in figures[name].data
            for label, x, y in zip(trace.text, trace.x, trace.y, strict=True)
        }
        expected = {m.label: (getattr(m, size), m.top1) for m in info.models if getattr(m, size)}
        assert drawn == expected
        low, high = figures[name].layout.xaxis.range
        assert all(10**low < x < 10**high for x, _ in drawn.values())
    assert len(expected) == 23


def test_near_points_are_labelled_away_from_each_other():
    three = label_places([(1.93, 82.9), (1.94, 82.8), (1.95, 82.7), (2.16, 82.7)])
    assert three == ["top left", "middle left", "bottom left", "middle right"]
    assert label_places([(0, 70), (1, 80)]) == ["middle right", "middle right"]


def test_the_picture_keeps_the_study_and_has_the_references_below(tmp_path, records, info):
    summary = trials_table.summary(pd.DataFrame(records).astype({"val_top1": "float64"}))
    study = pareto_info(summary, named="d1 w1 r3 /5")
    draw_png(study, tmp_path / "alone.png", "a study")
    draw_png(study, tmp_path / "both.png", "a study", info)
    alone, both = imread(tmp_path / "alone.png"), imread(tmp_path / "both.png")
    assert alone.shape[:2] == (930, 1950)
    assert both.shape[0] > 1800
    assert (both[:930] == alone).all()
    assert b"Software" not in (tmp_path / "both.png").read_bytes()


def test_the_page_has_a_section_of_its_own_that_says_what_it_does_not_compare(
    tmp_path, records, info
):
    trials_table.write(tmp_path / "trials.csv", records)
    frame = trials_table.read(tmp_path / "trials.csv")
    page.write(tmp_path / "with.html", frame, None, {}, info)
    page.write(tmp_path / "without.html", frame, None, {})
    text = (tmp_path / "with.html").read_text(encoding="utf-8")
    section = text[text.index("Published networks on ImageNet") : text.index("<h2>Settings")]
    assert "do not compare" in section
    assert "arXiv 1905.11946" in section
    for model in info.models:
        assert f">{model.name}</th>" in section
    assert section.count("<tr") == 1 + 24
    for name in ("published-params", "published-macs"):
        assert f'id="{name}"' in section
        data = re.search(rf'id="{name}-figure">(.*?)</script>', text)
        assert data
        values = [x for trace in json.loads(data[1])["data"] for x in trace["x"]]
        assert all(math.isfinite(x) for x in values)
    assert (
        "Published"
        not in (tmp_path / "without.html")
        .read_text(encoding="utf-8")
        .split('<script type="text/javascript"')[0]
    )
