"""Compound scaling: coefficients and phi to multipliers, multipliers to whole numbers.

Formulae are those of EfficientNet (Tan & Le 2019, arXiv 1905.11946, section 3.3) and of its
official code.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from scalesearch.core.architecture import Architecture, Stage
from scalesearch.core.resolution import Resolution, nearest

T = TypeVar("T", bound=Architecture)


@dataclass(frozen=True, slots=True)
class Coefficients:
    """alpha, beta, gamma: what depth, width and resolution are multiplied by at phi = 1."""

    alpha: float
    beta: float
    gamma: float

    @property
    def nominal(self) -> float:
        """alpha * beta^2 * gamma^2, the cost ratio that the formula expects at phi = 1."""
        return self.alpha * self.beta**2 * self.gamma**2


@dataclass(frozen=True, slots=True)
class Multipliers:
    """Factors of depth, width and resolution."""

    depth: float = 1.0
    width: float = 1.0
    resolution: float = 1.0


HAIR = 1e-9
"""Share of a depth that never makes a block more: 1.1 * 10 lies a hair above 11 in floating point,
and that is not a 12th block."""

PAPER = Coefficients(1.2, 1.1, 1.15)
"""The published result of the grid search on EfficientNet-B0."""


def compound(coefficients: Coefficients, phi: float) -> Multipliers:
    """Equation 3: depth alpha^phi, width beta^phi, resolution gamma^phi. Negative phi shrinks."""
    return Multipliers(coefficients.alpha**phi, coefficients.beta**phi, coefficients.gamma**phi)


def round_channels(exact: float, divisor: int) -> int:
    """Nearest multiple of `divisor`, at least `divisor`, never under 90 % of `exact`."""
    rounded = max(divisor, int(exact + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * exact else rounded


def spread(total: int, base: tuple[int, ...]) -> tuple[int, ...]:
    """`total` blocks over stages in proportion to `base`, by largest remainder, each at least 1.

    Invariant: the result sums to `total` wherever total >= len(base). Equal remainders go to the
    earlier stage.
    """
    whole = sum(base)
    counts = [max(1, total * count // whole) for count in base]
    remainders = [total * count / whole - got for count, got in zip(base, counts, strict=True)]
    order = sorted(range(len(base)), key=lambda index: (-remainders[index], index))
    missing = total - sum(counts)
    for index in order[: max(0, missing)]:
        counts[index] += 1
    while missing < 0 and max(counts) > 1:  # only where the floor of 1 overshot
        for index in reversed(order):
            if missing < 0 and counts[index] > 1:
                counts[index] -= 1
                missing += 1
    return tuple(counts)


def scaled_repeats(network: Architecture, depth: float) -> tuple[int, ...]:
    """Blocks a stage at a depth multiplier, by the network's own rounding rule."""
    rule = network.rounding.repeats
    base = network.repeats
    if rule == "balanced":
        return spread(max(len(base), nearest(depth * sum(base))), network.proportions)
    if rule == "round":
        return tuple(nearest(depth * count) for count in base)
    # The exact ceiling of a share of depth: stages of 1 block and of 4 gain a block at one depth.
    above, below = (depth * (1 - HAIR)).as_integer_ratio()
    return tuple(max(1, -(-above * count // below)) for count in base)


def with_sizes(network: T, repeats: tuple[int, ...], width: float, resolution: Resolution) -> T:
    """The network with these repeats and pixels, its widths multiplied and rounded.

    Invariant: everything else of each stage and of the network stays as it is.
    """
    counts = iter(repeats)
    divisor = network.rounding.channels
    stages = []
    for index, stage in enumerate(network.stages):
        channels = stage.channels
        if width != 1 and channels and not _is_fixed(network, index):
            channels = round_channels(channels * width, divisor)
        blocks = None if stage.repeats is None else next(counts)
        if (channels, blocks) != (stage.channels, stage.repeats):
            stage = _sized(stage, channels, blocks)
        stages.append(stage)
    return replace(network, stages=tuple(stages), resolution=resolution)


@lru_cache(maxsize=4096)
def _sized(stage: Stage, channels: int, repeats: int | None) -> Stage:
    """Kept, because the search for a width comes by the same few sizes again and again."""
    return replace(stage, channels=channels, repeats=repeats)


def _is_fixed(network: Architecture, index: int) -> bool:
    """Whether width leaves this stage alone: a stem or a head that is held."""
    if network.stages[index].repeats is not None:
        return False
    rounding, last = network.rounding, len(network.stages) - 1
    return (rounding.fixed_stem and index == 0) or (rounding.fixed_head and index == last)


def scale(network: T, by: Multipliers) -> T:
    """The network that the formula asks for, by the network's own rounding rules.

    Both sides of the resolution go to the nearest pixel. Dropout is left as it is (see
    `dropout_at`).
    """
    return with_sizes(
        network,
        scaled_repeats(network, by.depth),
        by.width,
        network.resolution.scaled(by.resolution),
    )


def dropout_at(phi: float, base: float = 0.2) -> float:
    """The published rule: `base` plus 0.1 for every two whole steps of phi, at most 0.5.

    A network whose paper uses no dropout, such as ResNet-50, is given none.
    """
    if base == 0:
        return 0.0
    return round(max(base, min(0.5, base + 0.1 * max(0, math.floor(phi / 2)))), 4)


def renamed(network: T, name: str, dropout: float) -> T:
    """The same network under another name, with another dropout rate."""
    return replace(network, name=name, dropout=dropout)
