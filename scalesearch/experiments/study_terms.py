"""What only one kind of study is asked for, and what its settings say of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scalesearch.core.multipliers import Coefficients
from scalesearch.core.networks import Network
from scalesearch.core.pairs import Pair
from scalesearch.core.resolution import Resolution
from scalesearch.core.study_settings import ArmSettings, Settings, Triple
from scalesearch.experiments.rounds import Rounds

Arms = Mapping[str, tuple[str, Network]]
"""The cell and the trained network of each accepted pair, by its name; the baseline's first."""


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """Of a search over candidates that share one budget."""

    phi: float
    """Candidates cost 2^phi times the baseline."""
    literal: bool
    """Whether they are the formula's networks with their rounding, at whatever cost."""

    def settings(
        self, common: Settings, pairs: Sequence[Pair[Any]], rounds: Rounds, arms: Arms
    ) -> Settings:
        """A limit counts by what it leaves out: two that leave out the same are the same study."""
        within = [pair for pair in pairs if not pair.exceeded]
        return replace(
            common,
            phi=self.phi,
            literal=self.literal,
            candidates=tuple(pair.name for pair in within),
            coefficients=tuple(_triple(pair.coefficients) for pair in within),
            halving=rounds.halving.to_json() if rounds.halving else None,
            search_seeds=rounds.seeds,
            finalists=rounds.finalists,
            final_seeds=rounds.final_seeds,
        )


@dataclass(frozen=True, slots=True)
class ComparisonTerms:
    """Of a comparison of compound scaling with one dimension alone."""

    costs: tuple[float, ...]
    """Counted MACs of the arms, as multiples of the baseline's."""
    coefficients: Coefficients
    """What the compound arms scale by."""
    source: str
    """Where those come from: paper, study or options."""
    source_words: str
    """The same for a person."""
    own_resolution: Resolution
    """Of the baseline's proxy by the profile as it stands; arms may miss their cost there."""
    classes: tuple[str, ...] = ()
    """What the classes are called."""

    def settings(
        self, common: Settings, pairs: Sequence[Pair[Any]], rounds: Rounds, arms: Arms
    ) -> Settings:
        """Each arm's own training beside its network, for class maps."""
        return replace(
            common,
            costs=self.costs,
            coefficients=_triple(self.coefficients),
            seeds=rounds.seeds,
            classes=self.classes,
            arms={
                name: ArmSettings(cell, trained.to_json()) for name, (cell, trained) in arms.items()
            },
        )


@dataclass(frozen=True, slots=True)
class SweepTerms:
    """Of a sweep along lines."""

    by_pairs: bool
    """Width at fixed pairs of depth and resolution, rather than one dimension at a time."""

    def settings(
        self, common: Settings, pairs: Sequence[Pair[Any]], rounds: Rounds, arms: Arms
    ) -> Settings:
        """Its networks by their names."""
        return replace(common, networks=tuple(pair.name for pair in pairs), seeds=rounds.seeds)


def _triple(coefficients: Coefficients) -> Triple:
    return coefficients.alpha, coefficients.beta, coefficients.gamma
