"""The list of candidates beside the triangle: order, names, and what each row tells."""

import pytest
from matplotlib.figure import Figure

from scalesearch.core.answer import Answer
from scalesearch.report.intervals_panel import draw_intervals, lines_of
from scalesearch.report.known_points import short_name


@pytest.fixture
def answer(make_answer, records) -> Answer:
    return make_answer(records)


def test_the_named_point_stands_above_the_candidates_and_the_baseline_below(answer) -> None:
    kinds = [line.kind for line in lines_of(answer)]
    assert kinds == ["named", *["candidate"] * 18, "baseline"]


def test_a_row_tells_the_surface_the_mean_as_trained_and_the_chance(answer) -> None:
    _, line, *_ = lines_of(answer)
    best = answer.candidates[0]
    assert (line.estimate, line.mean, line.best) == (best.surface, best.top1_mean, best.best)


def test_a_baseline_that_failed_has_no_row(make_answer, records) -> None:
    found = make_answer(records, baseline_top1=None, gain=None)
    assert "baseline" not in {line.kind for line in lines_of(found)}


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (("d1 w1 r2 /4", "paper"), "d1 w1 r2 /4; paper"),
        (("d1 w5 r2 /8", "d0 w6 r2 /8", "d0 w7 r1 /8"), "d1 w5 r2 /8 (+2)"),
        (("d0 w1 r7 /8", "d1 w0 r7 /8", "resolution alone"), "resolution alone (+2)"),
        (("x" * 30,), "x" * 23 + "\N{HORIZONTAL ELLIPSIS}"),
    ],
)
def test_long_names_are_cut_to_the_one_that_people_know(names: tuple, short: str) -> None:
    assert short_name(names) == short


def test_every_interval_lies_within_its_axis(answer) -> None:
    figure = Figure()
    draw_intervals(figure, answer, (0, 0, 1, 1))
    low, high = figure.axes[0].get_xlim()
    for line in lines_of(answer):
        assert low < 100 * line.estimate.low
        assert 100 * line.estimate.high < high
