import math

import pytest

from scalesearch.core.tasks import COMPLETE, FAILED, Outcome, outcome_of

GOOD = {"top1": 0.5, "loss": 1.2, "epochs": 4, "seconds": 9.0, "images_per_second": 250.0}


def test_a_result_becomes_a_complete_outcome():
    assert outcome_of(GOOD) == Outcome(COMPLETE, 0.5, 1.2, 4, 9.0, 250.0)


@pytest.mark.parametrize("name", ["top1", "loss"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_diverged_training_fails_with_its_reason_and_keeps_its_effort(name, value):
    outcome = outcome_of(GOOD | {name: value})
    assert outcome.state == FAILED
    assert outcome.reason == f"{name} is {value}: the training diverged"
    assert (outcome.top1, outcome.loss, outcome.epochs, outcome.seconds) == (None, None, 4, 9.0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"top1": 57.3}, "top1 must be a fraction between 0 and 1. Got 57.3"),
        ({"loss": None}, "the trainer returned no number as loss: None"),
        ({"top1": True}, "the trainer returned no number as top1: True"),
        ({"images_per_second": math.inf}, "images_per_second is inf"),
    ],
)
def test_a_result_that_is_no_result_fails(change, reason):
    assert outcome_of(GOOD | change).reason == reason


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_number_is_named(name):
    result = {key: value for key, value in GOOD.items() if key != name}
    assert outcome_of(result).reason == f"the trainer returned no {name}"


@pytest.mark.parametrize("top1", [None, math.nan, math.inf])
def test_no_complete_outcome_can_be_made_without_a_finite_score(top1):
    with pytest.raises(ValueError, match="finite top1"):
        Outcome(COMPLETE, top1=top1, loss=1.0)
