"""What will be trained, as one value: what everything else about a study is computed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, Self, TypeVar

from scalesearch.config.profiles import Profile
from scalesearch.config.recipe import Recipe
from scalesearch.core.networks import Network
from scalesearch.core.pairs import Asked, Pair, Trial, distinct
from scalesearch.core.study_settings import Kind, Settings
from scalesearch.data.facts import DataFacts
from scalesearch.data.spec import DataSpec
from scalesearch.experiments.cells import cell_of
from scalesearch.experiments.datasets import data_key
from scalesearch.experiments.rounds import Rounds
from scalesearch.experiments.study_terms import Terms

SEEDS_APART = 1000
"""Training seeds of a study with seed s are 1000 s, 1000 s + 1, ..."""

A = TypeVar("A", bound=Asked, covariant=True)
T = TypeVar("T", bound=Terms, covariant=True)


@dataclass(frozen=True, repr=False)
class Plan(Generic[A, T]):
    """A study before it starts: its networks, what they are trained on and how often.

    Nothing of it is trained or downloaded yet, and TensorFlow is loaded for networks of Python
    functions alone. All else (trainings, memory, time, the study's settings) follows from it.

    Attributes:
        kind: grid, compare or sweep.
        baseline: the baseline itself, at full size and as its proxy.
        pairs: what is trained beside it, in the order of the tables; those that are refused say why
            and are not trained.
        terms: what only this kind of study was asked for, such as phi.
        profile: how proxies are made and trained.
        data: the images that they are trained on, and `facts` about them.
        seed: where the seeds of trainings begin.
        rounds: how often each network is trained.
        given: the baseline as it was named, such as a file's path.
        trainer: what a trainer of the user's own is pinned to; None for ours.
    """

    kind: Kind
    baseline: Pair[Any]
    pairs: tuple[Pair[A], ...]
    terms: T
    profile: Profile
    data: DataSpec
    facts: DataFacts
    seed: int
    rounds: Rounds
    given: str
    trainer: Mapping[str, Any] | None = field(default=None)

    def __repr__(self) -> str:
        """One line, as a notebook shows it; the networks themselves fill pages."""
        most = "at most " if self.rounds.stop else ""
        return (
            f"<Plan of {self.kind} for {self.network.name}: {most}{self.trainings} trainings of "
            f"{len(self.trials)} distinct proxies on {self.data.dataset}>"
        )

    @property
    def network(self) -> Network:
        """The baseline at full size."""
        return self.baseline.full.network

    @property
    def accepted(self) -> tuple[Pair[A], ...]:
        """Those of the pairs that are trained."""
        return tuple(pair for pair in self.pairs if not pair.refused)

    @property
    def distinct(self) -> int:
        """Distinct full-size networks among the accepted pairs."""
        return len({pair.full.network.key for pair in self.accepted})

    @cached_property
    def trials(self) -> tuple[Trial[Any], ...]:
        """Every distinct proxy; the first is the baseline's."""
        return distinct((self.baseline, *self.pairs))

    @cached_property
    def _of_name(self) -> dict[str, Trial[Any]]:
        return {name: trial for trial in self.trials for name in trial.names}

    def trial_of(self, pair: Pair[Any]) -> Trial[Any]:
        """The trial that stands for an accepted pair."""
        return self._of_name[pair.name]

    @property
    def first_round(self) -> int:
        """Trainings of the first round; of a comparison or a sweep that is all."""
        return len(self.trials) * self.rounds.seeds

    @property
    def trainings(self) -> int:
        """Trainings in all, of a search at most."""
        return self.rounds.stop.trainings if self.rounds.stop else self.first_round

    @property
    def training_macs(self) -> int:
        """MACs of all trainings: three times a forward pass (Kaplan et al. 2020) an image.

        Which networks the further rounds of a search train is not known before, so each of their
        trainings counts as the mean of the candidates.
        """
        macs = [trial.pair.proxy.cost.macs * self.recipe_of(trial).epochs for trial in self.trials]
        further = (self.trainings - self.first_round) * sum(macs[1:]) / max(1, len(macs) - 1)
        return round(3 * (self.facts.train or 0) * (sum(macs) * self.rounds.seeds + further))

    @property
    def lengths(self) -> tuple[int, ...]:
        """Epochs of its trainings, the shortest first; of most plans one number."""
        return tuple(sorted({self.recipe_of(trial).epochs for trial in self.trials}))

    @property
    def first_seeds(self) -> range:
        """The training seeds of the first round; further ones follow them."""
        first = self.seed * SEEDS_APART
        return range(first, first + self.rounds.seeds)

    @property
    def keeps_weights(self) -> bool:
        """Whether trained weights are kept: those of a comparison, for class maps."""
        return self.terms.keeps_weights and self.trainer is None

    def is_main(self, trial: Trial[Any]) -> bool:
        """Whether it is trained by the profile's recipe: no control, of several lengths the last.

        Of such are the weights that are kept.
        """
        return self.recipe_of(trial) == self.profile.recipe

    def recipe_of(self, trial: Trial[Any]) -> Recipe:
        """How it is trained."""
        return self.profile.recipe.treated(trial.pair.treatment)

    def cell(self, trial: Trial[Any]) -> str:
        """16 hex digits that stand for all that decides a training's result, the seed apart."""
        data = data_key(self.data, self.facts)
        return cell_of(trial.pair.proxy.network, self.recipe_of(trial), data, self.trainer)

    @property
    def settings(self) -> Settings:
        """What a study of it is pinned to: the same for the same results."""
        arms = {
            pair.asked.name: (self.cell(trial), trial.pair.proxy.network)
            for pair in (self.baseline, *self.accepted)
            for trial in (self.trial_of(pair),)
            if self.is_main(trial)
        }
        common = Settings(
            self.kind,
            self.network.to_json(),
            proxy=self.profile.proxy_key,
            recipe=self.profile.recipe.to_json(),
            data=data_key(self.data, self.facts),
            seed=self.seed,
            trainer=self.trainer,
        )
        return self.terms.settings(common, self.pairs, self.rounds, arms)

    def with_recipe(self, recipe: Recipe) -> Self:
        """The same networks, trained otherwise."""
        return self.changed(profile=replace(self.profile, recipe=recipe))

    def changed(self, **parts: Any) -> Self:
        """The plan with other parts, and all that follows from them."""
        return replace(self, **parts)
