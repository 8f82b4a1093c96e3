"""The answer in words: the decision, how sure it is, and what more would bring, in figures."""

from dataclasses import replace

import pytest

from scalesearch.core.answer import Answer
from scalesearch.core.candidates import Shares
from scalesearch.core.estimates import Beats, Estimate, More, Proof, Region
from scalesearch.report import answer_text


@pytest.fixture
def answer(make_answer, records) -> Answer:
    return make_answer(
        records, alpha=1.234, beta=1.0561, gamma=1.101, expected_regret=0.137, within=0.883
    )


def _said(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_one_sentence_says_what_to_do_how_sure_that_is_and_what_more_would_bring(answer) -> None:
    again = answer.trainings
    more = (More(5, 60.0, 0.12), More(again, 1620.0, 0.09), More(300, 9999.0, 0.05))
    said = _said(answer_text.decision(replace(answer, more=more)))
    assert said == (
        "To spend twice the cost of efficientnet_b0, scale depth by 1.234, width by 1.056 and "
        "resolution by 1.101: this is expected to lie 0.14 points of top-1 below the best split "
        "of the budget (at most 0.3 with a probability of 88 %), and "
        f"{again} more trainings (27 min) would leave 0.09 points."
    )
    assert said.count(". ") == 0


def test_at_another_phi_the_factors_are_powers(answer) -> None:
    said = _said(answer_text.decision(replace(answer, phi=2.0, more=())))
    assert "4 times the cost" in said
    assert "resolution by 1.101, each to the power of 2: this" in said
    assert said.endswith("probability of 88 %).")


@pytest.mark.parametrize(
    ("seconds", "time"),
    [(None, ""), (42.0, " (42 s)"), (90.0, " (2 min)"), (4860.0, " (1 h 21 min)")],
)
def test_the_time_of_further_trainings_is_told_where_it_is_known(answer, seconds, time) -> None:
    said = _said(answer_text.decision(replace(answer, more=(More(45, seconds, 0.09),))))
    assert f"45 more trainings{time} would leave" in said


def test_accuracies_have_their_intervals(answer) -> None:
    found = replace(
        answer,
        top1=Estimate(0.5421, 0.5362, 0.5478),
        baseline_top1=Estimate(0.5, 0.49, 0.51),
        gain=Estimate(0.0421, 0.03, 0.054),
    )
    said = _said(answer_text.value(found))
    assert "54.2 % (53.6 to 54.8)" in said
    assert "4.2 points (3.0 to 5.4) more than the baseline's 50.0 % (49.0 to 51.0)" in said
    assert "for trainings of 12 epochs." in said
    less = _said(answer_text.value(replace(found, gain=Estimate(-0.01, -0.03, 0.01))))
    assert "1.0 points (-1.0 to 3.0) less than the baseline's" in less
    none = _said(answer_text.value(replace(found, gain=None, baseline_top1=None)))
    assert "the baseline was not trained to the end" in none


def test_what_is_beaten_and_what_would_prove_it(answer) -> None:
    found = replace(answer, beats=Beats(0.998, None, 0.62), proof=Proof(24, None, 1310))
    said = _said(answer_text.sureness(found))
    assert "beats depth alone with over 99 % and resolution alone with 62 %." in said
    assert (
        "about 24 trainings against depth alone and 1310 trainings against resolution alone" in said
    )
    assert "width" not in said
    bare = _said(
        answer_text.sureness(
            replace(found, beats=Beats(None, None, None), proof=Proof(None, None, None))
        )
    )
    assert "beats" not in bare
    assert "prove" not in bare


def test_the_region_is_told_of_the_triangle_or_of_the_candidates(answer) -> None:
    between = Region(0.234, (Shares(0.21, 0.3, 0.49), answer.candidates[0].shares))
    said = _said(answer_text.sureness(replace(answer, region=between)))
    assert "the best split lies in a region of 23 % of the triangle." in said
    alone = Region(0.1, tuple(each.shares for each in answer.candidates[:2]))
    said = _said(answer_text.sureness(replace(answer, region=alone)))
    assert "With a probability of 95 % the best one is among 2 of the 20 candidates." in said


@pytest.mark.parametrize(
    ("value", "said"), [(1.0, "over 99 %"), (0.004, "under 1 %"), (0.5, "50 %"), (0.99, "99 %")]
)
def test_no_probability_is_told_as_certain(value: float, said: str) -> None:
    assert _said(answer_text.probability(value)) == said


def test_what_ended_the_search_is_told(answer) -> None:
    reached = _said(answer_text.prospects(replace(answer, stopped_by="regret", regret=0.15)))
    assert reached.startswith("The search stopped as its aim of 0.15 points was reached.")
    spent = _said(answer_text.prospects(replace(answer, stopped_by="trainings", regret=0.15)))
    assert "trainings were spent; it had aimed at 0.15 points." in spent


def test_a_multiplier_of_1_is_told_as_the_baselines_own(answer) -> None:
    realised = replace(answer.realised, repeats="x1", width=1.0143)
    found = replace(answer, names=("depth 0, width 1, resolution 0",), realised=realised)
    assert _said(answer_text.built(found)).startswith(
        "Built at full size it has the baseline's depth, 1.01 times the baseline's width and "
    )


def test_a_named_point_that_is_a_candidate_at_full_size_is_called_by_its_name(answer) -> None:
    names = answer.candidates[3].names
    said = answer_text.built(replace(answer, names=names))
    assert said.startswith(f"Built at full size, where it is the network of {'; '.join(names)}, it")
