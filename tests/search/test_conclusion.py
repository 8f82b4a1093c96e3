"""What is concluded is a pure function of the rows, and says how sure it is."""

import random
from dataclasses import asdict

import pytest

from scalesearch.core.candidates import Shares
from scalesearch.errors import StudyError
from scalesearch.search.conclusion import conclude, short_training_warning
from scalesearch.search.naming_rule import Naming
from tests.search.triangle_rows import PEAK, cell_of, row, rows

NAMING = Naming(0.15)


@pytest.fixture(scope="module")
def found():
    return conclude(rows(seeds=4), NAMING)


def test_the_named_point_lies_near_the_highest_one(found):
    assert found.shares.distance(Shares(*PEAK)) < 0.2
    assert found.cell is None
    assert found.top1.low < 0.6 < found.top1.high
    assert found.top1.value == pytest.approx(0.6, abs=0.01)


def test_the_gain_is_over_the_baseline(found):
    assert found.baseline_top1.value == pytest.approx(0.5, abs=0.01)
    assert found.gain.value == pytest.approx(found.top1.value - found.baseline_top1.value, abs=1e-5)
    assert found.gain.low < found.gain.value < found.gain.high
    assert found.beating == 1.0
    assert found.warning == ""


def test_more_trainings_would_leave_less_regret(found):
    counts = [each.trainings for each in found.more]
    left = [each.expected_regret for each in found.more]
    assert counts == [21, 64, 192]
    assert [found.expected_regret, *left] == sorted([found.expected_regret, *left], reverse=True)


def test_every_trained_candidate_is_ranked_by_the_surface(found):
    values = [each.surface.value for each in found.candidates]
    assert len(found.candidates) == len(found.ranking) == 15
    assert values == sorted(values, reverse=True)
    assert {each.trainings for each in found.candidates} == {4}
    assert sum(each.best for each in found.candidates) == pytest.approx(1, abs=1e-4)


def test_corners_are_beaten_where_the_surface_is_lower_there(found):
    assert found.beats.depth > 0.95
    assert found.beats.width > 0.95
    assert found.proof.depth <= found.proof.resolution


def test_the_order_of_the_rows_is_of_no_account(found):
    shuffled = rows(seeds=4)
    random.Random(3).shuffle(shuffled)
    assert conclude(shuffled, NAMING) == found


def test_the_region_holds_the_named_point(found):
    assert 0 < found.region.share < 1
    assert min(each.distance(found.shares) for each in found.region.shares) < 1 / 16


def test_a_point_that_is_given_is_told_of_in_place_of_the_best(found):
    corner = Shares(1.0, 0.0, 0.0)
    other = conclude(rows(seeds=4), NAMING, corner)
    assert other.shares == corner
    assert other.expected_regret > found.expected_regret
    assert other.top1.value < found.top1.value


def test_among_candidates_one_of_them_is_named():
    found = conclude(rows(seeds=4), Naming(0.15, among_candidates=True))
    assert found.cell in found.ranking
    assert found.top1 == found.candidates[found.ranking.index(found.cell)].surface


def test_three_candidates_are_enough():
    found = conclude(rows((0, 1, 5, 15)), NAMING)
    assert found.cell in {cell_of(number) for number in (1, 5, 15)}


def test_a_baseline_that_failed_leaves_a_point_and_a_warning():
    failed = row(0, state="failed", val_top1=None, reason="out of memory")
    found = conclude([failed, *rows(range(1, 16))], NAMING)
    assert (found.baseline_top1, found.gain, found.beating) == (None,) * 3
    assert found.warning.startswith("The baseline itself could not be trained")
    assert found.failed == 1


def test_if_everything_failed_the_commonest_reason_is_told():
    reasons = ["no room", "no disk", "no room"]
    failed = [
        row(number, state="failed", val_top1=None, reason=reason)
        for number, reason in enumerate(reasons, 1)
    ]
    with pytest.raises(StudyError, match=r"None of the 3 .*\(2 times\): no room\. Mend"):
        conclude([row(0), *failed], NAMING)


def test_rows_of_one_point_say_that_others_are_missing():
    with pytest.raises(StudyError, match="of one mixture"):
        conclude(rows((0, 4)), NAMING)


def test_candidates_below_the_baseline_are_warned_of():
    assert short_training_warning(8, 15) == ""
    assert short_training_warning(7, 15).startswith("Only 7 of 15 candidates beat the baseline")


def test_results_are_plain_values(found):
    assert asdict(found)["candidates"][0]["surface"]["value"] == found.candidates[0].surface.value
