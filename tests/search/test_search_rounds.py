"""Rounds follow from the rows of whole rounds alone, whatever else is recorded."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.search.search_rounds import Judgement, Spending, next_round, round_size

CELLS = tuple("abcdefgh")
BASELINE = "a"


def judge(rows):
    """Teaches by the lowest mean first; the regret falls with each training."""
    complete = [row for row in rows if row["state"] == "complete"]
    tops = {row["cell"]: row["val_top1"] for row in complete if row["cell"] != BASELINE}
    order = sorted(tops, key=lambda cell: (tops[cell], cell))
    return Judgement(8 / len(rows), lambda count: [order[i % len(order)] for i in range(count)])


def row(key, failed=()):
    cell, seed = key
    state = "failed" if key in failed else "complete"
    return {"cell": cell, "seed": seed, "state": state, "val_top1": (ord(cell) * 7 + seed) % 10}


def rounds_of(spending, rows=None, failed=()):
    """All rounds of a search; `rows` grows by what is trained."""
    rows, rounds = {} if rows is None else rows, []
    while keys := next_round(CELLS, BASELINE, rounds, rows, spending, judge):
        for key in keys:
            rows.setdefault(key, row(key, failed))
        rounds.append(keys)
    return rounds


def test_the_first_round_is_every_network_with_every_seed():
    keys = next_round(CELLS, BASELINE, [], {}, Spending((7, 8), 0.15, 90), judge)
    assert keys == tuple((cell, seed) for cell in CELLS for seed in (7, 8))


@pytest.mark.parametrize(("candidates", "size"), [(3, 5), (15, 5), (30, 5), (31, 6), (300, 50)])
def test_a_further_round_grows_with_the_candidates(candidates, size):
    assert round_size(candidates) == size


def test_it_stops_when_the_regret_is_reached():
    rounds = rounds_of(Spending((0,), 8 / 13, 90))
    assert [len(each) for each in rounds] == [8, 5]


def test_it_stops_when_the_trainings_are_spent_and_a_cut_round_is_the_beginning_of_a_whole_one():
    short, long = (rounds_of(Spending((0,), 0.01, most)) for most in (15, 30))
    assert sum(map(len, short)) == 15
    assert short[:2] == long[:2]
    assert short[2] == long[2][:2]


def test_seeds_follow_one_another_and_none_comes_twice():
    rounds = rounds_of(Spending((1000,), 0.01, 60))
    keys = [key for each in rounds for key in each]
    assert len(keys) == len(set(keys)) == 60
    for cell in CELLS:
        seeds = [seed for of, seed in keys if of == cell]
        assert seeds == list(range(1000, 1000 + len(seeds)))


def test_the_baseline_comes_once_a_round_until_it_has_five():
    rounds = rounds_of(Spending((0,), 0.01, 60))
    counts = [Counter(cell for cell, _ in each)[BASELINE] for each in rounds]
    assert counts == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]


@given(st.integers(8, 60), st.integers(8, 60))
def test_going_on_with_more_trainings_ends_as_if_they_had_been_asked_for_at_once(first, more):
    rows = {}
    rounds_of(Spending((0,), 0.01, min(first, more)), rows)
    assert rounds_of(Spending((0,), 0.01, more), rows) == rounds_of(Spending((0,), 0.01, more))


@given(st.floats(0.2, 0.9), st.floats(0.2, 0.9))
def test_going_on_with_a_lower_regret_ends_as_if_it_had_been_asked_for_at_once(first, second):
    rows = {}
    low, high = sorted((first, second))
    rounds_of(Spending((0,), high, 99), rows)
    assert rounds_of(Spending((0,), low, 99), rows) == rounds_of(Spending((0,), low, 99))


def test_what_is_recorded_beside_the_rounds_decides_nothing():
    spending = Spending((0,), 0.01, 40)
    rows = {(cell, 999): {**row((cell, 999)), "val_top1": 10**6} for cell in CELLS}
    assert rounds_of(spending, rows) == rounds_of(spending)


def test_a_candidate_that_only_failed_is_out_and_a_failed_seed_is_not_tried_again():
    rounds = rounds_of(Spending((0,), 0.01, 40), failed={("c", 0), ("d", 1)})
    keys = [key for each in rounds for key in each]
    assert [key for key in keys if key[0] == "c"] == [("c", 0)]
    assert keys.count(("d", 1)) == 1
    assert ("d", 2) in keys


def test_a_baseline_that_failed_is_not_trained_again():
    rounds = rounds_of(Spending((0,), 0.01, 40), failed={(BASELINE, 0)})
    assert [key for each in rounds for key in each].count((BASELINE, 0)) == 1
    assert {len(each) for each in rounds[1:-1]} == {5}
