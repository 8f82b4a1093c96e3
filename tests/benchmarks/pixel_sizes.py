"""Trainings of networks that differ in the pixels of their images and in nothing else."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scalesearch.errors import ScaleSearchError

from .training_outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Size:
    """One size of picture: accuracies in percent by seed, and the network's cost."""

    pixels: int
    top1: dict[int, float]
    macs: int

    @property
    def mean(self) -> float:
        return statistics.fmean(self.top1.values())


def sizes_of(outcomes: Sequence[Outcome]) -> list[Size]:
    """By pixels, ascending. Raises ScaleSearchError where networks differ in more than pixels."""
    if len({(each.job.repeats, each.job.width, each.job.proxy) for each in outcomes}) > 1:
        raise ScaleSearchError(
            f"Trainings tagged {outcomes[0].job.tag} differ in more than their pixels."
        )
    found: dict[int, Size] = {}
    for each in sorted(outcomes, key=lambda each: each.job.resolution):
        pixels = each.job.resolution
        size = found.setdefault(pixels, Size(pixels, {}, each.macs))
        size.top1[each.job.seed] = each.top1()
    return list(found.values())


def stride_of(outcomes: Sequence[Outcome]) -> int:
    """The stride of all layers together."""
    return math.prod(stage.stride for stage in outcomes[0].job.network.stages)


def misfit(pixels: int, stride: int) -> float:
    """log2 of how much larger the last map is than the picture over the stride; 0 where it fits."""
    return math.log2(-(-pixels // stride) * stride / pixels)
