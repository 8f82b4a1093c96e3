"""Where to write labels so that they cover neither each other nor the points: pure geometry."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_DIRECTIONS = tuple(math.radians(degrees) for degrees in range(0, 360, 15))
_DISTANCES = (10.0, 20.0, 34.0, 52.0, 74.0, 100.0, 130.0, 165.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, with left < right and bottom < top."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.top - self.bottom)

    def overlap(self, other: "Box") -> float:
        """The area that both cover, in square pixels."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0.0) * max(height, 0.0)


def place(
    anchors: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    obstacles: Sequence[Box],
    bounds: Box,
    unit: float = 1.0,
) -> tuple[Box, ...]:
    """A box of the given size near each anchor (all in pixels), the first label choosing first.

    A label never leaves `bounds` or covers another label if it can help it, keeps off the
    obstacles, and stays near its anchor. `unit` is a screen point in pixels, which distances scale
    with.
    """
    placed: list[Box] = []
    for anchor, size in zip(anchors, sizes, strict=True):
        boxes = [
            (distance, _beside(anchor, size, direction, distance * unit))
            for distance in _DISTANCES
            for direction in _DIRECTIONS
        ]
        placed.append(
            min(boxes, key=lambda it: _penalty(it[1], it[0], placed, obstacles, bounds))[1]
        )
    return tuple(placed)


def _beside(
    anchor: tuple[float, float], size: tuple[float, float], direction: float, distance: float
) -> Box:
    """The box whose nearest edge lies `distance` off the anchor, in that direction."""
    across, up = math.cos(direction), math.sin(direction)
    x = anchor[0] + across * (distance + size[0] / 2)
    y = anchor[1] + up * (distance + size[1] / 2)
    return Box(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)


def _penalty(
    box: Box, distance: float, placed: Sequence[Box], obstacles: Sequence[Box], bounds: Box
) -> float:
    outside = box.area - box.overlap(bounds)
    on_labels = sum(box.overlap(other) for other in placed)
    on_points = sum(box.overlap(other) for other in obstacles)
    return (50 * outside + 30 * on_labels + 16 * on_points) / box.area + distance / 60
