"""How a search names a point: what it was asked for, apart from how many trainings it may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """How a point is named.

    Attributes:
        regret: points of top-1 that were asked for; among candidates of unequal cost the cheapest
            that is probably so near to the best is named.
        among_candidates: whether the candidates alone can be named, and nothing between them.
    """

    regret: float
    among_candidates: bool = False
