"""The surface of a search as plain values: what pictures and pages draw of it."""

from dataclasses import dataclass

from scalesearch.core.answer import Ranked
from scalesearch.core.candidates import Shares


@dataclass(frozen=True, slots=True)
class SurfacePoint:
    """A point of the lattice that is drawn."""

    shares: Shares
    mean: float
    """Posterior mean of top-1, a fraction."""
    in_region: bool
    """Whether it belongs to the 95 % region of the best point."""


@dataclass(frozen=True, slots=True)
class SurfaceInfo:
    """The surface over the triangle of shares, and what was trained to know it."""

    baseline: str
    """Name of the network that the search scaled; empty while there is no answer."""
    parts: int
    """The lattice goes in steps of 1/parts."""
    points: tuple[SurfacePoint, ...]
    """The points of the lattice; none where a candidate must be named, as between those lies
    nothing that the search speaks of."""
    named: Shares | None
    """The point that the answer names; None while there is no answer."""
    candidates: tuple[Ranked, ...]
    """Every distinct network that was trained, that of the highest surface first."""
    region: tuple[bool, ...]
    """Which of the candidates belong to the 95 % region of the best point."""
