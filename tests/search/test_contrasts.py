"""Differences between arms: as statsmodels and SciPy have them, blocks only where they pay."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import ttest_ind, ttest_rel
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.power import TTestIndPower

from scalesearch.search.contrasts import combined, fit
from scalesearch.search.power import seeds_to_prove


def drawn(block, arms=5, seeds=3, missing=(), draw=0):
    """Accuracies by arm and seed: noise of 1, seeds that differ by `block`, some never trained."""
    rng = np.random.default_rng(draw)
    of_seed = rng.normal(0, block, seeds)
    noise = rng.normal(0, 1, (arms, seeds))
    return [
        {
            seed: float(arm / 2 + of_seed[seed] + noise[arm, seed])
            for seed in range(seeds)
            if (arm, seed) not in missing
        }
        for arm in range(arms)
    ]


def frame(top1):
    rows = [(arm, seed, y) for arm, each in enumerate(top1) for seed, y in each.items()]
    return pd.DataFrame(rows, columns=["arm", "seed", "y"])


@pytest.mark.parametrize("missing", [(), ((2, 1),), ((0, 0), (3, 2))])
@pytest.mark.parametrize(("block", "blocks"), [(0.0, False), (6.0, True)])
def test_differences_and_their_intervals_are_those_of_statsmodels(block, blocks, missing):
    top1 = drawn(block, missing=missing)
    found = fit(top1)
    known = smf.ols(f"y ~ C(arm){' + C(seed)' * blocks}", frame(top1)).fit()
    assert found.seeds.are_blocks is blocks
    assert found.noise == pytest.approx(math.sqrt(known.scale))
    assert found.degrees == known.df_resid
    between = found.difference({1: 1.0, 3: -1.0})
    test = known.t_test("C(arm)[T.1] - C(arm)[T.3] = 0")
    assert between.mean == pytest.approx(float(test.effect[0]))
    assert (between.low, between.high) == pytest.approx(tuple(test.conf_int()[0]))


@pytest.mark.parametrize("draw", range(4))
def test_seeds_are_blocks_where_an_f_test_says_so(draw):
    top1 = drawn(1.0, draw=draw)
    plain, both = (smf.ols(f"y ~ C(arm){more}", frame(top1)).fit() for more in ("", " + C(seed)"))
    p = float(anova_lm(plain, both)["Pr(>F)"].iloc[1])
    assert fit(top1).seeds.p == pytest.approx(p)
    assert fit(top1).seeds.are_blocks == (p < 0.05)


def test_of_two_arms_it_is_the_usual_t_test_paired_where_seeds_matter():
    for block, test in ((0.0, ttest_ind), (20.0, ttest_rel)):
        top1 = drawn(block, arms=2, seeds=6)
        known = test(*(list(each.values()) for each in top1)).confidence_interval(0.95)
        found = fit(top1).difference({0: 1.0, 1: -1.0})
        assert (found.low, found.high) == pytest.approx((known.low, known.high))


def test_lengths_of_unequal_noise_are_combined_as_welch_does():
    short, long = [0.1, 0.5, 0.2], [0.61, 0.62, 0.64, 0.6]
    fits = [fit([dict(enumerate(values))]) for values in (short, long)]
    found = combined([(fits[1], {0: 1.0}), (fits[0], {0: -1.0})])
    known = ttest_ind(long, short, equal_var=False)
    assert found.degrees == pytest.approx(known.df)
    interval = known.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize("block", [0.0, 0.5, 1.0, 3.0])
def test_intervals_hold_the_true_difference_in_95_of_100_however_much_seeds_matter(block):
    held = 0
    for draw in range(800):
        found = fit(drawn(block, draw=draw)).difference({4: 1.0, 0: -1.0})
        held += found.low < 2.0 < found.high
    assert 0.93 <= held / 800 <= 0.97


@pytest.mark.parametrize("block", [0.0, 2.0])
def test_intervals_of_trends_over_lengths_hold_the_truth_as_often(block):
    held = 0
    weights = {0: 1.0, 1: -1 / 3, 2: -1 / 3, 3: -1 / 3}
    for draw in range(800):
        fits = [fit(drawn(block, draw=2 * draw + length)) for length in (0, 1)]
        found = combined([(fits[1], weights), (fits[0], {k: -w for k, w in weights.items()})])
        held += found.low < 0 < found.high
    assert 0.93 <= held / 800 <= 0.97


def test_without_a_second_seed_there_is_a_difference_and_no_interval():
    found = fit([{0: 0.5}, {0: 0.75}, {}]).difference({1: 1.0, 0: -1.0})
    assert (found.mean, found.low, found.high) == (0.25, None, None)
    assert fit([{0: 0.5}, {0: 0.75}, {}]).difference({2: 1.0, 0: -1.0}) is None


def test_seeds_that_agree_to_the_last_digit_claim_no_interval():
    found = fit([{0: 0.1, 1: 0.1}, {0: 0.1, 1: 0.1}])
    assert found.noise is None
    assert found.difference({0: 1.0, 1: -1.0}).low is None
    assert found.seeds_to_prove(0.1) is None


def test_a_network_that_is_stuck_at_chance_does_not_make_the_noise_look_small():
    stuck = dict.fromkeys(range(3), 0.1)
    varying = {0: 0.11, 1: 0.15, 2: 0.13}
    found = fit([stuck, varying, stuck, stuck])
    assert found.noise == pytest.approx(np.std(list(varying.values()), ddof=1))
    assert found.degrees == 2


@pytest.mark.parametrize("effect", [0.2, 0.5, 1.0, 1.5])
def test_seeds_that_prove_a_difference_are_those_of_statsmodels(effect):
    known = TTestIndPower().solve_power(effect, alpha=0.05, power=0.8)
    assert abs(seeds_to_prove(effect, 1.0, 2) - math.ceil(known)) <= 1


def test_many_seeds_are_by_the_formula_of_the_normal_distribution():
    exact = 2 * 0.8**2 * (1.959964 + 0.841621) ** 2 / 0.05**2
    assert seeds_to_prove(0.05, 0.8, 5) == pytest.approx(exact, abs=2)


def test_no_difference_and_a_tiny_one_are_never_proven():
    assert seeds_to_prove(0.0, 1.0, 5) is None
    assert seeds_to_prove(1e-6, 1.0, 5) is None
