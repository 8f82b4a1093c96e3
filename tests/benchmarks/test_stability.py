"""What `stability` makes of searches: each is held against the trainings of the others."""

import pytest

from tests.benchmarks import held_out, stability

from .test_replay import planted


def test_each_search_is_held_against_the_trainings_of_the_others_alone() -> None:
    """A search that was lucky everywhere by 4 points tells 4 too much, and is found out."""
    bench = planted(noise=0.3)
    searches = [bench.rows(3, [0, 1, 2]), bench.rows(3, [3, 4, 5])]
    lucky = [{**row, "val_top1": row["val_top1"] + 0.04} for row in searches[0]]
    found = list(held_out.judged([lucky, searches[1]]))
    assert [each.bias for each in found] == pytest.approx([4, -4], abs=0.5)
    assert all(each.regret < 0.5 and each.tau > 0.7 for each in found)
    fair = stability.sentences(list(held_out.judged(searches)))
    assert "2 of 2 intervals" in fair[1]


def test_what_a_seed_does_to_all_candidates_is_no_noise_between_them() -> None:
    bench = planted(noise=0.5)
    rows = [
        {**row, "val_top1": row["val_top1"] + 0.03 * row["seed"]} for row in bench.rows(3, range(6))
    ]
    noise, apart = stability.noise_of(rows)
    assert noise.low < 0.5 < noise.high < 1
    assert 0.4 < apart < 1.2
