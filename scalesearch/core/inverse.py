"""Where a cost that grows, maybe in steps, comes nearest to what is wanted.

Each look at a cost may take a while, so few are taken.
"""

import math
from collections.abc import Callable

from scalesearch.core.limits import MULTIPLIER
from scalesearch.core.resolution import RESOLUTION


def inverse(
    part: Callable[[float], float],
    wanted: float,
    start: float,
    *,
    power: int,
    close: float,
    most: int,
) -> float:
    """The multiplier, of at most `most` looked at, whose `part` is nearest to `wanted`.

    `part` is log2 of a cost that grows about as the multiplier to the `power`, maybe in steps.
    Guesses by that rule take turns with halving what is left between too little and too much.
    """
    looked: dict[float, float] = {}
    low, high, at = 0.0, math.inf, min(MULTIPLIER, round(start, 4))
    for turn in range(most):
        found = looked[at] = part(at)
        if abs(found - wanted) <= close:
            break
        low, high = (at, high) if found < wanted else (low, at)
        # One that cannot be built says on which side it lies, and not how far away.
        step = math.copysign(0.5, -found) if math.isinf(found) else (wanted - found) / power
        guess = at * 2**step
        if low > 0 and high < math.inf:
            if turn % 2 or not low < guess < high:
                guess = math.sqrt(low * high)
        elif found < wanted:
            guess = max(guess, at * 1.05)  # beyond a step that a nearer guess would stay on
        else:
            guess = min(guess, at / 1.05)
        at = min(MULTIPLIER, max(1e-4, round(guess, 4)))
        if at in looked:
            break
    return min(looked, key=lambda each: (abs(looked[each] - wanted), abs(each - 1)))


def whole_inverse(part: Callable[[int], float], wanted: float, start: int) -> int:
    """The whole number near `start` whose `part`, which never falls, is nearest to `wanted`.

    Steps that double from `start` pass the crossing, and halving then finds it; of equals the one
    nearest to `start` is taken.
    """
    looked: dict[int, float] = {}

    def short_of_it(number: int) -> bool:
        looked[number] = part(number)
        return looked[number] < wanted

    low = high = start = min(RESOLUTION, start)
    step = 1
    if short_of_it(start):
        high += step
        while high < RESOLUTION and short_of_it(high):
            low, step = high, 2 * step
            high += step
    else:
        low -= step
        while low > 0 and not short_of_it(low):
            high, step = low, 2 * step
            low -= step
    low, high = max(0, low), min(RESOLUTION, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if short_of_it(middle) else (low, middle)
    return min(looked, key=lambda each: (abs(looked[each] - wanted), abs(each - start)))
