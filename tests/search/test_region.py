"""The 95 % region of the optimum holds what it says, and has no holes that are chance alone."""

import numpy as np
import pytest

from scalesearch.search.mixtures import lattice
from scalesearch.search.optimum import MASS, region


@pytest.mark.parametrize("seed", range(5))
def test_it_holds_95_percent_of_the_chances_and_no_more_than_it_needs(seed: int) -> None:
    chances = np.random.default_rng(seed).dirichlet(np.full(len(lattice()), 0.2))
    for mixtures in (None, lattice()):
        held = chances[region(chances, mixtures)].sum()
        assert held >= MASS - 1e-9
    alone = region(chances)
    assert chances[alone].sum() - chances[alone].min() < MASS


def test_a_point_between_likely_ones_belongs_to_it_though_no_draw_fell_on_it() -> None:
    mixtures = lattice()
    apart = np.square(mixtures - [0.25, 0.25, 0.5]).sum(1)
    chances = np.exp(-apart / (2 * 0.15**2))
    hole = int(np.argmin(apart))
    chances[hole] = 0
    chances /= chances.sum()
    assert region(chances, mixtures)[hole]
    assert not region(chances)[hole]


def test_of_candidates_it_is_the_likeliest_ones() -> None:
    found = region(np.array([0.5, 0.02, 0.3, 0.17, 0.01]))
    assert list(found) == [True, False, True, True, False]
