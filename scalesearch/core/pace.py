"""How long trainings take: a rate from a few measured ones, and a whole search by it.

A step is arithmetic and the moving of what layers put out, so an image takes MACs / rate and
activations times what moving one takes; what a training takes beside its steps (building, graphs,
scoring) is much the same for all networks of a plan.
"""

import heapq
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scalesearch.core.cost import Cost
from scalesearch.core.halving import Halving


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
        baseline: cost of the baseline's proxy, which is trained to the end on every seed.
        candidates: costs of the other distinct proxies.
        images: of one whole training, each epoch's anew.
        lengths: of each network's training as a multiple of that, the baseline's first; none where
            all are as long.
        seeds: trainings of each network.
        finalists: candidates that are trained on further seeds, and as `least` of the cuts.
        further: those seeds.
        halving: how candidates are cut; None trains each to its end.
    """

    baseline: Cost
    candidates: tuple[Cost, ...]
    images: int
    seeds: int
    finalists: int = 0
    further: int = 0
    halving: Halving | None = None
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

    Each cut waits for all that come to it; who goes on is not known, and counts as the mean.
    """
    costs = (trainings.baseline, *trainings.candidates)
    lengths = trainings.lengths or (1.0,) * len(costs)
    baseline, *candidates = (
        trainings.images * length * pace.per_image(cost)
        for cost, length in zip(costs, lengths, strict=True)
    )
    mean = statistics.fmean(candidates) if candidates else 0.0
    total = 0.0
    for count, share in _legs(trainings):
        chosen = candidates if count == len(candidates) else [mean] * count
        legs = [pace.start + share * steps for steps in (baseline, *chosen)]
        total += makespan(legs * trainings.seeds, workers)
    if trainings.further:
        finals = [baseline, *[mean] * min(trainings.finalists, len(candidates))]
        total += makespan([pace.start + steps for steps in finals] * trainings.further, workers)
    return total


def _legs(trainings: Trainings) -> Iterator[tuple[int, float]]:
    """How many candidates train between two cuts, and the share of a training that this is."""
    count = len(trainings.candidates)
    if trainings.halving is None:
        yield count, 1.0
        return
    for candidates, since, until in trainings.halving.legs(count, trainings.finalists):
        yield candidates, until - since


def makespan(seconds: Iterable[float], workers: int) -> float:
    """When the last worker ends, the longest trainings being handed out first."""
    ends = [0.0] * workers
    for each in sorted(seconds, reverse=True):
        heapq.heapreplace(ends, ends[0] + each)
    return max(ends)
