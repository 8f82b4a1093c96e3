"""Realising a point at equal cost for a network that a Python function builds.

Each look at its cost builds a model, so few points are looked at: the resolution and the depth
whose own parts come nearest to the asked shares, then the width that closes the gap.
"""

import math
from collections.abc import Callable

from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost
from scalesearch.core.inverse import inverse, whole_inverse
from scalesearch.core.multipliers import Multipliers
from scalesearch.core.networks import Network, Realised
from scalesearch.core.realisation import COST_TOLERANCE, beside, checked, or_refused
from scalesearch.core.resolution import nearest
from scalesearch.errors import BuildError

CLOSE = 0.002
"""Of the cost ratio: a width that comes so near is good enough."""
CLOSE_ENOUGH = 0.02
"""Of the cost ratio: beyond it pixels help the width."""
CLOSE_DEPTH = 0.02
"""In units of log2 of the cost: depth moves in whole blocks, and width closes the gap."""
WIDTHS, DEPTHS = 12, 8
"""Models looked at for one point, at most."""


class FunctionBudget:
    """All networks of one function at one cost, counted from the models that it builds.

    Pixels are those of the longer side; the other follows, so that the shape stays the baseline's.
    """

    def __init__(self, baseline: Network, ratio: float) -> None:
        self.baseline = baseline
        self.ratio = ratio
        self._macs = baseline.cost.macs
        self._realised: dict[tuple[float, int], Realised] = {}

    def realise(self, asked: Shares) -> Realised:
        """The network at this cost near to the shares `asked`.

        Refused where the cost is off, and where the function cannot build it.
        """
        by = Multipliers(
            self.ratio**asked.depth,
            self.ratio ** (asked.width / 2),
            self.ratio ** (asked.resolution / 2),
        )
        return or_refused(self.baseline, by, lambda: self._near(asked))

    def nearest(self, asked: Shares, miss: Callable[[Cost], float]) -> Realised:
        """As `realise`, whatever `miss`: each further look would build models."""
        return self.realise(asked)

    def _near(self, asked: Shares) -> Realised:
        budget = math.log2(self.ratio)
        pixels = self._pixels(asked.resolution * budget)
        depth = self._depth(asked.depth * budget)
        if (depth, pixels) not in self._realised:
            self._realised[depth, pixels] = self._at(depth, pixels)
        return self._realised[depth, pixels]

    def alone(self, dimension: str) -> Realised:
        """The network nearest to the cost that differs from the baseline in one dimension alone.

        The other two are exactly the baseline's. A function rounds to whole blocks, channels and
        pixels: where none found comes within 5 % of the cost, the nearest is given, refused. So is
        one that the function cannot build.
        """
        power = 1 if dimension == "depth" else 2
        by = Multipliers(**{dimension: self.ratio ** (1 / power)})
        return or_refused(self.baseline, by, lambda: self._alone(dimension))

    def _alone(self, dimension: str) -> Realised:
        wanted = math.log2(self.ratio)
        base = self.baseline.resolution.longer
        if dimension == "depth":
            by = Multipliers(depth=self._depth(wanted))
        elif dimension == "width":
            by = Multipliers(width=self._width(1.0, base))
        else:
            by = Multipliers(resolution=self._pixels(wanted) / base)
        return checked(describe(self.baseline, by), self.ratio)

    def _at(self, depth: float, pixels: int) -> Realised:
        """The network of about this depth and resolution whose width brings it to the cost."""
        width = self._width(depth, pixels)
        pixels = self._nearer(depth, width, pixels)
        by = Multipliers(depth, width, pixels / self.baseline.resolution.longer)
        return checked(describe(self.baseline, by), self.ratio)

    def _width(self, depth: float, pixels: int) -> float:
        """The width at this depth and resolution whose cost comes nearest to the target.

        Raises BuildError where the function cannot build the widths that would come near to it.
        """
        wanted = math.log2(self.ratio)
        failures: list[BuildError] = []

        def part(width: float) -> float:
            by = Multipliers(depth, width, pixels / self.baseline.resolution.longer)
            return self._part(self._scaled(by), width > 1, failures)

        rest = wanted - self._log2(self.baseline.at(depth=depth))
        rest -= self._log2(self._of_pixels(pixels))
        close = math.log2(1 + CLOSE)
        found = inverse(part, wanted, 2 ** (rest / 2), power=2, close=close, most=WIDTHS)
        if failures and abs(part(found) - wanted) > math.log2(1 + COST_TOLERANCE):
            raise failures[0]
        return found

    def _nearer(self, depth: float, width: float, pixels: int) -> int:
        """The pixels, of those and the few that a missed cost suggests, that come nearest to it.

        A function that rounds its channels in large steps leaves a gap that pixels can close.
        """
        wanted = math.log2(self.ratio)

        def off(side: int) -> float:
            by = Multipliers(depth, width, side / self.baseline.resolution.longer)
            return self._part(self._scaled(by), side > pixels) - wanted

        gap = off(pixels)
        if math.isinf(gap) or abs(gap) <= math.log2(1 + CLOSE_ENOUGH):
            return pixels
        other = nearest(pixels * 2 ** (-gap / 2))
        sides = {pixels, *(side for side in range(other - 1, other + 2) if side >= 1)}
        return min(sides, key=lambda side: (abs(off(side)), abs(side - pixels)))

    def _pixels(self, wanted: float) -> int:
        """The whole number of pixels whose own part of the cost is nearest to `wanted`.

        Raises BuildError where the function cannot build the network of the formula's pixels.
        """
        own = self.baseline.resolution.longer
        asked = nearest(own * 2 ** (wanted / 2))
        self._log2(self._of_pixels(asked))

        def part(pixels: int) -> float:
            return self._part(self._of_pixels(pixels), larger=pixels > own)

        return whole_inverse(part, wanted, asked)

    def _scaled(self, by: Multipliers) -> Network:
        return self.baseline.at(by.depth, by.width, by.resolution)

    def _of_pixels(self, pixels: int) -> Network:
        return self.baseline.resized(self.baseline.resolution.with_longer(pixels))

    def _depth(self, wanted: float) -> float:
        """The depth multiplier whose own part of the cost is nearest to `wanted`.

        Raises BuildError where the function cannot build the network of the formula's depth.
        """
        asked = round(2**wanted, 4)
        self._log2(self.baseline.at(depth=asked))

        def part(depth: float) -> float:
            return self._part(self.baseline.at(depth=depth), larger=depth > 1)

        return inverse(part, wanted, asked, power=1, close=CLOSE_DEPTH, most=DEPTHS)

    def _part(
        self, network: Network, larger: bool, failures: list[BuildError] | None = None
    ) -> float:
        """`_log2`; of one that cannot be built, infinity on the side on which it lies.

        The reason why it cannot is added to `failures`.
        """
        try:
            return self._log2(network)
        except BuildError as error:
            if failures is not None:
                failures.append(error)
            return math.inf if larger else -math.inf

    def _log2(self, network: Network) -> float:
        """log2 of the network's cost over the baseline's. Raises BuildError."""
        return math.log2(max(1, network.cost.macs) / self._macs)


def describe(baseline: Network, by: Multipliers) -> Realised:
    """The network scaled `by` these multipliers beside its baseline: cost and realised shares."""
    network = baseline.at(by.depth, by.width, by.resolution)
    alone = (
        baseline.at(depth=by.depth),
        baseline.at(width=by.width),
        baseline.resized(network.resolution),
    )
    return beside(baseline, network, by, alone)
