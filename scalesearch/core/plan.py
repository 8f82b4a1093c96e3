"""From candidates to what will be trained: realised networks, refusals, distinct ones."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from scalesearch.core.candidates import BASELINE, Candidate
from scalesearch.core.limits import NO_CEILINGS, Ceilings
from scalesearch.core.multipliers import Multipliers, compound
from scalesearch.core.networks import Network, Realised
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
    reference: Row
    """The baseline itself as a row, which every search trains too."""

    @property
    def accepted(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.refused)

    @property
    def distinct(self) -> int:
        """Distinct full-size networks among the accepted candidates."""
        return len({row.full.key for row in self.accepted})

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Distinct proxies in the order of their first candidate."""
        groups: dict[Hashable, list[Row]] = {}
        for row in self.accepted:
            groups.setdefault(row.proxy.key, []).append(row)
        return tuple(
            Trial(min(rows, key=_away), tuple(row.candidate.name for row in rows))
            for rows in groups.values()
        )


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
                baseline.realise_or_refused(compound(candidate.coefficients, phi)),
                proxy.realise_or_refused(compound(candidate.coefficients, phi)),
            )
            for candidate in chosen
        )
    else:
        full, small = (network.budget(2**phi) for network in (baseline, proxy))
        rows = tuple(
            Row(candidate, full.realise(candidate.shares), small.realise(candidate.shares))
            for candidate in chosen
        )
    rows = tuple(replace(row, exceeded=ceilings.exceeded(row.full.cost)) for row in rows)
    same = Multipliers()
    reference = Row(BASELINE, baseline.realise(same), proxy.realise(same))
    return _checked(Plan(baseline, proxy, phi, as_formula, rows, reference))


def refusing(plan: Plan, reasons: Mapping[str, str]) -> Plan:
    """The plan with the candidates of these names refused, for these reasons.

    Raises ScaleSearchError where no candidate is left.
    """
    rows = tuple(
        replace(row, exceeded=row.exceeded or reasons.get(row.candidate.name, ""))
        for row in plan.rows
    )
    return _checked(replace(plan, rows=rows))


def _checked(plan: Plan) -> Plan:
    if plan.accepted:
        return plan
    why = f" The first refusal: {plan.rows[0].refused}." if plan.rows else ""
    if not plan.rows:
        remedy = "Widen the ranges or --tolerance, or take another --step."
    elif any(row.exceeded for row in plan.rows):
        remedy = "Raise the limit."
    else:
        remedy = (
            "Take another --phi or --profile, or give --literal, which trains the formula's "
            "networks at whatever cost."
        )
    raise ScaleSearchError(f"The set of candidates is empty. {remedy}{why}")


def _away(row: Row) -> float:
    return row.proxy.shares.distance(row.candidate.shares) if row.proxy.shares else 2.0
