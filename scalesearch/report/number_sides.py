"""On which side of its dot a number is written, in a triangle of side 1: pure geometry."""

from collections.abc import Sequence
from typing import Literal

from scalesearch.report.label_places import Box
from scalesearch.report.triangle import HEIGHT

Side = Literal["below", "above", "left", "right"]
_TOWARDS: dict[Side, tuple[int, int]] = {
    "below": (0, -1), "above": (0, 1), "left": (-1, 0), "right": (1, 0),
}  # fmt: skip
"""The way from a dot to its number, in the order of preference."""
_WIDE, _HIGH = 0.045, 0.02
"""Half the width and height of a number."""
_DOT, _STAR = 0.02, 0.03
"""Half the width of a dot, and of the star."""


def free_sides(
    dots: Sequence[tuple[float, float]], told: Sequence[bool], star: tuple[float, float]
) -> tuple[Side, ...]:
    """The side of each of `dots` (x, y) where a number covers least: other dots, numbers, the star.

    Those that are `told` have a number. It stays on the triangle where it can, since what lies
    below that may be dark.
    """
    taken = [_around(x, y, _DOT, _DOT) for x, y in dots] + [_around(*star, _STAR, _STAR)]
    sides: list[Side] = []
    for (x, y), has_number in zip(dots, told, strict=True):
        boxes = {
            side: _around(x + across * (_DOT + _WIDE), y + up * (_DOT + _HIGH), _WIDE, _HIGH)
            for side, (across, up) in _TOWARDS.items()
        }
        side = min(boxes, key=lambda each: _covered(boxes[each], taken))
        sides.append(side)
        if has_number:
            taken.append(boxes[side])
    return tuple(sides)


def _covered(box: Box, taken: Sequence[Box]) -> float:
    """The share of a box that is covered, and a little more where it lies outside the triangle."""
    x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
    outside = y < 0 or y > 2 * HEIGHT * min(x, 1 - x)
    return round(sum(box.overlap(each) for each in taken) / box.area + 0.1 * outside, 6)


def _around(x: float, y: float, wide: float, high: float) -> Box:
    return Box(x - wide, y - high, x + wide, y + high)
