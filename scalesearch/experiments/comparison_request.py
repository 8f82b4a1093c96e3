"""What a comparison is asked for: its request, its terms in a plan, and its usual name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from scalesearch.core.multipliers import Coefficients
from scalesearch.core.pairs import Pair
from scalesearch.core.resolution import Resolution
from scalesearch.core.study_settings import ArmSettings, Settings
from scalesearch.experiments.rounds import Rounds
from scalesearch.experiments.study_names import study_name
from scalesearch.experiments.study_terms import Arms, triple
from scalesearch.experiments.training_options import TrainingOptions


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """A comparison of compound scaling with one dimension alone, at equal counted cost.

    Attributes:
        baseline, training, seed: as of `search_request.SearchRequest`.
        costs: counted MACs of every arm as multiples of the baseline's; none for 2.
        target_macs: counted MACs of every full-size arm instead.
        coefficients: themselves, or where to take them from: found, paper, or a study's name.
        results: the folder in which studies lie.
        seeds: trainings of each network at each length.
        epochs: lengths of the trainings, the shortest first; none for the profile's alone.
        controls: whether learning rates and images without information are tried too.
    """

    baseline: str
    training: TrainingOptions
    results: Path
    costs: tuple[float, ...] = ()
    target_macs: int | None = None
    coefficients: Coefficients | str = "found"
    seed: int = 0
    seeds: int = 3
    epochs: tuple[int, ...] = ()
    controls: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonTerms:
    """The terms of a comparison of compound scaling with one dimension alone."""

    keeps_weights: ClassVar[bool] = True
    """Whether trained weights are kept: for class maps."""
    costs: tuple[float, ...]
    """Counted MACs of the arms, as multiples of the baseline's."""
    coefficients: Coefficients
    """What the compound arms scale by."""
    source: str
    """Where those come from: paper, study or options."""
    source_words: str
    """The same for a person."""
    own_resolution: Resolution
    """That of the baseline's proxy by the profile as it is, at which arms may miss their cost."""
    classes: tuple[str, ...] = ()
    """What the classes are called."""
    lengths: tuple[int, ...] = ()
    """Epochs of the trainings, the shortest first; the last is the recipe's."""
    controls: bool = False
    """Whether there are controls."""

    @property
    def needs_own_recipe(self) -> bool:
        """Whether recipes differ between trainings, of which an own trainer is told nothing."""
        return self.controls or len(self.lengths) > 1

    def settings(
        self, common: Settings, pairs: Sequence[Pair[Any]], rounds: Rounds, arms: Arms
    ) -> Settings:
        """Each arm's own training beside its network, for class maps."""
        return replace(
            common,
            costs=self.costs,
            coefficients=triple(self.coefficients),
            seeds=rounds.seeds,
            epochs=self.lengths if len(self.lengths) > 1 else None,
            controls=self.controls or None,
            classes=self.classes,
            arms={
                name: ArmSettings(cell, trained.to_json()) for name, (cell, trained) in arms.items()
            },
        )

    def columns(self, pair: Pair[Any]) -> dict[str, float | None]:
        """None: nothing was asked for beside the multipliers."""
        return {}


def default_comparison(request: ComparisonRequest, costs: Sequence[float], baseline: str) -> str:
    """That of a comparison; `baseline` is the network's name, `costs` are those of its arms."""
    return study_name(
        "compare",
        baseline,
        profile=request.training.profile,
        dataset=request.training.dataset,
        seed=request.seed,
        more=("x" + "-".join(f"{cost:.4g}" for cost in costs),),
    )
