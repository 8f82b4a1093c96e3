"""The surface is what the model says, by another library, and what a model of this kind must be."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Kernel

from scalesearch.search import priors
from scalesearch.search.mixtures import lattice
from scalesearch.search.observations import observations
from scalesearch.search.surface import fit
from tests.search.planted_for_tests import NOISE, QUARTERS, observed, quadratic, rows

POINTS = lattice(5)


class Prior(Kernel):
    """The model's covariance of two trainings, written anew; X holds mixture, cost, network, seed.

    A network of -1 is the surface itself, without what is a network's own or a seed's.
    """

    def __init__(self, curvature, departure, own, block):
        self.curvature, self.departure, self.own, self.block = curvature, departure, own, block

    def __call__(self, X, Y=None, eval_gradient=False):
        Y = X if Y is None else Y
        apart = sum((X[:, [i]] - Y[:, i]) ** 2 for i in range(3))
        return (
            30**2
            + 10**2 * X[:, [3]] * Y[:, 3]
            + self.curvature**2 * self.scheffe(X) @ self.scheffe(Y).T
            + self.departure**2 * np.exp(-apart / (2 * 0.35**2))
            + self.own**2 * self.same(X, Y, 4)
            + self.block**2 * self.same(X, Y, 5)
        )

    @staticmethod
    def scheffe(X):
        d, w, r = X[:, :3].T
        return np.stack([d, w, r, d * w, d * r, w * r], axis=1)

    @staticmethod
    def same(X, Y, column):
        return (X[:, [column]] == Y[:, column]) & (X[:, [column]] >= 0)

    def diag(self, X):
        return np.diag(self(X))

    def is_stationary(self):
        return False


def by_sklearn(surface):
    """Each component's Gaussian process, fitted to all trainings of networks on the surface."""
    seen, parts = surface.observations, surface.components
    X = np.c_[seen.mixtures[seen.network], seen.log_ratios[seen.network], seen.network, seen.block]
    for k in range(len(parts.weights)):
        block = parts.noise[k] * priors.BLOCKS[parts.block[k]]
        kernel = Prior(*parts.sizes[k], block)
        process = GaussianProcessRegressor(kernel, alpha=parts.noise[k] ** 2, optimizer=None)
        yield process.fit(X, seen.top1 - surface.level)


@pytest.mark.parametrize("spread", [0.0, 0.4])
def test_posterior_and_weights_are_those_of_another_library(spread):
    """By the law of total variance over the components, each of which scikit-learn works out."""
    ratios = spread * np.linspace(-1, 1, 15)
    surface = fit(observed([1, 2, 3] * 5, ratios=ratios, baseline=0))
    at = np.c_[POINTS, spread * np.linspace(1, -1, len(POINTS)), np.full((len(POINTS), 2), -1)]
    own = np.c_[QUARTERS, ratios, np.arange(15), np.full(15, -1)]
    asked = np.vstack([at, own])
    found = surface.joint(POINTS, at[:, 3])
    means, covariances, evidence = [], [], []
    for process in by_sklearn(surface):
        mean, covariance = process.predict(asked, return_cov=True)
        means.append(mean)
        covariances.append(covariance)
        evidence.append(process.log_marginal_likelihood_value_)
    weights = surface.components.weights
    mean = weights @ means
    apart = np.array(means) - mean
    covariance = np.tensordot(weights, covariances, 1) + (weights * apart.T) @ apart
    np.testing.assert_allclose(found.mean, surface.level + mean, atol=1e-6)
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-6)
    noise = surface.components.noise
    prior = -3 * (np.log(noise) + 1.5**2 / (2 * noise**2))  # scaled inverse chi-squared, of the log
    expected = np.exp(np.array(evidence) + prior - np.max(evidence + prior))
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-5)


def test_draws_have_the_moments_that_are_told():
    found = fit(observed(15 * [2])).joint(POINTS, draws=200_000)
    np.testing.assert_allclose(found.draws.mean(0), found.mean, atol=0.01)
    np.testing.assert_allclose(np.cov(found.draws.T), found.covariance, atol=0.04)


def test_noise_and_its_blocks_are_those_of_restricted_maximum_likelihood():
    statsmodels = pytest.importorskip("statsmodels.regression.mixed_linear_model")
    seen = observed(15 * [12], seed=2, baseline=0, own=0.5)
    model = statsmodels.MixedLM(seen.top1, np.ones((len(seen.top1), 1)), groups=seen.network)
    assert fit(seen).noise == pytest.approx(np.sqrt(model.fit(reml=True).scale), rel=0.02)


def test_seeds_that_move_all_trainings_alike_are_found():
    seen = observed(15 * [6], baseline=6, noise=0.8)
    moved = np.array([-1.5, 0.3, 1.2, -0.6, 1.0, -0.4])[seen.block]
    calm, blocked = fit(seen), fit(replace(seen, top1=seen.top1 + moved))
    assert calm.blocks < 0.5 * blocked.blocks
    assert blocked.own().covariance[0, -1] > calm.own().covariance[0, -1]


def test_a_constant_added_to_all_accuracies_is_added_to_all_values():
    seen = observed(15 * [2])
    first, second = (fit(replace(seen, top1=seen.top1 + plus)) for plus in (0, 17.5))
    a, b = first.joint(POINTS), second.joint(POINTS)
    np.testing.assert_allclose(b.mean, a.mean + 17.5, atol=1e-8)
    np.testing.assert_allclose(b.draws, a.draws + 17.5, atol=1e-7)


def test_rows_in_any_order_give_the_very_same_figures():
    table = rows([1, 2, 3] * 5, baseline=2)
    for _ in range(3):
        np.random.default_rng(1).shuffle(table)
        found = fit(observations(table)).joint(POINTS)
        known = fit(observations(rows([1, 2, 3] * 5, baseline=2))).joint(POINTS)
        np.testing.assert_array_equal(found.draws, known.draws)
        np.testing.assert_array_equal(found.covariance, known.covariance)


def test_the_mean_alone_is_that_of_the_posterior():
    surface = fit(observed(15 * [2]))
    np.testing.assert_allclose(surface.mean(POINTS), surface.at(POINTS).mean, atol=1e-9)


def test_the_baseline_lies_on_no_surface():
    """Twenty points below, it moves no candidate, and is told by its own trainings alone."""
    with_it, without = fit(observed(15 * [3], baseline=3)), fit(observed(15 * [3], baseline=0))
    low = observed(15 * [3], baseline=3)
    far = fit(replace(low, top1=low.top1 - 20 * (low.network < 0)))
    assert len(with_it.own().mean) == 16
    assert len(without.own().mean) == 15
    np.testing.assert_allclose(far.at(POINTS).mean, with_it.at(POINTS).mean, atol=0.02)
    assert far.own().mean[-1] == pytest.approx(with_it.own().mean[-1] - 20, abs=0.1)


@pytest.mark.parametrize(
    "mixtures",
    [
        np.eye(3),
        np.eye(3)[:2],
        QUARTERS[QUARTERS[:, 0] == 0],
        np.repeat(QUARTERS[:3], 4, axis=0),
        lattice(23),
    ],
    ids=["three", "two", "one edge", "twins", "three hundred"],
)
def test_any_set_of_networks_gives_finite_figures(mixtures):
    surface = fit(observed(len(mixtures) * [1], mixtures=mixtures))
    found = surface.joint(mixtures)
    assert np.isfinite(found.draws).all()
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-6
    assert (found.low < found.high).all()


def test_equal_accuracies_of_all_networks_are_told_as_equal():
    """At chance level no training says anything, and nothing fails."""
    seen = observed(15 * [2])
    found = fit(replace(seen, top1=np.full(31, 10.0)))
    np.testing.assert_allclose(found.at(POINTS).mean, 10, atol=1e-6)
    assert found.noise < 0.7  # half of what is believed before


def test_three_networks_far_apart_are_told_by_their_own_means():
    seen = observed([8, 8, 8], mixtures=np.eye(3), noise=0.3)
    means = [seen.top1[seen.network == n].mean() for n in range(3)]
    np.testing.assert_allclose(fit(seen).own().mean[:3], means, atol=0.15)


def test_costs_count_only_where_they_differ():
    ratios = np.linspace(-0.05, 0.05, 15)
    same, apart = (fit(observed(15 * [2], ratios=by * ratios)) for by in (1, 10))
    at = np.array([-0.5, 0.5])
    point = np.repeat(POINTS[:1], 2, axis=0)
    assert np.ptp(same.at(point, at).mean) == 0
    assert np.ptp(apart.at(point, at).mean) > 0


def test_what_a_doubling_of_the_cost_brings_is_learnt():
    ratios = np.random.default_rng(3).uniform(-0.5, 0.5, 15)
    seen = observed(15 * [6], ratios=ratios, noise=0.5)
    rising = replace(seen, top1=seen.top1 + 4 * ratios[seen.network])
    found = fit(rising).at(np.repeat(POINTS[:1], 2, axis=0), np.array([0.0, 1.0]))
    assert found.less(1, 0).mean[0] == pytest.approx(4, abs=0.7)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """95 % intervals of 15 points on 60 surfaces, each with its own; 2 of 3 standard errors."""
    held = []
    for seed in range(60):
        found = fit(observed([1, 2, 3] * 5, seed, own=0.3)).at(QUARTERS)
        truth = quadratic(QUARTERS)
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert 0.90 <= np.mean(held) <= 0.99


def test_the_noise_is_near_what_was_planted():
    found = [fit(observed(15 * [4], seed)).noise for seed in range(20)]
    assert np.mean(found) == pytest.approx(NOISE, rel=0.08)
