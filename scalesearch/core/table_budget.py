"""Realising a point at equal cost: blocks and pixels near what is asked, width closing the gap.

Blocks and pixels are whole numbers, so a formula's network rarely costs what the formula says. Here
each (blocks, pixels) pair near the asked point gets the one width whose counted MACs are nearest to
the target; of these networks the one whose realised shares are nearest to the asked is taken.
"""

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace

from scalesearch.core.candidates import Shares
from scalesearch.core.cost import Cost
from scalesearch.core.limits import BLOCKS
from scalesearch.core.multipliers import Multipliers, spread
from scalesearch.core.networks import Realised, Table
from scalesearch.core.realisation import beside, checked
from scalesearch.core.resolution import RESOLUTION, Resolution, nearest

MERIT_TO_SPARE = 0.05
"""How much of the nearness to the asked shares may be given up to meet a count."""
_BESIDE = 8
"""Whole numbers looked at on either side of where the cost crosses the target."""


def describe(baseline: Table, network: Table, width: float) -> Realised:
    """`network` beside `baseline`: realised multipliers, shares, cost. `width` is as applied."""
    size = baseline.resolution
    alone = (
        baseline.with_sizes(network.repeats, 1.0, size),
        baseline.with_sizes(baseline.repeats, width, size),
        baseline.with_sizes(baseline.repeats, 1.0, network.resolution),
    )
    depth = network.blocks / (baseline.blocks or 1)
    return beside(baseline, network, Multipliers(depth, width), alone)


class TableBudget:
    """All networks of one baseline at one cost: for each (blocks, pixels) the width that meets it.

    Pixels are those of the longer side; the other follows, so that the shape stays the baseline's.
    Answers are kept, because near candidates ask for the same pairs.
    """

    def __init__(self, baseline: Table, ratio: float) -> None:
        self.baseline = baseline.balanced
        self.ratio = ratio
        self.macs = baseline.cost.macs
        self._depth: dict[int, float] = {}
        self._pixels: dict[int, float] = {}
        self._solved: dict[tuple[int, int], Realised] = {}

    def realise(self, asked: Shares) -> Realised:
        """The network at this cost whose realised shares are nearest to `asked`.

        A cost off by 1 % weighs as much as shares off by 0.02. Ties go to fewer blocks, then to
        fewer pixels.
        """
        pairs = self._near(asked)
        best = min(pairs, key=lambda pair: (*self._merit(self._solve(*pair), asked), pair))
        return checked(self._solve(*best), self.ratio)

    def nearest(self, asked: Shares, miss: Callable[[Cost], float]) -> Realised:
        """Of the networks nearly as good as `realise`'s, the one whose `miss` is nearest to 0.

        Nearly as good: no more than 0.05 further from the asked shares, or 2.5 % off in cost. Ties
        as there.
        """
        pairs = self._near(asked)
        merit = {pair: self._merit(self._solve(*pair), asked) for pair in pairs}
        limit = min(merit.values())[0] + MERIT_TO_SPARE
        best = min(
            (pair for pair in pairs if merit[pair][0] <= limit),
            key=lambda pair: (abs(miss(self._solve(*pair).cost)), *merit[pair], pair),
        )
        return checked(self._solve(*best), self.ratio)

    def alone(self, dimension: str) -> Realised:
        """The network nearest to the cost that differs from the baseline in one dimension alone.

        The other two are exactly the baseline's. Blocks and pixels are whole numbers: where none
        comes within 5 % of the cost, the nearest is given, refused.
        """
        base = self.baseline
        blocks = base.blocks
        if dimension == "width":
            return checked(self._solve(blocks, base.resolution.longer), self.ratio)
        if dimension == "depth":
            if not blocks:
                itself = describe(base, base, 1.0)
                return replace(itself, refused=f"{base.name} has no stage that depth can lengthen")
            network = self._nearest(blocks, BLOCKS, self._of_blocks)
        else:
            return self._resolution_alone(base.pixel_step)
        return checked(describe(base, network, 1.0), self.ratio)

    def _resolution_alone(self, step: int) -> Realised:
        """By steps of so many pixels, or by finer ones where none of these meets the cost."""
        base = self.baseline
        network = self._nearest(
            base.resolution.longer // step,
            RESOLUTION // step,
            lambda steps: self._of_pixels(steps * step),
        )
        found = checked(describe(base, network, 1.0), self.ratio)
        return self._resolution_alone(step // 2) if found.refused and step > 1 else found

    def _of_blocks(self, blocks: int) -> Table:
        return self.baseline.with_sizes(self._spread(blocks), 1.0, self.baseline.resolution)

    def _of_pixels(self, pixels: int) -> Table:
        return self.baseline.resized(self.baseline.resolution.with_longer(pixels))

    def _nearest(self, base: int, most: int, network: Callable[[int], Table]) -> Table:
        """The network of a whole number from `base` to `most` whose MACs are nearest the target."""
        target = self.ratio * self.macs

        def macs(number: int) -> int:
            return network(number).cost.macs

        at = bisect_left(range(base, most), target, key=macs) + base
        near = range(max(base, at - _BESIDE), min(most, at + _BESIDE) + 1)
        return network(min(near, key=lambda number: (abs(macs(number) - target), number)))

    def _merit(self, found: Realised, asked: Shares) -> tuple[float, float]:
        miss = abs(found.ratio / self.ratio - 1)
        away = found.shares.distance(asked) if found.shares else 2.0
        return (round(away + 2 * miss, 9), round(miss, 9))

    def _near(self, asked: Shares) -> list[tuple[int, int]]:
        """The (blocks, pixels) pairs whose own parts lie nearest to the asked shares.

        What depth or resolution alone costs does not depend on the width, so this needs no solving:
        three whole numbers on either side in each dimension.
        """
        budget = math.log2(self.ratio)
        blocks = self._around(
            self._depth_cost,
            asked.depth * budget,
            self.baseline.blocks,
            2 ** (asked.depth * budget),
        )
        pixels = self._around(
            self._pixel_cost,
            asked.resolution * budget,
            self.baseline.resolution.longer,
            2 ** (asked.resolution * budget / 2),
            self.baseline.pixel_step,
        )
        return [(count, size) for count in blocks for size in pixels]

    @staticmethod
    def _around(
        part: Callable[[int], float], wanted: float, base: int, factor: float, step: int = 1
    ) -> list[int]:
        """Six multiples of `step` around the one whose cost `part` is nearest to `wanted`.

        `base` itself is among the numbers to choose from, whether it is a multiple or not.
        """
        at = nearest(base * factor / step) * step
        while part(at) < wanted and at < 64 * base:
            at += step
        while at > step and part(at - step) >= wanted:
            at -= step
        near = [number for number in range(at - 3 * step, at + 3 * step, step) if number >= 1]
        return near if base % step == 0 else sorted({*near, base})

    def _depth_cost(self, blocks: int) -> float:
        """log2 of the cost ratio with only the blocks changed."""
        if blocks not in self._depth:
            self._depth[blocks] = math.log2(self._of_blocks(blocks).cost.macs / self.macs)
        return self._depth[blocks]

    def _pixel_cost(self, pixels: int) -> float:
        """log2 of the cost ratio with only the pixels changed."""
        if pixels not in self._pixels:
            self._pixels[pixels] = math.log2(self._of_pixels(pixels).cost.macs / self.macs)
        return self._pixels[pixels]

    def _spread(self, blocks: int) -> tuple[int, ...]:
        base = self.baseline
        if blocks == base.blocks or not base.repeats:
            return base.repeats
        return spread(max(len(base.repeats), blocks), base.proportions)

    def _solve(self, blocks: int, pixels: int) -> Realised:
        """The network of these blocks and pixels whose width brings its MACs nearest the target."""
        if (blocks, pixels) not in self._solved:
            repeats = self._spread(blocks)
            resolution = self.baseline.resolution.with_longer(pixels)
            width = self._width(repeats, resolution)
            network = self.baseline.with_sizes(repeats, width, resolution)
            self._solved[blocks, pixels] = describe(self.baseline, network, width)
        return self._solved[blocks, pixels]

    def _width(self, repeats: tuple[int, ...], resolution: Resolution) -> float:
        """Bisection on the staircase of MACs against width, then the nearer of its two treads."""
        target = self.ratio * self.macs

        def macs(width: float) -> int:
            return self.baseline.with_sizes(repeats, width, resolution).cost.macs

        low, high = 1 / 64, 1.0
        while macs(high) < target and high < 64:
            low, high = high, high * 2
        while high - low > 1e-4 * high:
            middle = (low + high) / 2
            low, high = (middle, high) if macs(middle) < target else (low, middle)
        return min((1.0, low, high), key=lambda width: (abs(macs(width) - target), width))
