"""What a comparison says beside its arms: its noise, how arms move with length, its controls.

Accuracies and differences are fractions of the validation images. Differences have 95 % intervals,
`low` to `high`, which are None where no noise is known; `seeds_to_prove` is how many seeds of every
arm would prove a difference of this size in 80 % of comparisons.
"""

from dataclasses import dataclass

SLOPES, RATES, INFORMATION = "compare_slopes.csv", "compare_rates.csv", "compare_information.csv"


@dataclass(frozen=True, slots=True)
class Length:
    """The trainings of one length, controls apart."""

    epochs: int
    trainings: int
    """How many were trained to the end."""
    noise: float | None
    """Standard deviation of one training, pooled over all arms; None where none had two seeds."""
    degrees: int
    """Degrees of freedom of the noise."""
    blocks: bool
    """Whether seeds count as blocks, so that arms are compared within each seed."""
    p: float | None
    """The p-value of the F test that decides it; None where there is nothing to test."""
    spread: float | None
    """Standard deviation between seeds, beyond what the noise explains."""
    seeds_for_half_a_point: int | None
    """Seeds of every arm that would prove a difference of 0.5 points in 80 % of comparisons."""


@dataclass(frozen=True, slots=True)
class Slope:
    """How a method at one cost moves against the others of that cost with each doubling of epochs.

    Above 0 longer trainings favour it; below 0 short ones do.
    """

    method: str
    cost: float
    shortest: int
    """Epochs of the shortest trainings, as `longest` has those of the longest."""
    longest: int
    slope: float
    """The slope of its top-1 less the mean of the other methods, over log2 of the epochs, by least
    squares."""
    low: float | None
    high: float | None
    degrees: float | None


@dataclass(frozen=True, slots=True)
class BestRate:
    """The best of the learning rates that an arm was trained at."""

    method: str
    cost: float
    epochs: int
    rate: float
    """As a multiple of the recipe's."""
    at_the_edge: bool
    """Whether it is the lowest or the highest that was tried, so that the best may lie beyond."""
    top1_mean: float
    compound_less_arm: float | None
    """Compound at its own best rate less this arm at this one; None for compound itself.

    The best of three rates is chosen by the same trainings, so its mean is a little too high.
    """
    low: float | None
    high: float | None
    seeds_to_prove: int | None


@dataclass(frozen=True, slots=True)
class Information:
    """Resolution alone, and the same on images that hold no more than the baseline's."""

    cost: float
    epochs: int
    pixels: int | str
    """Size of the network's input."""
    informed: int | str
    """Pixels that images were shrunk to before they were enlarged."""
    top1_mean: float
    """Mean top-1 of resolution alone, on images as they are."""
    without: float
    """Mean top-1 of the same on the shrunk images."""
    difference: float
    """The first less the second: what the pixels' information brings."""
    low: float | None
    high: float | None
    seeds_to_prove: int | None


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings: slopes of several lengths, and the last two where there are controls."""

    lengths: tuple[Length, ...] = ()
    slopes: tuple[Slope, ...] = ()
    best_rates: tuple[BestRate, ...] = ()
    information: tuple[Information, ...] = ()


NONE = Findings()
