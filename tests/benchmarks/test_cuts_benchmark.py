"""What `cuts` makes of trainings that were scored on their way."""

import math

import pytest

from scalesearch.core.halving import Halving
from scalesearch.core.tasks import Outcome
from tests.benchmarks.cuts_rows import (
    ACCURACY,
    LEG,
    SO_FAR,
    Path,
    agreement,
    lost,
    schedules,
    worth,
)

MARKS = (0.25, 0.5)


def a_path(number: int, at: tuple[float, float], losses: tuple[float, float], end: float) -> Path:
    reached = {
        share: Outcome("complete", top1, 1.0, train_loss=loss)
        for share, top1, loss in zip(MARKS, at, losses, strict=True)
    }
    columns = {"names": f"c{number}", "macs": 100, "params": 10}
    return Path(f"{number:016x}", columns, reached | {1.0: Outcome("complete", end, 1.0)})


def a_search(shift: float = 0.0) -> list[Path]:
    """Eight candidates, each better than the one before; accuracies at a quarter say the reverse,
    losses there are right."""
    return [
        a_path(n, (0.5 - n / 100, 0.3 + n / 100), (2 - n / 10, 1.5 - n / 10), 0.6 + n / 100 + shift)
        for n in range(8)
    ]


def test_worth_is_by_the_other_searches() -> None:
    known = worth([a_search(), a_search(0.1), a_search(0.3)], without=0)
    assert known[f"{0:016x}"] == pytest.approx(0.8)
    assert known[f"{7:016x}"] == pytest.approx(0.87)


def test_the_standing_of_a_leg_leaves_out_what_came_before() -> None:
    path = a_search()[0]
    assert path.stands(ACCURACY, (0.25, 0.5)) == 0.3
    assert path.stands(SO_FAR, (0.25, 0.5)) == pytest.approx(math.exp(-1.5))
    assert path.stands(LEG, (0.25, 0.5)) == pytest.approx(math.exp(-1.0))
    assert path.stands(LEG, (0.5, 1.0)) == 0.6


def test_agreement_is_1_where_a_measure_is_right_and_less_than_none_where_it_is_wrong() -> None:
    quarter, half, end = agreement([a_search(), a_search()], MARKS)
    assert quarter["share"] == 0.25
    assert quarter[f"tau_{ACCURACY}"] == -1
    assert quarter[f"tau_{LEG}"] == quarter[f"least_{LEG}"] == 1
    assert half[f"tau_{ACCURACY}"] == end[f"tau_{ACCURACY}"] == 1


def test_a_cut_loses_what_the_best_of_those_that_are_left_lies_below_the_best() -> None:
    searches = [a_search(), a_search()]
    assert lost(searches, None, ACCURACY, 2) == pytest.approx([0, 0])
    assert lost(searches, Halving(2, 0.5), ACCURACY, 2) == pytest.approx([0, 0])
    assert lost(searches, Halving(2, 0.25), ACCURACY, 2) == pytest.approx([0.04, 0.04])
    assert lost(searches, Halving(2, 0.25), LEG, 2) == pytest.approx([0, 0])


def test_each_way_of_cutting_has_its_work_beside_its_losses() -> None:
    whole, cut = schedules([a_search(), a_search()], [None, Halving(2, 0.25)], 2)
    assert (whole["cuts"], whole["work_percent"]) == ("none", 100)
    assert (cut["cuts"], cut["work_percent"]) == ("0.25, 0.5", 50)
    assert (cut[f"lost_{ACCURACY}"], cut[f"most_{LEG}"]) == (4.0, 0.0)
