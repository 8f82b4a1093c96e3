"""A training that collapsed drags no other value, and what is merely steep is no outlier."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from scalesearch.search.observations import Observations
from scalesearch.search.surface import fit
from tests.search.planted_for_tests import NOISE, QUARTERS, observed


@pytest.mark.parametrize("collapsed", range(15))
@pytest.mark.parametrize("seeds", [1, 3])
def test_a_collapsed_training_drags_no_neighbour(collapsed, seeds):
    """Forty points too low, beside a search that never ran that training: less than a seed does."""
    counts = [seeds - (n == collapsed) for n in range(15)]
    seen = observed(15 * [seeds], seed=4)
    at = np.flatnonzero(seen.network == collapsed)[0]
    others = np.arange(len(seen.top1)) != at
    top1 = np.where(others, seen.top1, 10.0)
    kept = seen.network[others] - (seen.network[others] > collapsed) * (seeds == 1)
    here = np.array(counts) > 0
    without = Observations(
        tuple(np.array(seen.cells)[here]), QUARTERS[here], np.zeros(here.sum()), kept,
        seen.block[others], top1[others],
    )  # fmt: skip
    calm, hit = fit(without), fit(replace(seen, top1=top1))
    neighbours = QUARTERS[np.arange(15) != collapsed]
    moved = hit.at(neighbours).mean - calm.at(neighbours).mean
    assert np.abs(moved).max() < NOISE
    assert hit.noise < 1.3 * calm.noise


@pytest.mark.parametrize("slopes", itertools.permutations((0.0, 20.0, 60.0)))
def test_a_steep_plane_has_no_outliers(slopes):
    seen = observed(15 * [2])
    steep = 20 + QUARTERS @ np.array(slopes)
    top1 = seen.top1 + np.append(steep, 0)[seen.network]
    found = fit(replace(seen, top1=top1))
    np.testing.assert_array_equal(found.observations.top1, top1)
