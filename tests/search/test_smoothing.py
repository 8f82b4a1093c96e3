"""Smoothed accuracies are nearer to the truth than single trainings, and never invent a slope."""

import itertools

import numpy as np
import pytest

from scalesearch.search.conclusion import ranking
from scalesearch.search.selection import Score
from scalesearch.search.smoothing import estimates, smoothed, winsorised

LATTICE = (
    np.array([(a, b, 4 - a - b) for a, b in itertools.product(range(5), repeat=2) if a + b <= 4])
    / 4
)


def rows_of(shares=LATTICE, ratio=2.0):
    names = ("proxy_share_depth", "proxy_share_width", "proxy_share_resolution")
    return {
        f"{n:02d}": dict(zip(names, map(float, row), strict=True)) | {"proxy_counted_ratio": ratio}
        for n, row in enumerate(shares)
    }


def scores_of(values, n=1):
    return [Score(f"{i:02d}", float(v), None, n, 1, 1) for i, v in enumerate(values)]


def test_a_plane_over_the_triangle_is_left_as_it_is():
    plane = LATTICE @ np.array([0.5, 0.6, 0.7])
    np.testing.assert_allclose(smoothed(LATTICE, plane, np.ones(15)), plane, atol=1e-9)


@pytest.mark.parametrize("bend", [0.0, 0.05, 0.15])
def test_noisy_surfaces_come_out_nearer_to_the_truth(bend):
    """Planes and domes with seeds that move accuracy as much as neighbours differ (2 points)."""
    d, w, r = LATTICE.T
    truth = 0.5 + 0.05 * w + 0.08 * r + bend * (d * w + d * r + w * r)
    rng = np.random.default_rng(0)
    plain, better = [], []
    for _ in range(200):
        seen = truth + rng.normal(0, 0.02, 15)
        plain.append(np.square(seen - truth).mean())
        better.append(np.square(smoothed(LATTICE, seen, np.ones(15)) - truth).mean())
    assert np.mean(better) < 0.6 * np.mean(plain)


def test_many_trainings_of_a_candidate_are_believed_more_than_its_neighbours():
    values = np.full(15, 0.5)
    values[7] = 0.6
    once = smoothed(LATTICE, values, np.ones(15))[7]
    often = smoothed(LATTICE, values, np.where(np.arange(15) == 7, 100, 1))[7]
    assert 0.5 < once < 0.56 < often <= 0.6


def test_candidates_on_one_edge_of_the_triangle_can_be_smoothed():
    edge = LATTICE[LATTICE[:, 0] == 0]
    found = smoothed(edge, edge @ np.array([0.0, 0.4, 0.6]), np.ones(len(edge)))
    np.testing.assert_allclose(found, edge @ np.array([0.0, 0.4, 0.6]), atol=1e-9)


def test_the_order_of_arrival_changes_nothing():
    values = np.random.default_rng(3).uniform(0.4, 0.6, 15)
    scores = scores_of(values)
    assert estimates(scores, rows_of()) == estimates(scores[::-1], rows_of())


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        (rows_of(LATTICE[:5]), 5),  # too few to say where the surface lies
        (rows_of() | {"03": rows_of(ratio=2.22)["03"]}, 15),  # costs differ: no mixture of one
        (rows_of() | {"03": {"proxy_counted_ratio": 2.0}}, 15),  # shares are not known
    ],
)
def test_what_is_no_mixture_of_one_budget_keeps_its_own_means(rows, count):
    scores = scores_of(np.random.default_rng(1).uniform(0.4, 0.6, count))
    assert estimates(scores, rows) == {score.cell: score.mean for score in scores}


def test_candidates_at_both_ends_of_equal_cost_are_smoothed():
    """5 % below the target and 5 % above it are one budget still."""
    rows = rows_of(ratio=2 * 0.95) | {"03": rows_of(ratio=2 * 1.05)["03"]}
    scores = scores_of(np.random.default_rng(1).uniform(0.4, 0.6, 15))
    assert estimates(scores, rows) == estimates(scores, rows_of())
    assert estimates(scores, rows) != {score.cell: score.mean for score in scores}


@pytest.mark.parametrize("collapsed", range(15))
def test_a_collapsed_training_drags_no_neighbour_and_stays_last(collapsed):
    others = [n for n in range(15) if n != collapsed]
    for six in itertools.combinations(others[::2], 6):
        at = [collapsed, *six]
        found = estimates(scores_of([0.1] + 6 * [0.9]), rows_of(LATTICE[at]))
        healthy = [found[f"{n:02d}"] for n in range(1, 7)]
        assert max(abs(value - 0.9) for value in healthy) < 0.02
        assert found["00"] < 0.2


@pytest.mark.parametrize("slopes", itertools.permutations((0.0, 0.3, 0.9)))
@pytest.mark.parametrize("step", [2, 4, 8])
def test_a_steep_plane_has_no_outliers(slopes, step):
    lattice = [(a, b, step - a - b) for a in range(step + 1) for b in range(step + 1 - a)]
    plane = np.array(lattice) / step @ np.array(slopes)
    np.testing.assert_array_equal(winsorised(plane), plane)


def test_a_far_value_is_brought_to_three_robust_deviations_from_the_median():
    """By hand: median 0.58, deviations 0, 0.02, 0.02, 0.04, 0.48: 0.58 - 3 * 1.4826 * 0.02."""
    found = winsorised(np.array([0.56, 0.58, 0.6, 0.62, 0.1]))
    assert found == pytest.approx([0.56, 0.58, 0.6, 0.62, 0.491044])


def test_the_ranking_is_by_estimates_and_its_scores_are_plain():
    """One lucky training among bad neighbours does not lead a ranking."""
    values = 0.5 + 0.1 * LATTICE[:, 2]
    lucky = next(n for n, row in enumerate(LATTICE) if tuple(row) == (1, 0, 0))
    values[lucky] = 0.605
    table = [
        {"cell": cell, "role": "candidate", "stage": "search", "state": "complete", "macs": 1,
         "params": 1, "val_top1": float(values[int(cell)]), **row}
        for cell, row in rows_of().items()
    ]  # fmt: skip
    found = ranking(table)
    assert max(found, key=lambda score: score.mean).cell == f"{lucky:02d}"
    assert found[0].cell != f"{lucky:02d}"
    assert {score.cell: score.mean for score in found} == {
        row["cell"]: row["val_top1"] for row in table
    }
