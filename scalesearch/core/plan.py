"""From candidates to what will be trained: realised networks, refusals, distinct ones."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scalesearch.core.candidates import BASELINE, Candidate
from scalesearch.core.cost import cost
from scalesearch.core.equal_cost import EqualCost, Realised, describe, literal
from scalesearch.core.limits import NO_CEILINGS, Ceilings
from scalesearch.core.network import Network
from scalesearch.core.scaling import compound
from scalesearch.errors import ScaleSearchError


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate, at full size and as its proxy."""

    candidate: Candidate
    full: Realised
    proxy: Realised
    exceeded: str = ""
    """Which limit the full-size network is beyond, with its figure; empty where it is not."""

    @property
    def refused(self) -> str:
        """Why this candidate is not trained; empty where it is."""
        if self.exceeded:
            return f"full-size network: {self.exceeded}"
        for what, realised in (("full-size network", self.full), ("proxy", self.proxy)):
            if realised.refused:
                return f"{what}: {realised.refused}"
        return ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One distinct proxy and every candidate that realises it.

    `row` is the candidate whose asked shares are nearest to what the proxy realises.
    """

    row: Row
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A search before it starts."""

    baseline: Network
    proxy: Network
    phi: float
    literal: bool
    rows: tuple[Row, ...]

    @property
    def accepted(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.refused)

    @property
    def distinct(self) -> int:
        """Distinct full-size networks among the accepted candidates."""
        return len({_key(row.full) for row in self.accepted})

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Distinct proxies in the order of their first candidate."""
        groups: dict[Network, list[Row]] = {}
        for row in self.accepted:
            groups.setdefault(_key(row.proxy), []).append(row)
        return tuple(
            Trial(min(rows, key=_away), tuple(row.candidate.name for row in rows))
            for rows in groups.values()
        )

    @property
    def reference(self) -> Row:
        """The baseline itself as a row, which every search trains too."""
        full = describe(self.baseline, self.baseline, 1.0, cost(self.baseline).macs)
        proxy = describe(self.proxy, self.proxy, 1.0, cost(self.proxy).macs)
        return Row(BASELINE, full, proxy)


def make_plan(
    baseline: Network,
    proxy: Network,
    candidates: Iterable[Candidate],
    phi: float,
    *,
    as_formula: bool = False,
    ceilings: Ceilings = NO_CEILINGS,
) -> Plan:
    """Realise every candidate at `2^phi` times the cost, at full size and as proxy.

    With `as_formula` the networks are the formula's own with their rounding, at whatever cost.
    Candidates beyond one of the `ceilings` stay in the plan as refused. Raises ScaleSearchError
    where no candidate is left.
    """
    chosen = tuple(candidates)
    if as_formula:
        rows = tuple(
            Row(
                candidate,
                literal(baseline, compound(candidate.coefficients, phi)),
                literal(proxy, compound(candidate.coefficients, phi)),
            )
            for candidate in chosen
        )
    else:
        full, small = EqualCost(baseline, 2**phi), EqualCost(proxy, 2**phi)
        rows = tuple(
            Row(candidate, full.realise(candidate.shares), small.realise(candidate.shares))
            for candidate in chosen
        )
    rows = tuple(replace(row, exceeded=ceilings.exceeded(row.full.cost)) for row in rows)
    if all(row.refused for row in rows):
        why = f" The first refusal: {rows[0].refused}." if rows else ""
        raise ScaleSearchError(
            "The set of candidates is empty. Widen the ranges or --tolerance, take another --step, "
            f"or raise a limit.{why}"
        )
    return Plan(baseline, proxy, phi, as_formula, rows)


def _key(realised: Realised) -> Network:
    return replace(realised.network, name="")


def _away(row: Row) -> float:
    return row.proxy.shares.distance(row.candidate.shares) if row.proxy.shares else 2.0
