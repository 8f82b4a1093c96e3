"""What is drawn of a surface is what the answer says, from the same rows."""

import pytest

from scalesearch.core.answer import Answer, Sizes
from scalesearch.core.candidates import Shares
from scalesearch.core.resolution import Resolution
from scalesearch.core.surface_info import SurfaceInfo
from scalesearch.errors import StudyError
from scalesearch.search.conclusion import conclude
from scalesearch.search.naming_rule import Naming
from scalesearch.search.surface_lattice import PARTS, surface_info
from scalesearch.search.verdict import About, Point, answer_of, candidate_point
from tests.search.triangle_rows import PEAK, hill, rows

ABOUT = About(
    baseline="efficientnet_b0", phi=1.0, study="mine", created="2026-12-01T00:00:00+00:00",
    epochs=2, profile="quick", dataset="digits", command=None, settings={}, versions={},
)  # fmt: skip
SIZES = Sizes(
    repeats=(1,), width=1.0, resolution=Resolution.of(224), macs=1, params=1, acts=1,
    counted_ratio=2.0,
)  # fmt: skip


def _answer(table: list, naming: Naming) -> Answer:
    result = conclude(table, naming)
    point = candidate_point(next(r for r in table if r["cell"] == result.cell or not result.cell))
    if result.cell is None:
        point = Point(("d0.2",), point.coefficients, result.shares, SIZES, None)
    return answer_of(result, point, naming, ABOUT)


@pytest.fixture(scope="module")
def table() -> list:
    return rows(seeds=4)


@pytest.fixture(scope="module")
def answer(table) -> Answer:
    return _answer(table, Naming(0.15))


@pytest.fixture(scope="module")
def info(table, answer) -> SurfaceInfo:
    return surface_info(table, answer)


def test_the_whole_lattice_has_a_value_and_it_is_near_the_true_one(info) -> None:
    assert len(info.points) == (PARTS + 1) * (PARTS + 2) // 2
    for point in info.points:
        shares = point.shares
        assert shares.depth + shares.width + shares.resolution == pytest.approx(1)
        true = hill(shares.depth, shares.width, shares.resolution)
        assert point.mean == pytest.approx(true, abs=0.012)


def test_the_highest_point_of_the_lattice_is_the_named_one(info, answer) -> None:
    within = [point for point in info.points if point.reach >= 0]
    highest = max(within, key=lambda point: point.mean)
    assert info.named == answer.shares
    assert highest.shares.distance(answer.shares) <= 1.5 / PARTS
    assert highest.mean == pytest.approx(answer.top1.value, abs=2e-4)


def test_what_was_trained_reaches_to_the_corners_and_no_further(info) -> None:
    by_place = {point.shares: point.reach for point in info.points}
    assert by_place[Shares(1.0, 0.0, 0.0)] == pytest.approx(0, abs=0.02)
    middle = max(by_place, key=lambda shares: min(shares.depth, shares.width, shares.resolution))
    assert by_place[middle] > 0.1


def test_the_region_is_that_of_the_answer(info, answer) -> None:
    members = {(s.depth, s.width, s.resolution) for s in answer.region.shares}
    assert not any(info.region)  # it is one of the triangle
    assert all(0 <= point.region <= 1 for point in info.points)
    share = sum(point.region >= 0.5 for point in info.points) / len(info.points)
    assert share == pytest.approx(answer.region.share, abs=0.06)
    peak = min(info.points, key=lambda point: point.shares.distance(Shares(*PEAK)))
    assert peak.region > 0.5
    assert (1.0, 0.0, 0.0) not in members
    assert next(p for p in info.points if p.shares == Shares(1.0, 0.0, 0.0)).region < 0.5


def test_where_candidates_alone_can_be_named_the_region_is_on_their_dots(table) -> None:
    answer = _answer(table, Naming(0.15, among_candidates=True))
    info = surface_info(table, answer)
    assert sum(info.region) == len(answer.region.shares)
    assert all(point.region < 0.5 for point in info.points)
    (named,) = (each for each in answer.candidates if each.names == answer.names)
    assert info.named == named.shares


def test_where_costs_differ_there_is_nothing_between_the_candidates(table) -> None:
    dear = [
        row | {"proxy_counted_ratio": 3.0} if row["names"].endswith("alone") else row
        for row in table
    ]
    info = surface_info(dear, _answer(dear, Naming(0.15)))
    assert info.points == ()
    assert len(info.region) == len(info.candidates)
    assert any(info.region)


def test_the_order_of_the_rows_is_of_no_account(table, answer, info) -> None:
    assert surface_info(table[::-1], answer) == info


def test_rows_without_a_baseline_are_refused_with_the_reason(table, answer) -> None:
    with pytest.raises(StudyError, match="baseline"):
        surface_info([row for row in table if row["role"] == "candidate"], answer)
