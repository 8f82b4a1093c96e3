"""Any trials.csv or coefficients.yaml is drawn or refused, and no table holds a formula."""

import csv
import json
import math
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalesearch.config.answer_file import read_answer
from scalesearch.config.coefficients import write_coefficients
from scalesearch.report import (
    answer_text,
    page,
    pareto_picture,
    references,
    trials_table,
)
from scalesearch.report.comparison_table import ArmResult, write_rows
from scalesearch.report.pareto import pareto_info
from scalesearch.report.published_comparisons import Published
from scalesearch.report.published_comparisons import write as write_published
from scalesearch.report.sweep_table import SweepRow
from scalesearch.report.trial_columns import COLUMNS
from tests.malformations import spoilt
from tests.refusals import tried
from tests.report.surfaces import surface_of_answer

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
FORMULAS = (
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '"=1',
    " =1",
    "\uff1d1",
)
CELLS = st.text(max_size=12) | st.sampled_from(
    [*FORMULAS, "", "0", "-1", "-0.5", "nan", "inf", "1e999", "1e308", "9" * 18, "9" * 19, "9" * 30,
     "failed", "complete", "baseline", "candidate", "x; y", "<b>", "\x00", "\u0663"]
)  # fmt: skip


def _drawn(path: Path, folder: Path) -> int:
    """What `report` does with a table; how many points were drawn."""
    frame = trials_table.read(path)
    info = pareto_info(trials_table.summary(frame))
    page.write(folder / "report.html", frame, None, {})
    return len(info.points)


@FEW
@given(st.data())
def test_a_table_with_any_cell_changed_is_drawn_or_refused(
    tmp_path: Path, records: list, data: st.DataObject
) -> None:
    path = tmp_path / "trials.csv"
    trials_table.write(path, records[:8])
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.integers(0, len(rows) - 1))
        rows[row][data.draw(st.integers(0, len(COLUMNS) - 1))] = data.draw(CELLS)
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows(rows)
    points, said = tried(_drawn, path, tmp_path)
    assert said or points <= 8


@pytest.mark.parametrize("number", range(40))
def test_a_spoilt_table_is_drawn_or_refused(tmp_path: Path, records: list, number: int) -> None:
    path = tmp_path / "trials.csv"
    trials_table.write(path, records[:6])
    path.write_bytes(spoilt(path.read_bytes(), Random(number)))
    tried(_drawn, path, tmp_path)


@pytest.mark.parametrize("shares", [(0, 0, 0), (-1, -2, -3), (1e12, 1e12, -1e12)])
def test_shares_that_no_search_gives_are_drawn(
    tmp_path: Path, records: list, shares: tuple
) -> None:
    names = [f"proxy_share_{what}" for what in ("depth", "width", "resolution")]
    changed = [
        row | dict(zip(names, shares, strict=True)) if row["role"] == "candidate" else row
        for row in records
    ]
    trials_table.write(tmp_path / "trials.csv", changed)
    assert _drawn(tmp_path / "trials.csv", tmp_path)
    info = pareto_info(trials_table.summary(trials_table.read(tmp_path / "trials.csv")))
    pareto_picture.draw_png(info, tmp_path / "pareto.png", "$x_{ <b> \\frac$")


@FEW
@given(st.data())
def test_an_answer_with_any_part_changed_is_put_in_words_or_refused(
    tmp_path: Path, records: list, make_coefficients: Any, data: st.DataObject
) -> None:
    values = make_coefficients(records)
    name = data.draw(st.sampled_from(sorted(values)))
    plain = st.none() | st.booleans() | st.text(max_size=9) | st.integers(-(10**17), 10**17)
    plain |= st.floats(allow_nan=False, allow_infinity=False)
    new = data.draw(plain | st.lists(plain, max_size=3) | st.dictionaries(st.text(), plain))
    inner = values[name]
    if isinstance(inner, dict) and data.draw(st.booleans()):
        new = inner | {data.draw(st.sampled_from(sorted(inner))): new}
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, values | {name: new})
    found, said = tried(read_answer, path)
    if said:
        assert str(path) in said
        return
    assert all(isinstance(text, str) for text in answer_text.answer(found))
    trials_table.write(tmp_path / "trials.csv", records[:4])
    frame, surface = trials_table.read(tmp_path / "trials.csv"), surface_of_answer(found)
    page.write(tmp_path / "r.html", frame, found, {}, surface=surface)
    info = pareto_info(trials_table.summary(frame))
    pareto_picture.draw_png(info, tmp_path / "pareto.png", "", None, surface, found)
    json.dumps(found.to_json(), allow_nan=False)


@given(st.text(max_size=200) | st.lists(CELLS, min_size=7, max_size=7).map(",".join))
def test_any_table_of_published_networks_is_read_or_refused(text: str) -> None:
    header = "model,published,top1_percent,top5_percent,params_millions,macs_billions,group\n"
    good = "EfficientNet-B0,Tan,77.3,93.5,5.3,0.39,b0\n"
    for table in (text, header + text, header + good + text):
        models, said = tried(references.models_of, table, "table.csv")
        assert said.startswith("table.csv") if said else all(m.params_ratio > 0 for m in models)


def _of(kind: type, text: str) -> Any:
    """A row of that table with `text` wherever text may stand, and negative numbers elsewhere."""
    values = {}
    for field in fields(kind):
        name = str(field.type)
        values[field.name] = (
            text
            if "str" in name
            else (0.5, 0.25)
            if "tuple" in name
            else -3
            if "int" in name
            else -0.5
        )
    return kind(**values)


@pytest.mark.parametrize("kind", [ArmResult, SweepRow, Published])
@pytest.mark.parametrize("text", FORMULAS)
def test_no_table_of_a_comparison_or_sweep_holds_a_formula(
    tmp_path: Path, kind: type, text: str
) -> None:
    path = tmp_path / "table.csv"
    row = _of(kind, text)
    if kind is Published:
        write_published(path, (row,))
    else:
        write_rows(path, kind, [row])
    (cells,) = csv.DictReader(path.open(encoding="utf-8", newline=""))
    for field in fields(kind):
        cell = cells[field.name]
        if "str" in str(field.type):
            assert cell.startswith("'"), (field.name, cell)
        else:
            values = json.loads(cell) if cell.startswith("[") else [float(cell)]
            assert all(map(math.isfinite, values)), (field.name, cell)
    assert cells["depth"] == "-0.5"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_trial_is_a_formula_and_all_comes_back(
    tmp_path: Path, records: list, text: str
) -> None:
    path = tmp_path / "trials.csv"
    trials_table.write(path, [records[0] | {"names": text, "reason": text, "share_width": -0.5}])
    (cells,) = csv.DictReader(path.open(encoding="utf-8", newline=""))
    assert cells["names"][0] == cells["reason"][0] == "'"
    assert cells["share_width"] == "-0.5000"
    frame = trials_table.read(path)
    assert frame["names"][0] == " ".join(text.splitlines())
    assert isinstance(frame, pd.DataFrame)
