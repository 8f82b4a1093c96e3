"""What a study is asked for, as one value a kind: the arguments of the planning functions."""

from dataclasses import dataclass, field
from pathlib import Path

from scalesearch.core.candidates import Range
from scalesearch.core.limits import NO_CEILINGS, Ceilings
from scalesearch.core.multipliers import Coefficients
from scalesearch.experiments.training_options import TrainingOptions


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search over the splits of one budget.

    Attributes:
        baseline: a shipped name, a YAML file, or a Python function "package.module:build".
        training: what proxies are trained on, and how.
        phi: candidates cost 2^phi times the baseline (counted multiply-accumulates).
        grid: "simplex" for budget shares on a triangle, "box" for ranges of coefficients; None for
            a simplex and the paper's point.
        step: of the shares or of the coefficients; None for the profile's or 0.05.
        ranges: of alpha, beta, gamma in a box.
        tolerance: how far the cost ratio may lie from its target in a box; None for 0.1.
        constraint: "nominal" holds alpha beta^2 gamma^2 near 2 in a box, "counted" the counted
            ratio near 2^phi; None for nominal.
        include: further coefficients to try.
        ceilings: most parameters and activations of a full-size candidate.
        max_latency: most milliseconds that one image may take here at full size.
        batch: images at a time where full-size networks are measured.
        literal: train the formula's networks with their rounding, at whatever cost.
        early_stop: whether candidates are cut as the profile says.
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
    early_stop: bool = True
    seed: int = 0


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """A comparison of compound scaling with one dimension alone, at equal counted cost.

    Attributes:
        baseline, training, seed: as of `SearchRequest`.
        costs: counted MACs of every arm as multiples of the baseline's; none for 2.
        target_macs: counted MACs of every full-size arm instead.
        coefficients: themselves, or where to take them from: found, paper, or a study's name.
        results: the folder in which studies lie.
        seeds: trainings of each network.
    """

    baseline: str
    training: TrainingOptions
    results: Path
    costs: tuple[float, ...] = ()
    target_macs: int | None = None
    coefficients: Coefficients | str = "found"
    seed: int = 0
    seeds: int = 3


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """A sweep along lines.

    Attributes:
        baseline, training, seed: as of `SearchRequest`.
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
