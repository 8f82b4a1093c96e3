"""The accuracy of networks of one budget as a surface over the triangle of mixtures.

A Bayesian model (see `priors`) with a grid of sizes for its terms, averaged by marginal likelihood
(Rasmussen & Williams 2006, chapters 2 and 5). Accuracies are in points of top-1. Equal observations
give equal figures, whatever their order.
"""

from dataclasses import dataclass

import numpy as np

from scalesearch.search.draws import posterior_draws
from scalesearch.search.evidence import Components, components
from scalesearch.search.observations import Observations
from scalesearch.search.outliers import tamed
from scalesearch.search.posterior import Posterior
from scalesearch.search.priors import BLOCKS, terms
from scalesearch.search.replicates import Replicates, replicates


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What is believed of the networks and of the points between them after `observations`.

    `level` is the accuracy in points that everything inside is reckoned from.
    """

    observations: Observations
    components: Components
    means: Replicates
    level: float

    @property
    def noise(self) -> float:
        """Standard deviation of one training over its seeds, in points: its posterior mean."""
        return float(self.components.weights @ self.components.noise)

    @property
    def blocks(self) -> float:
        """Standard deviation of what a seed gives all its trainings, in points: likewise."""
        ratios = np.array(BLOCKS)[self.components.block]
        return float(self.components.weights @ (self.components.noise * ratios))

    @property
    def own_spread(self) -> float:
        """Standard deviation of what is one network's own, in points: likewise."""
        return float(self.components.weights @ self.components.sizes[:, 2])

    def mean(self, mixtures: np.ndarray) -> np.ndarray:
        """Posterior mean of the surface at `mixtures` (points, 3), in points of top-1, (points,).

        At the mean cost of what was trained; as `at` has it, and much sooner.
        """
        seen, kept = self.observations, self.components
        ratios = np.concatenate([np.zeros(len(mixtures)), _own_ratios(seen)])
        between = terms(np.vstack([mixtures, seen.mixtures]), ratios)
        cross = between.with_last(len(seen.cells)).covariance(kept.sizes, len(seen.cells), False)
        pull = kept.weights[:, None] * kept.pull[:, : len(seen.cells)]
        return self.level + np.einsum("kvm,km->v", cross[:, : len(mixtures)], pull)

    def at(self, mixtures: np.ndarray, log_ratios: np.ndarray | None = None) -> Posterior:
        """Of the surface at `mixtures` (points, 3): what transfers to the full-size networks.

        `log_ratios` (points,) as in `Observations`; without them, at the mean cost of what was
        trained.
        """
        return self.joint(mixtures, log_ratios).part(slice(len(mixtures)))

    def own(self) -> Posterior:
        """Of what each network would reach on average over seeds: (networks + baseline,).

        The baseline stands last, where it was trained.
        """
        return self.joint(np.empty((0, 3)))

    def joint(self, mixtures: np.ndarray, log_ratios: np.ndarray | None = None) -> Posterior:
        """Of the surface at `mixtures`, then of each network's own value, then of the baseline's.

        (points + networks + baseline,), each as `at` and `own` say.
        """
        seen, kept = self.observations, self.components
        everywhere = np.vstack([mixtures, seen.mixtures])
        ratios = np.concatenate([_ratios(seen, len(mixtures), log_ratios), _own_ratios(seen)])
        prior, networks = terms(everywhere, ratios), len(seen.cells)
        cross = prior.with_last(networks).covariance(kept.sizes, networks, seen.baseline)
        means = np.einsum("kvm,km->kv", cross, kept.pull)
        mean = kept.weights @ means
        usual = np.sqrt(kept.weights @ np.square(kept.sizes))[None]
        covariance = prior.covariance(usual, networks, seen.baseline)[0]
        share = np.sqrt(kept.weights)[:, None, None]
        known = share * (kept.whitening @ cross.transpose(0, 2, 1))
        known = known.reshape(-1, known.shape[2])
        unsure = share[:, 0] * (means - mean)
        covariance += unsure.T @ unsure - known.T @ known
        draws = posterior_draws(everywhere, ratios, networks, kept, self.means, cross)
        return Posterior(self.level + mean, covariance, self.level + draws)


def fit(observations: Observations) -> Surface:
    """The surface after these trainings.

    Trainings that collapsed are brought near to what their neighbours say first (see `outliers`).
    """
    seen = tamed(observations)
    between = terms(seen.mixtures, _own_ratios(seen))
    level = float(np.mean(seen.top1))
    means = replicates(seen, level)
    return Surface(seen, components(between, means, seen.baseline), means, level)


def _own_ratios(seen: Observations) -> np.ndarray:
    """Where all are of one cost, what is left of differences is rounding and says nothing."""
    return np.zeros(len(seen.cells)) if seen.one_cost else seen.log_ratios


def _ratios(seen: Observations, points: int, log_ratios: np.ndarray | None) -> np.ndarray:
    return np.zeros(points) if log_ratios is None or seen.one_cost else log_ratios
