"""The point of the triangle that a search names, as a network at full size."""

from dataclasses import dataclass

from scalesearch.core.candidates import Shares
from scalesearch.core.limits import NO_CEILINGS, Ceilings
from scalesearch.core.networks import Network, Realised

_HALVINGS = 5
"""Of the way from the best point to a candidate, in search of one that can be built."""


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A point, the network at the cost searched at that it stands for, and what it stands in for.

    `instead` says why it is not the best point of the surface; None where it is. `realised` is
    None where no point but the candidate itself can be built.
    """

    shares: Shares
    realised: Realised | None
    instead: str | None = None


def named_point(
    network: Network,
    phi: float,
    best: Shares,
    candidate: Shares,
    ceilings: Ceilings = NO_CEILINGS,
) -> NamedPoint:
    """The point `best` at 2^phi times the cost of `network`, or the nearest that can be built.

    That is sought on the way to `candidate`, whose network is known to be one that can be.
    """
    budget = network.budget(2.0**phi)
    realised = budget.realise(best)
    refused = _refused(realised, ceilings)
    if not refused:
        return NamedPoint(best, realised)
    found = NamedPoint(candidate, None)
    near, far = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        shares = _between(best, candidate, middle)
        realised = budget.realise(shares)
        if _refused(realised, ceilings):
            near = middle
        else:
            far = middle
            found = NamedPoint(shares, realised)
    why = (
        f"The surface is highest at {in_words(best)}, whose full-size network cannot be had "
        f"({refused}): this is the nearest to it, on the way to the best candidate, that can."
    )
    return NamedPoint(found.shares, found.realised, why)


def in_words(shares: Shares) -> str:
    """Such as "depth 0.31, width 0.24, resolution 0.45"."""
    return (
        f"depth {shares.depth:.2f}, width {shares.width:.2f}, resolution {shares.resolution:.2f}"
    )


def _refused(realised: Realised, ceilings: Ceilings) -> str:
    return realised.refused or ceilings.exceeded(realised.cost)


def _between(first: Shares, second: Shares, part: float) -> Shares:
    """The point so far on the way from the first to the second."""
    return Shares(
        first.depth + part * (second.depth - first.depth),
        first.width + part * (second.width - first.width),
        first.resolution + part * (second.resolution - first.resolution),
    )
