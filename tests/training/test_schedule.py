"""The learning rate: warm-up, and what follows it."""

import itertools
import math

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.training.learning_rate import rate_at


def recipe(**changes) -> Recipe:
    return Recipe(**{"epochs": 10, "batch_size": 1, "learning_rate": 0.4, **changes})


def test_cosine_falls_from_the_peak_through_half_of_it_to_0() -> None:
    how = recipe()
    assert rate_at(how, 0) == 0.4
    assert rate_at(how, 5) == pytest.approx(0.2)
    assert rate_at(how, 2.5) == pytest.approx(0.2 * (1 + math.sqrt(0.5)))
    assert rate_at(how, 10) == pytest.approx(0)


def test_warm_up_rises_linearly_to_the_peak_from_a_first_step_above_0() -> None:
    how = recipe(warmup_epochs=2)
    rates = [rate_at(how, step / 8) for step in range(16)]
    assert 0 < rates[0] < 0.01 * how.learning_rate
    rises = [after - before for before, after in itertools.pairwise(rates)]
    assert rises == pytest.approx([rises[0]] * 15)
    assert rate_at(how, 2) == 0.4
    assert rate_at(how, 2 - 1e-9) == pytest.approx(0.4)


def test_cosine_after_a_warm_up_still_ends_at_0() -> None:
    how = recipe(warmup_epochs=2)
    assert rate_at(how, 6) == pytest.approx(0.2)
    assert rate_at(how, 10) == pytest.approx(0)


def test_exponential_is_the_papers_0_97_every_2_4_epochs() -> None:
    how = recipe(schedule="exponential", warmup_epochs=1)
    assert rate_at(how, 1) == 0.4
    assert rate_at(how, 1 + 2.4) == pytest.approx(0.4 * 0.97)
    assert rate_at(how, 1 + 24) == pytest.approx(0.4 * 0.97**10)


def test_constant_stays_at_the_peak() -> None:
    how = recipe(schedule="constant", warmup_epochs=0.5)
    assert [rate_at(how, epoch) for epoch in (0.5, 3, 10)] == [0.4] * 3


@pytest.mark.parametrize("schedule", ["cosine", "constant", "exponential"])
@pytest.mark.parametrize("warmup", [0.0, 0.3, 10.0])
def test_rates_lie_between_0_and_the_peak(schedule: str, warmup: float) -> None:
    """A warm-up as long as the training included."""
    how = recipe(schedule=schedule, warmup_epochs=warmup)
    rates = [rate_at(how, step / 10) for step in range(101)]
    assert all(0 <= rate <= 0.4 for rate in rates)
    assert max(rates) == pytest.approx(0.4, rel=0.05)
