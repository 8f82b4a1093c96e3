"""Ways to choose a search's candidates, by their names: a new one is one entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from scalesearch.core.candidates import PAPER_POINT, Box, Candidate, box, simplex
from scalesearch.core.multipliers import Coefficients, compound
from scalesearch.errors import BuildError, parameter

if TYPE_CHECKING:
    from scalesearch.config.profiles import Profile
    from scalesearch.core.networks import Network
    from scalesearch.experiments.search_request import SearchRequest

USUAL_TOLERANCE = 0.1

Candidates: TypeAlias = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to choose candidates.

    Attributes:
        points: the candidates of a request, a profile and a baseline, in the order of the tables.
            Raises ScaleSearchError where the request has none.
        words: what they are.
        own: parameters that not every scheme has; the others refuse them.
    """

    points: Callable[[SearchRequest, Profile, Network], Candidates]
    words: str
    own: tuple[str, ...] = ()


def points_of(request: SearchRequest, profile: Profile, baseline: Network) -> Candidates:
    """The candidates of the scheme that was asked for; by default the first's and the paper's."""
    if request.grid is None:
        return (*SCHEMES[DEFAULT].points(request, profile, baseline), PAPER_POINT)
    return SCHEMES[request.grid].points(request, profile, baseline)


def owners(name: str) -> str:
    """The schemes that have the parameter `name`, as messages call them: "`grid=` box"."""
    schemes = " or ".join(scheme for scheme, found in SCHEMES.items() if name in found.own)
    return f"{parameter('grid')} {schemes}"


def _simplex(request: SearchRequest, profile: Profile, baseline: Network) -> Candidates:
    return simplex(profile.simplex_step if request.step is None else request.step)


def _box(request: SearchRequest, profile: Profile, baseline: Network) -> Candidates:
    usual = Box()
    tolerance = USUAL_TOLERANCE if request.tolerance is None else request.tolerance
    grid = Box(
        step=usual.step if request.step is None else request.step,
        alpha=request.ranges.get("alpha", usual.alpha),
        beta=request.ranges.get("beta", usual.beta),
        gamma=request.ranges.get("gamma", usual.gamma),
        tolerance=tolerance,
    )
    if request.constraint != "counted":
        return box(grid)
    target, base = 2**request.phi, baseline.cost.macs

    def counted(coefficients: Coefficients) -> float:
        by = compound(coefficients, request.phi)
        try:
            return baseline.at(by.depth, by.width, by.resolution).cost.macs / base
        except BuildError:
            return target  # among the candidates, where it is refused with its reason

    return tuple(
        candidate
        for candidate in box(grid, constrained=False)
        if abs(counted(candidate.coefficients) - target) < tolerance
    )


SCHEMES = {
    "simplex": Scheme(_simplex, "budget shares on a triangle"),
    "box": Scheme(
        _box,
        "ranges of coefficients",
        own=("alpha", "beta", "gamma", "tolerance", "constraint"),
    ),
}
DEFAULT = "simplex"
