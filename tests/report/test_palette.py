"""Depth, width and resolution have one colour each, on the page and in every picture."""

import ast
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

import scalesearch.report
from scalesearch.report import comparison_picture, page, pareto_picture, sweep_picture, trials_table
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo
from scalesearch.report.cost_figure import cost_figure
from scalesearch.report.palette import DIMENSION_COLOURS, PAIR_COLOURS
from scalesearch.report.pareto import pareto_info
from scalesearch.report.sweep_table import SweepInfo, SweepRow

FILES = sorted(Path(scalesearch.report.__file__).parent.glob("*.py"))
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SURFACES = ("#ffffff", "#1b202a")
"""Of the page, light and dark."""


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [value / 255 for value in _channels(colour)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _drawn(path: Path) -> set[str]:
    """The dimensions whose exact colour is somewhere in the picture."""
    pixels = np.round(255 * imread(path)[..., :3]).astype(int)
    return {
        name
        for name, colour in DIMENSION_COLOURS.items()
        if (pixels == _channels(colour)).all(axis=-1).any()
    }


@pytest.fixture
def info(tmp_path, records):
    # The one that failed is resolution alone.
    whole = [r | {"state": "complete", "val_top1": r["val_top1"] or 0.8} for r in records]
    trials_table.write(tmp_path / "trials.csv", whole)
    return pareto_info(trials_table.summary(trials_table.read(tmp_path / "trials.csv")))


def test_colours_are_written_in_one_module() -> None:
    found = {
        file.name
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and COLOUR.search(str(node.value))
    }
    assert found == {"palette.py"}


def test_every_picture_of_a_dimension_has_its_colour(tmp_path, info) -> None:
    path = tmp_path / "picture.png"
    every = set(DIMENSION_COLOURS)
    pareto_picture.draw_png(info, path)
    assert _drawn(path) == every
    comparison_picture.draw_png(_comparison(), path)
    assert _drawn(path) == every
    sweep_picture.draw_png(_sweep("depth", "width", "resolution"), path)
    assert _drawn(path) == every


def test_lines_of_no_dimension_have_no_dimensions_colour(tmp_path) -> None:
    names = [f"d={place}, r=1" for place in range(len(PAIR_COLOURS))]
    sweep_picture.draw_png(_sweep(*names), tmp_path / "pairs.png")
    assert _drawn(tmp_path / "pairs.png") == set()
    assert len(set(PAIR_COLOURS)) == len(PAIR_COLOURS)


def test_the_page_has_the_same_colours_in_its_bar_and_its_pictures(
    tmp_path, info, records, make_answer
) -> None:
    alone = {
        trace.name.removesuffix(" alone"): trace.marker.color
        for trace in cost_figure(info).data
        if trace.name.endswith(" alone")
    }
    assert alone == DIMENSION_COLOURS
    frame = trials_table.read(tmp_path / "trials.csv")
    page.write(tmp_path / "report.html", frame, make_answer(records), {})
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    css = files(scalesearch.report).joinpath("page.css").read_text(encoding="utf-8")
    for name, colour in DIMENSION_COLOURS.items():
        assert re.findall(rf"--{name}: *([^;]+);", text) == [colour]
        assert f"var(--{name})" in css


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", DIMENSION_COLOURS)
def test_a_dimension_stands_out_from_the_page_light_and_dark(name: str, surface: str) -> None:
    lights = sorted((_luminance(DIMENSION_COLOURS[name]), _luminance(surface)))
    assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 3  # WCAG 2.2, 1.4.11: graphical objects


def _comparison() -> ComparisonInfo:
    def arm(method: str, cost: float, top1: float, less: float | None) -> ArmResult:
        name = method if cost == 1 else f"{method} x{cost:g}"
        ends = (None, None) if less is None else (less - 0.01, less + 0.01)
        return ArmResult(
            name, method, cost, 3, 1.0, None, 1, 1, 1, 9, 64, 10, 10, 10, cost, 9, 1, 1, 64, 10, 10,
            cost, 3, 0, top1, 0.01, (top1,), less, *ends, 2.0, 5, "",
        )  # fmt: skip

    alone = (arm(what, 2, 0.6, 0.02) for what in ("depth", "width", "resolution"))
    arms = (arm("baseline", 1, 0.5, None), *alone, arm("compound", 2, 0.62, None))
    return ComparisonInfo("title", 3, arms)


def _sweep(*names: str) -> SweepInfo:
    def row(line: str, place: int, factor: float) -> SweepRow:
        top1 = 0.5 + 0.03 * factor * (place + 1)
        return SweepRow(
            line, line, factor, 1, 1, 1, 9, 64, 10, 10, factor, 10, 10, 10, factor, 3, 0,
            top1, 0.005, (top1,), "",
        )  # fmt: skip

    rows = tuple(row(name, place, by) for place, name in enumerate(names) for by in (1.0, 2.0, 4.0))
    return SweepInfo("title", 3, False, rows)
