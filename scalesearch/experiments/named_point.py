"""The point of the triangle that a search names, as a network at full size."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scalesearch.core.answer import Sizes
from scalesearch.core.candidates import Shares, from_shares
from scalesearch.core.limits import NO_CEILINGS, Ceilings
from scalesearch.core.networks import Network, Realised
from scalesearch.search.conclusion import Result, conclude
from scalesearch.search.naming_rule import Naming
from scalesearch.search.verdict import Point, candidate_point, is_built_as

_HALVINGS = 5
"""How often the way from the best point to a candidate is halved, in search of a point nearest to
the best one whose network can be built."""


def named(
    records: Sequence[Mapping[str, Any]],
    naming: Naming,
    network: Network,
    phi: float,
    ceilings: Ceilings = NO_CEILINGS,
) -> tuple[Result, Point]:
    """What a search of `network` at 2^phi times its cost found, by its trials table, and its point.

    Where the full-size network of the best point cannot be built, or is beyond the `ceilings`, the
    nearest point is named that can, on the way to the best candidate; what is told is of that one.
    Raises StudyError as `conclude`.
    """
    result = conclude(records, naming)
    rows = {row["cell"]: row for row in records}
    if result.cell is not None:
        return result, candidate_point(rows[result.cell])
    budget = network.budget(2.0**phi)
    realised = budget.realise(result.shares)
    refused = _refused(realised, ceilings)
    if not refused:
        return result, _point(result.shares, realised, result, rows)
    why = (
        f"The surface is highest at {in_words(result.shares)}, whose full-size network cannot be "
        f"used ({refused}). The named point is the nearest to it, on the way to the best "
        "candidate, whose network can be used."
    )
    best, row = result.candidates[0].shares, rows[result.ranking[0]]
    near, far, found = 0.0, 1.0, (best, candidate_point(row))
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        shares = _between(result.shares, best, middle)
        realised = budget.realise(shares)
        if _refused(realised, ceilings):
            near = middle
        else:
            far, found = middle, (shares, _point(shares, realised, result, rows))
    shares, point = found
    return conclude(records, naming, shares), replace(point, instead=why)


def in_words(shares: Shares) -> str:
    """Such as "depth 0.31, width 0.24, resolution 0.45"."""
    return f"depth {shares.depth:.2f}, width {shares.width:.2f}, resolution {shares.resolution:.2f}"


def _point(
    shares: Shares, realised: Realised, result: Result, rows: Mapping[str, Mapping[str, Any]]
) -> Point:
    """The point, by the names of the candidate that is the same network at full size."""
    sizes = _sizes(realised)
    same = (rows[cell]["names"] for cell in result.ranking if is_built_as(sizes, rows[cell]))
    names = next(same, None)
    return Point(
        names=(in_words(shares),) if names is None else tuple(names.split("; ")),
        coefficients=from_shares(shares),
        shares=shares,
        realised=sizes,
    )


def _sizes(realised: Realised) -> Sizes:
    network, cost = realised.network, realised.cost
    return Sizes(
        repeats=network.repeats or f"x{realised.depth:.4g}",
        width=realised.width,
        resolution=network.resolution,
        macs=cost.macs,
        params=cost.params,
        acts=cost.acts,
        counted_ratio=realised.ratio,
        shares=realised.shares,
    )


def _refused(realised: Realised, ceilings: Ceilings) -> str:
    return realised.refused or ceilings.exceeded(realised.cost)


def _between(first: Shares, second: Shares, part: float) -> Shares:
    """The point at that part, 0 to 1, of the way from the first to the second."""
    return Shares(
        first.depth + part * (second.depth - first.depth),
        first.width + part * (second.width - first.width),
        first.resolution + part * (second.resolution - first.resolution),
    )
