"""The resolution of a network's input: a height and a width in pixels.

Height comes first everywhere, as in Keras' (height, width, channels): 224x160 is 224 pixels high
and 160 wide. A square is written as one number, its side, so that whatever holds squares alone
(files, hashes, tables) looks as if there were nothing else.
"""

import math
import re
from dataclasses import dataclass

RESOLUTION = 16_384
"""Pixels a side, at most."""
RULE = f"whole pixels a side, or HEIGHTxWIDTH such as 224x160, each from 1 to {RESOLUTION:,}"
"""What a resolution must be, as the end of a sentence."""

_SIDE = re.compile(r"[0-9]{1,9}")
_PAIR = re.compile(r"([0-9]{1,9})\s?[xX\N{MULTIPLICATION SIGN}]\s?([0-9]{1,9})")


def nearest(exact: float) -> int:
    """The nearest whole number, halves upwards, at least 1."""
    return max(1, math.floor(exact + 0.5))


@dataclass(frozen=True, slots=True)
class Resolution:
    """Pixels of an image, both at least 1; also a shape, of which only the ratio counts."""

    height: int
    width: int

    @classmethod
    def square(cls, side: int) -> "Resolution":
        return cls(side, side)

    @classmethod
    def of(cls, value: object) -> "Resolution":
        """A resolution, a square's side, a pair (height, width) or a text such as "224x160".

        Raises ValueError for anything else, and for sides below 1 or above `RESOLUTION`.
        """
        if isinstance(value, cls):
            return value
        sides: tuple[object, ...] = ()
        if isinstance(value, str):
            found = _PAIR.fullmatch(value)
            sides = (int(found[1]), int(found[2])) if found else ()
        elif isinstance(value, tuple | list):
            sides = tuple(value)
        else:
            sides = (value, value)
        if len(sides) != 2 or not all(type(side) is int for side in sides):
            raise ValueError(f"must be {RULE}")
        height, width = sides
        assert isinstance(height, int)
        assert isinstance(width, int)
        if not (1 <= height <= RESOLUTION and 1 <= width <= RESOLUTION):
            raise ValueError(f"must be {RULE}")
        return cls(height, width)

    @classmethod
    def parse(cls, text: str) -> "Resolution":
        """As `of`, of a text, which may also be a square's side: "224"."""
        plain = text.strip()
        return cls.of(int(plain) if _SIDE.fullmatch(plain) else plain)

    def to_json(self) -> int | str:
        """A square's side as a number, else the text "224x160"; `of` makes the same of it."""
        return self.height if self.is_square else f"{self.height}x{self.width}"

    def __str__(self) -> str:
        return str(self.to_json())

    @property
    def is_square(self) -> bool:
        return self.height == self.width

    @property
    def pixels(self) -> int:
        return self.height * self.width

    @property
    def longer(self) -> int:
        """The longer side. It takes the finer steps, so sizes of one shape are counted by it."""
        return max(self.height, self.width)

    @property
    def shorter(self) -> int:
        return min(self.height, self.width)

    def scaled(self, factor: float) -> "Resolution":
        """Both sides times `factor`, each to the nearest pixel and at least 1."""
        return Resolution(nearest(self.height * factor), nearest(self.width * factor))

    def with_longer(self, side: int) -> "Resolution":
        """The same shape with a longer side of `side` pixels, the other to the nearest pixel."""
        return self.scaled(side / self.longer)

    def over(self, other: "Resolution") -> float:
        """The multiplier from `other`, of the same shape, to this."""
        return self.longer / other.longer

    def strided(self, stride: int) -> "Resolution":
        """What a layer of that stride puts out: ceil(side / stride) each, by either padding."""
        return Resolution(-(-self.height // stride), -(-self.width // stride))

    def crop_of(self, size: "Resolution") -> "Resolution":
        """The largest part of an image of `size` that has this shape, sides to the nearest pixel.

        One of its sides is the image's own.
        """
        if size.height * self.width <= size.width * self.height:
            across = _nearest_ratio(size.height * self.width, self.height)
            return Resolution(size.height, min(size.width, across))
        down = _nearest_ratio(size.width * self.height, self.width)
        return Resolution(min(size.height, down), size.width)

    @property
    def turned(self) -> "Resolution":
        """On its side: height and width change places."""
        return Resolution(self.width, self.height)


def _nearest_ratio(of: int, over: int) -> int:
    """`nearest` of a fraction, in whole numbers."""
    return max(1, (2 * of + over) // (2 * over))


SQUARE = Resolution(1, 1)
"""The shape of all squares."""
