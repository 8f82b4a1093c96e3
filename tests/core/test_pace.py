"""The time of a search by the rates of a few networks: against sums made by hand."""

from dataclasses import replace
from itertools import product

import pytest

from scalesearch.core.cost import Cost
from scalesearch.core.pace import (
    Pace,
    Timing,
    Trainings,
    fitted,
    makespan,
    seconds_of,
    trainings_within,
)

PACE = Pace(start=2.0, per_mac=1e-9, per_act=0.0)


def _timing(macs: int, acts: int, per_image: float) -> Timing:
    return Timing(macs, acts, 2.0, per_image)


def test_two_rates_are_found_again_whatever_the_sizes() -> None:
    costs = [(10**6, 64_000), (2 * 10**6, 98_000), (2 * 10**6, 145_000), (9 * 10**8, 10**7)]
    found = fitted([_timing(m, a, 3e-11 * m + 5e-9 * a) for m, a in costs])
    assert (found.start, found.per_mac, found.per_act) == pytest.approx((2.0, 3e-11, 5e-9))


@pytest.mark.parametrize(
    "timings",
    [
        [_timing(100, 10, 1e-3)],
        [_timing(100, 10, 1e-3), _timing(200, 20, 2e-3)],  # no telling them apart
        [_timing(100, 10, 2e-3), _timing(100, 20, 1e-3)],  # more activations, less time
        [_timing(100, 10, 2e-3), _timing(200, 10, 1e-3)],
    ],
)
def test_no_rate_is_negative_and_what_was_measured_is_met_within_twice(
    timings: list[Timing],
) -> None:
    found = fitted(timings)
    assert min(found.per_mac, found.per_act) >= 0
    for each in timings:
        told = found.per_image(Cost(macs=each.macs, params=1, acts=each.acts))
        assert told == pytest.approx(each.per_image, rel=1.0)


def test_a_busy_machine_is_counted_by_its_mean_and_not_by_its_best_moments() -> None:
    measured = [_timing(10**6, 10**5, seconds) for seconds in (1e-3, 1e-3, 4e-3)]
    assert fitted(measured).per_image(Cost(macs=10**6, params=1, acts=10**5)) == pytest.approx(2e-3)


def test_workers_are_packed_as_the_driver_packs_them() -> None:
    assert makespan([2, 3, 2, 3, 2], 2) == 7  # 3 + 2 + 2 beside 3 + 2
    assert makespan([5, 1, 1], 2) == 5
    assert makespan([1, 2, 3], 1) == 6
    assert makespan([], 3) == 0


def test_no_packing_beats_the_mean_load_or_the_longest_training() -> None:
    for parts in product((1.0, 2.5, 4.0), repeat=5):
        assert makespan(parts, 2) >= max(sum(parts) / 2, max(parts))


def _trainings(seeds: int = 1) -> Trainings:
    cost = Cost(macs=10**9, params=1, acts=1)
    return Trainings(cost, (cost,) * 8, 12, seeds, further=13, round_size=5)


def test_a_search_is_its_trainings_one_after_the_other() -> None:
    # 9 trainings of 2 + 12 s, then 13 further ones.
    assert seconds_of(_trainings(), PACE, 1) == pytest.approx((9 + 13) * 14)
    assert seconds_of(_trainings(seeds=2), PACE, 1) == pytest.approx((18 + 13) * 14)
    # Two workers: 5 of the 9, then 3 of each 5 and 2 of the last 3, since rounds wait.
    assert seconds_of(_trainings(), PACE, 2) == pytest.approx((5 + 3 + 3 + 2) * 14)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_as_many_trainings_fit_into_a_time_as_take_it(workers: int) -> None:
    for count in range(9, 23):
        trainings = replace(_trainings(), further=count - 9)
        seconds = seconds_of(trainings, PACE, workers)
        found = trainings_within(seconds, trainings, PACE, workers)
        assert found >= count
        assert seconds_of(replace(trainings, further=found - 9), PACE, workers) <= seconds
        assert seconds_of(replace(trainings, further=found - 8), PACE, workers) > seconds


def test_a_time_that_holds_no_round_holds_nothing() -> None:
    assert trainings_within(9 * 14 - 1, _trainings(), PACE, 1) == 0


def test_trainings_of_several_lengths_take_their_own_times() -> None:
    several = replace(_trainings(), further=0, lengths=(1.0, *[0.25] * 4, *[2.0] * 4))
    # The baseline's 2 + 12 s, four of 2 + 3 s, four of 2 + 24 s.
    assert seconds_of(several, PACE, 1) == pytest.approx(14 + 4 * 5 + 4 * 26)
