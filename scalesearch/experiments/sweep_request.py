"""What a sweep is asked for: its request, its terms in a plan, and its usual name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from scalesearch.core.pairs import Pair
from scalesearch.core.study_settings import Settings
from scalesearch.experiments.rounds import Rounds
from scalesearch.experiments.study_names import study_name
from scalesearch.experiments.study_terms import Arms
from scalesearch.experiments.training_options import TrainingOptions


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """A sweep along lines.

    Attributes:
        baseline, training, seed: as of `search_request.SearchRequest`.
        factors: of depth, width, resolution; None, or nothing, where not asked for.
        pairs: (depth, resolution) at which width is swept; none for one dimension at a time.
        seeds: trainings of each network.
    """

    baseline: str
    training: TrainingOptions
    factors: dict[str, tuple[float, ...] | None] = field(default_factory=dict)
    pairs: tuple[tuple[float, float], ...] = ()
    seed: int = 0
    seeds: int = 3


@dataclass(frozen=True, slots=True)
class SweepTerms:
    """Of a sweep along lines."""

    keeps_weights: ClassVar[bool] = False
    """Whether trained weights are kept."""
    by_pairs: bool
    """Width at fixed pairs of depth and resolution, rather than one dimension at a time."""

    def settings(
        self, common: Settings, pairs: Sequence[Pair[Any]], rounds: Rounds, arms: Arms
    ) -> Settings:
        """Its networks by their names."""
        return replace(common, networks=tuple(pair.name for pair in pairs), seeds=rounds.seeds)

    def columns(self, pair: Pair[Any]) -> dict[str, float | None]:
        """None: nothing was asked for beside the multipliers."""
        return {}


def default_sweep(request: SweepRequest, baseline: str) -> str:
    """That of a sweep. Other factors need a name of their own."""
    return study_name(
        "sweep",
        baseline,
        profile=request.training.profile,
        dataset=request.training.dataset,
        seed=request.seed,
        more=("pairs",) if request.pairs else (),
    )
