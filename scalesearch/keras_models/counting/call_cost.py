"""What a call of a layer costs, and that this may not be known."""

from typing import NamedTuple

Shape = tuple[int, ...]


class Work(NamedTuple):
    """Multiply-accumulates, and output elements of convolutions and linear layers."""

    macs: int
    acts: int

    def times(self, count: int) -> "Work":
        """The work of `count` such calls."""
        return Work(self.macs * count, self.acts * count)


NOTHING = Work(0, 0)


def together(*parts: Work) -> Work:
    """The sum of several works."""
    return Work(sum(part.macs for part in parts), sum(part.acts for part in parts))


class Unknown(Exception):
    """What a call costs is not known: an open size, or a use that no rule describes."""
