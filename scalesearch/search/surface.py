"""The accuracy of networks of one budget as a surface over the triangle of mixtures.

A Bayesian model (see `priors`) with a grid of sizes for its terms, averaged by marginal likelihood
(Rasmussen & Williams 2006, chapters 2 and 5). Accuracies are in points of top-1. Equal observations
give equal figures, whatever their order.
"""

from dataclasses import dataclass

import numpy as np

from scalesearch.search.draws import DRAWS, posterior_draws
from scalesearch.search.evidence import Components, components
from scalesearch.search.observations import Observations
from scalesearch.search.outliers import tamed
from scalesearch.search.posterior import Posterior
from scalesearch.search.priors import BLOCKS, Terms, scales, terms
from scalesearch.search.replicates import Replicates, replicates
from scalesearch.search.threads import on_one_thread


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
        """Standard deviation of what a seed adds to all its trainings: as `noise`."""
        ratios = np.array(BLOCKS)[self.components.block]
        return float(self.components.weights @ (self.components.noise * ratios))

    @on_one_thread
    def mean(self, mixtures: np.ndarray) -> np.ndarray:
        """Posterior mean of the surface at `mixtures` (points, 3), in points of top-1, (points,).

        At the mean cost of what was trained. It equals the mean that `at` gives, and takes much
        less time.
        """
        kept, points = self.components, len(mixtures)
        cross = self._prior(mixtures, None)[0].parts[:, :points, points:]
        pull = np.einsum("k,ka,km->am", kept.weights, scales(kept.sizes), self._pulls())
        return self.level + np.einsum("avm,am->v", cross, pull)

    def at(self, mixtures: np.ndarray, log_ratios: np.ndarray | None = None) -> Posterior:
        """The posterior of the surface at `mixtures` (points, 3).

        The surface is what transfers to the full-size networks.

        `log_ratios` (points,) as in `Observations`; without them, at the mean cost of what was
        trained.
        """
        return self.joint(mixtures, log_ratios).part(slice(len(mixtures)))

    def own(self) -> Posterior:
        """The posterior of what each network would reach on average over seeds.

        It is of (networks + baseline,) values.

        The baseline stands last, where it was trained.
        """
        return self.joint(np.empty((0, 3)))

    @on_one_thread
    def joint(
        self, mixtures: np.ndarray, log_ratios: np.ndarray | None = None, draws: int = DRAWS
    ) -> Posterior:
        """Of the surface at `mixtures`, then of each network's own value, then of the baseline's.

        (points + networks + baseline,), each as `at` and `own` say. An even number of `draws`, 0
        where moments are enough.
        """
        kept, points = self.components, len(mixtures)
        prior, ratios = self._prior(mixtures, log_ratios)
        cross, scale = prior.parts[:, :, points:], scales(kept.sizes)
        means = np.einsum("avm,ka,km->kv", cross, scale, self._pulls(), optimize=True)
        mean = kept.weights @ means
        # What is known is the sum over components of S P S', where S = sum of scale times cross.
        weighed = np.einsum(
            "k,ka,kb,kij->aibj", kept.weights, scale, scale, kept.precision, optimize=True
        )
        flat = cross.transpose(1, 0, 2).reshape(cross.shape[1], -1)
        covariance = np.tensordot(kept.weights @ scale, prior.parts, 1)
        covariance -= flat @ weighed.reshape(flat.shape[1], -1) @ flat.T
        apart = np.sqrt(kept.weights)[:, None] * (means - mean)
        covariance += apart.T @ apart
        drawn = posterior_draws(
            np.vstack([mixtures, self.observations.mixtures]),
            ratios,
            kept,
            self.means,
            cross,
            draws,
        )
        return Posterior(self.level + mean, covariance, self.level + drawn)

    def _prior(
        self, mixtures: np.ndarray, log_ratios: np.ndarray | None
    ) -> tuple[Terms, np.ndarray]:
        """Covariances of all values, and the cost ratios of points and networks."""
        seen = self.observations
        ratios = np.zeros(len(mixtures)) if log_ratios is None or seen.one_cost else log_ratios
        ratios = np.concatenate([ratios, _own_ratios(seen)])
        everywhere = np.vstack([mixtures, seen.mixtures])
        return terms(everywhere, ratios, len(seen.cells), seen.baseline), ratios

    def _pulls(self) -> np.ndarray:
        """(components, networks + baseline): the means, multiplied by their precision."""
        kept = self.components
        return np.einsum("kij,kj->ki", kept.precision, self.means.mean[kept.block])


@on_one_thread
def fit(observations: Observations) -> Surface:
    """The surface after these trainings.

    Trainings that collapsed are brought near to what their neighbours say first (see `outliers`).
    """
    seen = tamed(observations)
    between = terms(seen.mixtures, _own_ratios(seen), len(seen.cells), seen.baseline)
    level = float(np.mean(seen.top1))
    means = replicates(seen, level)
    return Surface(seen, components(between, means), means, level)


def _own_ratios(seen: Observations) -> np.ndarray:
    """Where all are of one cost, what is left of differences is rounding and says nothing."""
    return np.zeros(len(seen.cells)) if seen.one_cost else seen.log_ratios
