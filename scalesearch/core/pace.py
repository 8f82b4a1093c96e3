"""How long trainings take: a rate from a few measured ones, and a whole search by it.

A step is arithmetic and the moving of what layers put out, so an image takes MACs / rate and
activations times what moving one takes; what a training takes beside its steps (building, graphs,
scoring) is much the same for all networks of a plan.
"""

import heapq
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scalesearch.core.cost import Cost

MOST = 100_000
"""Further trainings that are counted on, at most."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What one network took on some machine, in seconds.

    Attributes:
        macs, acts: of its forward pass, one image.
        start: of a training apart from its steps.
        per_image: of a training step, an image.
    """

    macs: int
    acts: int
    start: float
    per_image: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of a training: `start`, and of each image by its MACs and activations."""

    start: float
    per_mac: float
    per_act: float

    def per_image(self, cost: Cost) -> float:
        """Seconds that one image takes in a training step."""
        return self.per_mac * cost.macs + self.per_act * cost.acts


@dataclass(frozen=True, slots=True)
class Trainings:
    """What is trained, as far as it decides the time.

    Attributes:
        baseline: cost of the baseline's proxy.
        candidates: costs of the other distinct proxies.
        images: of one whole training, each epoch's anew.
        seeds: trainings of each network in the first round.
        further: trainings of candidates in further rounds, which are not known before.
        round_size: how many of those a round has; each waits for the one before.
        lengths: of each network's training as a multiple of that, the baseline's first; none where
            all are as long.
    """

    baseline: Cost
    candidates: tuple[Cost, ...]
    images: int
    seeds: int
    further: int = 0
    round_size: int = 1
    lengths: tuple[float, ...] = ()


def fitted(timings: Sequence[Timing]) -> Pace:
    """The pace nearest to `timings`, of which there is one at least; no rate is negative.

    Squared errors of seconds a MAC are least, so that each network counts alike, and one that was
    measured while the machine was busy counts no less than one that was not.
    """
    start = statistics.fmean(timing.start for timing in timings)
    slowness = [each.per_image / each.macs for each in timings]
    acts = [each.acts / each.macs for each in timings]
    mean, mean_acts = statistics.fmean(slowness), statistics.fmean(acts)
    spread = sum((each - mean_acts) ** 2 for each in acts)
    if spread > 1e-9 * sum(each**2 for each in acts):
        pairs = zip(acts, slowness, strict=True)
        slope = sum((a - mean_acts) * (s - mean) for a, s in pairs) / spread
        if slope >= 0 and mean >= slope * mean_acts:
            return Pace(start, mean - slope * mean_acts, slope)
        if slope > 0:
            squares = sum(each**2 for each in acts)
            slope = sum(a * s for a, s in zip(acts, slowness, strict=True)) / squares
            return Pace(start, 0.0, slope)
    return Pace(start, mean, 0.0)


def seconds_of(trainings: Trainings, pace: Pace, workers: int) -> float:
    """Seconds from the first training handed out to the last one's end, `workers` at a time.

    Which candidates further rounds train is not known, and each counts as their mean.
    """
    costs = [trainings.baseline, *trainings.candidates]
    lengths = trainings.lengths or (1.0,) * len(costs)
    each = [
        pace.start + trainings.images * length * pace.per_image(cost)
        for cost, length in zip(costs, lengths, strict=True)
    ]
    mean = statistics.fmean(each[1:]) if trainings.candidates else 0.0
    rounds, rest = divmod(trainings.further, trainings.round_size)
    return (
        makespan(each * trainings.seeds, workers)
        + rounds * makespan([mean] * trainings.round_size, workers)
        + makespan([mean] * rest, workers)
    )


def trainings_within(seconds: float, trainings: Trainings, pace: Pace, workers: int) -> int:
    """How many trainings end within so many seconds, in the first round and in further ones.

    0 where the first round alone takes longer.
    """
    further = -1
    while (
        further < MOST
        and seconds_of(replace(trainings, further=further + 1), pace, workers) <= seconds
    ):
        further += 1
    first = (1 + len(trainings.candidates)) * trainings.seeds
    return 0 if further < 0 else first + further


def makespan(seconds: Iterable[float], workers: int) -> float:
    """When the last worker ends, the longest trainings being handed out first."""
    ends = [0.0] * workers
    for each in sorted(seconds, reverse=True):
        heapq.heapreplace(ends, ends[0] + each)
    return max(ends)
