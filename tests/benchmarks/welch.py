"""How far two networks' mean accuracies lie apart: Welch's interval over training seeds.

Seeds are not paired: the same number starts different networks, with other weights drawn and
other drops, so a pair of trainings with one seed has nothing in common but the order of images.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

CONFIDENCE = 0.95
METHOD = (
    "Welch's t interval, two-sided 95 %: unpaired, each arm with its own spread over seeds; not "
    "corrected for the number of arms"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """First mean less the second, as a fraction of top-1, with its interval.

    `low`, `high` and `degrees` are None where no spread is known.
    """

    mean: float
    low: float | None
    high: float | None
    degrees: float | None

    @property
    def apart(self) -> bool | None:
        """Whether the interval leaves out 0; None where there is none."""
        return None if self.low is None or self.high is None else self.low > 0 or self.high < 0


def welch(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Mean of `first` less mean of `second`, each at least one value, with a 95 % interval.

    Unequal variances (Welch 1947), degrees of freedom by Welch and Satterthwaite. There is no
    interval where either is a single value, or where neither varies: few seeds that happen to
    agree, as at chance level, say nothing of the spread.
    """
    mean = statistics.fmean(first) - statistics.fmean(second)
    if min(len(first), len(second)) < 2:
        return Difference(mean, None, None, None)
    parts = [(statistics.variance(values) / len(values), len(values)) for values in (first, second)]
    squared = sum(part for part, _ in parts)
    if squared == 0:
        return Difference(mean, None, None, None)
    degrees = squared**2 / sum(part**2 / (count - 1) for part, count in parts)
    reach = float(stdtrit(degrees, (1 + CONFIDENCE) / 2)) * math.sqrt(squared)
    return Difference(mean, mean - reach, mean + reach, degrees)
