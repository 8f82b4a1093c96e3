import math
import statistics

import pytest
import scipy.stats

from scalesearch.search.selection import (
    Score,
    choose,
    rank,
    scores,
    short_proxy_warning,
)


def a_score(cell, mean, std=0.01, n=3, macs=100, params=10):
    return Score(cell, mean, std, n, macs, params)


def a_record(cell, top1, state="complete"):
    return {"cell": cell, "val_top1": top1, "state": state, "macs": 5, "params": 6}


def test_scores_use_complete_rows_alone():
    records = [a_record("a", 0.5), a_record("a", None, "failed"), a_record("b", None, "failed")]
    assert scores([*records, a_record("a", 0.7)]) == [
        Score("a", pytest.approx(0.6), pytest.approx(statistics.stdev([0.5, 0.7])), 2, 5, 6)
    ]


def test_equal_means_are_ranked_by_cell_not_by_arrival():
    first, second, third = a_score("a", 0.6), a_score("b", 0.6), a_score("c", 0.7)
    assert rank([second, first, third]) == [third, first, second]


def test_the_margin_is_the_pooled_t_interval_of_scipy():
    a, b, c = [0.70, 0.72, 0.71], [0.69, 0.705], [0.60, 0.61, 0.63, 0.62]
    choice = choose(
        [
            Score(name, statistics.fmean(x), statistics.stdev(x), len(x), macs, 1)
            for name, x, macs in (("a", a, 3), ("b", b, 1), ("c", c, 2))
        ]
    )
    squares = sum((v - statistics.fmean(x)) ** 2 for x in (a, b, c) for v in x)
    assert choice.degrees == 6
    assert choice.pooled_std == pytest.approx(math.sqrt(squares / 6))
    reach = scipy.stats.t.ppf(0.975, 6) * choice.pooled_std
    assert choice.margin == pytest.approx(reach * math.sqrt(1 / 3 + 1 / 2))
    assert (choice.best.cell, choice.winner.cell) == ("a", "b")
    assert [score.cell for score in choice.tied] == ["b", "a"]


def test_two_networks_are_told_apart_exactly_where_the_t_test_tells_them_apart():
    a = [0.70, 0.72, 0.71]
    for shift in (0.001, 0.01, 0.02, 0.022, 0.024, 0.03, 0.1):
        b = [value - shift for value in (0.705, 0.725, 0.70)]
        choice = choose(
            [
                Score("a", statistics.fmean(a), statistics.stdev(a), 3, 2, 1),
                Score("b", statistics.fmean(b), statistics.stdev(b), 3, 1, 1),
            ]
        )
        assert choice.tie == (scipy.stats.ttest_ind(a, b).pvalue >= 0.05)


def test_a_clear_best_wins_alone_though_it_costs_more():
    choice = choose([a_score("a", 0.9, macs=900), a_score("b", 0.5, macs=1)])
    assert (choice.winner.cell, choice.tie) == ("a", False)


def test_among_those_not_told_apart_the_cheaper_budget_wins():
    cheaper, dearer = a_score("z", 0.60, macs=100), a_score("a", 0.61, macs=106)
    choice = choose([dearer, cheaper])
    assert (choice.winner, choice.tied, choice.tie) == (cheaper, (cheaper, dearer), True)


def test_costs_apart_by_rounding_alone_do_not_decide_among_equals():
    cheaper, better = a_score("z", 0.60, macs=100), a_score("a", 0.61, macs=104)
    choice = choose([better, cheaper])
    assert (choice.winner, choice.tie) == (better, True)


def test_one_seed_tells_nothing_apart_and_says_so():
    a, b = a_score("a", 0.6, std=None, n=1, macs=9), a_score("b", 0.5, std=None, n=1, macs=1)
    choice = choose([b, a])
    assert (choice.winner, choice.pooled_std, choice.margin, choice.tie) == (a, None, None, True)


def test_seeds_without_spread_tell_everything_apart():
    choice = choose([a_score("a", 0.61, std=0.0, macs=9), a_score("b", 0.6, std=0.0, macs=1)])
    assert (choice.winner.cell, choice.tie, choice.margin) == ("a", False, 0.0)


def test_short_proxies_are_warned_of_below_half_and_not_at_half():
    assert "Only 1 of 3 candidates" in short_proxy_warning(1, 3)
    assert short_proxy_warning(1, 2) == ""
