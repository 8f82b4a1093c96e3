"""Networks whose training was cut early: what they had reached is told, and never mixed."""

import math
from dataclasses import replace

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scalesearch.report import page, trials_table
from scalesearch.report.pareto import pareto_info
from scalesearch.report.triangle import HEIGHT, inside
from scalesearch.report.triangle_figure import triangle_figure
from scalesearch.report.triangle_panel import draw_triangle


@pytest.fixture
def frame(tmp_path, records):
    """The third candidate was cut at a quarter, the fourth at a half with less accuracy."""
    cells = list(dict.fromkeys(r["cell"] for r in records if r["role"] == "candidate"))
    cut = {cells[2]: (3.0, 0.99), cells[3]: (6.0, 0.4)}
    rows = []
    for record in records:
        if record["cell"] in cut and record["seed"] == 0:
            epochs, top1 = cut[record["cell"]]
            record = record | {"state": "pruned", "epochs": epochs, "val_top1": top1}
        if record["cell"] not in cut or record["seed"] == 0:
            rows.append(record)
    trials_table.write(tmp_path / "trials.csv", rows)
    return trials_table.read(tmp_path / "trials.csv")


def test_a_cut_network_stands_after_all_others_with_what_it_had_reached(frame):
    summary = trials_table.summary(frame)
    last = summary[summary["top1_cut"].notna()]
    assert list(last["trained"]) == [0.5, 0.25]
    assert list(last["top1_cut"]) == [0.4, 0.99]
    assert last["top1_mean"].isna().all()
    assert last["seeds"].eq(0).all()
    whole = summary[summary["seeds"] > 0]
    assert whole["trained"].eq(1).all()
    assert whole["top1_cut"].isna().all()
    assert max(whole.index) < min(last.index)


def test_the_accuracy_of_a_cut_network_is_in_no_picture_and_the_page_says_how_many_are(
    frame, tmp_path
):
    info = pareto_info(trials_table.summary(frame))
    assert len(info.cut) == 2
    assert max(point.accuracy for point in info.points) < 0.95
    assert not any(math.isnan(point.accuracy) for point in info.points)
    page.write(tmp_path / "report.html", frame, None, {}, None)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "2 networks that were cut early are hollow in the triangle" in text
    assert 'data-value="0.99">99.00' in text


def test_cut_networks_are_hollow_in_the_triangle_by_their_shares(frame):
    info = pareto_info(trials_table.summary(frame))
    [trace] = [each for each in triangle_figure(info).data if each.name == "cut early"]
    assert len(trace.a) == 2
    assert all(symbol.endswith("-open") for symbol in trace.marker.symbol)
    assert all("cut at 0." in text for text in trace.text)
    for each, *shares in zip(info.cut, trace.b, trace.c, trace.a, strict=True):
        assert shares == pytest.approx([100 * share for share in inside(each.shares)])
        assert sum(shares) == pytest.approx(100)


def test_hollow_marks_keep_the_shapes_that_the_caption_explains(frame):
    info = pareto_info(trials_table.summary(frame))
    plain, paper, corner = (
        replace(info.cut[0], is_paper=is_paper, corner=corner)
        for is_paper, corner in ((False, ""), (True, ""), (False, "width"))
    )
    [trace] = [
        each
        for each in triangle_figure(replace(info, cut=(plain, paper, corner))).data
        if each.name == "cut early"
    ]
    assert trace.marker.symbol == ("circle-open", "diamond-open", "triangle-right-open")


def test_the_picture_draws_every_network_within_its_triangle(frame):
    info = pareto_info(trials_table.summary(frame))
    beyond = replace(info.cut[0], shares=(1.2, 0.0, -0.2), corner="depth")
    figure = Figure()
    canvas = FigureCanvasAgg(figure)
    draw_triangle(figure, canvas, replace(info, cut=(beyond,)), (0.0, 0.2, 1.0, 0.8))
    places = [tuple(each.get_offsets()[0]) for each in figure.axes[0].collections]
    assert len(places) == 1 + sum(point.shares is not None for point in info.points)
    assert places[0] == pytest.approx((0, 0))
    for x, y in places:
        assert -1e-9 <= y <= 2 * HEIGHT * min(x, 1 - x) + 1e-9
