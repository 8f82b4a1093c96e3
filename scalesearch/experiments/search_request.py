"""What a search is asked for: its request, its terms in a plan, and its usual name."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from scalesearch.core.candidates import Range
from scalesearch.core.limits import NO_CEILINGS, Ceilings
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.pairs import Pair
from scalesearch.core.study_settings import Settings
from scalesearch.experiments.network_names import meaning_of
from scalesearch.experiments.rounds import Rounds
from scalesearch.experiments.study_names import study_name
from scalesearch.experiments.study_terms import Arms, triple
from scalesearch.experiments.training_options import TrainingOptions
from scalesearch.search.naming_rule import Naming


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search over the splits of one budget.

    Attributes:
        baseline: a shipped name, a YAML file, or a Python function "package.module:build".
        training: what proxies are trained on, and how.
        phi: candidates cost 2^phi times the baseline (counted multiply-accumulates).
        grid: how candidates are chosen, one of `candidate_schemes.SCHEMES`; None for a simplex and
            the paper's point.
        step: of the shares or of the coefficients; None for the profile's or 0.05.
        ranges: of alpha, beta, gamma in a box.
        tolerance: how far the cost ratio may lie from its target in a box; None for 0.1.
        constraint: "nominal" holds alpha beta^2 gamma^2 near 2 in a box, "counted" the counted
            ratio near 2^phi; None for nominal.
        include: further coefficients to try.
        ceilings: most parameters and activations of a full-size candidate.
        literal: train the formula's networks with their rounding, at whatever cost.
        regret: points of top-1 at which it stops; None for the profile's.
        trainings: the most of them; None for the profile's.
        minutes: instead of `trainings`, time for as many as fit into it.
        seed: where the seeds of trainings begin.
    """

    baseline: str
    training: TrainingOptions
    phi: float = 1.0
    grid: str | None = None
    step: float | None = None
    ranges: dict[str, Range] = field(default_factory=dict)
    tolerance: float | None = None
    constraint: str | None = None
    include: tuple[Coefficients, ...] = ()
    ceilings: Ceilings = NO_CEILINGS
    literal: bool = False
    regret: float | None = None
    trainings: int | None = None
    minutes: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """The terms of a search over candidates that share one budget."""

    keeps_weights: ClassVar[bool] = False
    """Whether trained weights are kept."""
    phi: float
    """Candidates cost 2^phi times the baseline."""
    literal: bool
    """Whether they are the formula's networks with their rounding, at whatever cost."""
    ceilings: Ceilings = NO_CEILINGS
    """Limits of the full-size network that is named."""
    measured: bool = False
    """Whether candidates were held against a latency. Other networks were not."""

    def naming(self, regret: float) -> Naming:
        """How a point is named: only candidates can be, where they are the formula's networks or
        were held against a latency."""
        return Naming(regret, self.literal or self.measured)

    def settings(
        self, common: Settings, pairs: Sequence[Pair[Any]], rounds: Rounds, arms: Arms
    ) -> Settings:
        """A limit counts by what it leaves out: two that leave out the same are the same study."""
        within, stop = [pair for pair in pairs if not pair.exceeded], rounds.stop
        assert stop is not None
        return replace(
            common,
            phi=self.phi,
            literal=self.literal,
            candidates=tuple(pair.name for pair in within),
            coefficients=tuple(triple(pair.coefficients) for pair in within),
            search_seeds=rounds.seeds,
            regret=stop.regret,
            trainings=stop.trainings if stop.minutes is None else None,
            minutes=stop.minutes,
        )

    def columns(self, pair: Pair[Any]) -> dict[str, float | None]:
        """The columns of a candidate that say what was asked for."""
        shares = pair.asked.shares
        return {
            "nominal_ratio": pair.coefficients.nominal**self.phi,
            "share_depth": shares and shares.depth,
            "share_width": shares and shares.width,
            "share_resolution": shares and shares.resolution,
        }


def default_study(request: SearchRequest) -> str:
    """The name of a search's study where none is given."""
    function = meaning_of(request.baseline) == "function"
    return study_name(
        request.baseline.replace(":", ".") if function else Path(request.baseline).stem,
        profile=request.training.profile,
        dataset=request.training.dataset,
        seed=request.seed,
        more=(
            f"phi{request.phi:g}",
            *([request.grid] if request.grid else []),
            *(["literal"] if request.literal else []),
        ),
    )
