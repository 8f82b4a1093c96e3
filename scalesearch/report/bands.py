"""Steps of equal height in which a surface is coloured: of round numbers, the lightest lowest."""

import math
from dataclasses import dataclass

from scalesearch.report.palette import SURFACE

_MOST = 8
_LEAST_STEP = 0.1
"""The lowest height of a band, in points of top-1."""
_FACTORS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the surface, from `low` up to `high` in % top-1, and its colour."""

    low: float
    high: float
    colour: str


def bands(low: float, high: float) -> tuple[Band, ...]:
    """One to eight bands of one height that hold everything from `low` to `high`, in %."""
    step = _step(high - low)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    count = max(last - first, 1)
    return tuple(
        Band(
            round((first + at) * step, 6),
            round((first + at + 1) * step, 6),
            blend(SURFACE, at / (count - 1) if count > 1 else 0.5),
        )
        for at in range(count)
    )


def _step(span: float) -> float:
    """The least round step that divides `span` into few enough bands."""
    least = max(span / (_MOST - 1), _LEAST_STEP)
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in _FACTORS if factor * power >= least * (1 - 1e-9))


def blend(colours: tuple[str, ...], at: float) -> str:
    """The colour at `at` from 0 to 1 of the way along `colours`, which are written #rrggbb."""
    place = min(max(at, 0.0), 1.0) * (len(colours) - 1)
    before = min(int(place), len(colours) - 2)
    pairs = zip(_channels(colours[before]), _channels(colours[before + 1]), strict=True)
    mixed = (round(one + (other - one) * (place - before)) for one, other in pairs)
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
