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
    reach: float
    """How far it lies within what was trained, in shares; nothing is drawn where it is below 0."""
    region: float
    """How far it lies within the 95 % region of the best point: from 0 to 1, 0.5 on its edge."""


@dataclass(frozen=True, slots=True)
class SurfaceInfo:
    """The surface over the triangle of shares, and what was trained to know it."""

    baseline: str
    """Name of the network that the search scaled."""
    named: Shares
    """The point that the answer names."""
    candidates: tuple[Ranked, ...]
    """Every distinct network that was trained, that of the highest surface first."""
    region: tuple[bool, ...]
    """Which of the candidates belong to the region, where it is one of candidates alone."""
    parts: int
    """The lattice goes in steps of 1/parts."""
    points: tuple[SurfacePoint, ...]
    """All points of the lattice; none where costs differ, or too few networks were trained to say
    anything of what lies between them."""
