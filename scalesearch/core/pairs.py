"""A network at full size beside its proxy, and the distinct proxies among many such pairs."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from scalesearch.core.candidates import Candidate, Shares
from scalesearch.core.limits import NO_CEILINGS, Ceilings
from scalesearch.core.multipliers import Coefficients, compound
from scalesearch.core.networks import Network, Realised
from scalesearch.core.treatments import PLAIN, Treatment


class Asked(Protocol):
    """What a network was asked to be: a candidate, an arm of a comparison, a point of a sweep."""

    @property
    def name(self) -> str:
        """What it is called in tables."""

    @property
    def coefficients(self) -> Coefficients | None:
        """Those that were asked for; None where a size or a cost was, and no coefficients."""

    @property
    def shares(self) -> Shares | None:
        """The shares of the budget that were asked for, where any were."""


A = TypeVar("A", bound=Asked, covariant=True)


@dataclass(frozen=True, slots=True)
class Pair(Generic[A]):
    """What was asked for, and what came of it at full size and as a proxy."""

    asked: A
    full: Realised
    proxy: Realised
    exceeded: str = ""
    """Which limit the full-size network is beyond, with its figure; empty where it is not."""
    treatment: Treatment = PLAIN
    """How its trainings differ from the study's recipe."""

    @property
    def name(self) -> str:
        return self.asked.name + self.treatment.words

    @property
    def coefficients(self) -> Coefficients:
        """Those that were asked for, else the multipliers of the full-size network."""
        own = Coefficients(self.full.depth, self.full.width, self.full.resolution)
        return self.asked.coefficients or own

    @property
    def refused(self) -> str:
        """Why it is not trained; empty where it is."""
        if self.exceeded:
            return f"full-size network: {self.exceeded}"
        for what, realised in (("full-size network", self.full), ("proxy", self.proxy)):
            if realised.refused:
                return f"{what}: {realised.refused}"
        return ""


@dataclass(frozen=True, slots=True)
class Trial(Generic[A]):
    """One distinct proxy under one treatment, and all pairs that have both.

    `pair` stands for them: the one whose asked shares are nearest to what the proxy realises, or
    the first where no shares were asked for.
    """

    pair: Pair[A]
    names: tuple[str, ...]


def distinct(pairs: Iterable[Pair[A]]) -> tuple[Trial[A], ...]:
    """The distinct proxies in the order of their first pair; refused pairs have none.

    A proxy that is trained in several ways is as many.
    """
    groups: dict[Hashable, list[Pair[A]]] = {}
    for pair in pairs:
        if not pair.refused:
            groups.setdefault((pair.proxy.key, pair.treatment), []).append(pair)
    return tuple(
        Trial(min(group, key=_away), tuple(pair.name for pair in group))
        for group in groups.values()
    )


def _away(pair: Pair[A]) -> float:
    """How far the proxy's shares lie from those that were asked for."""
    if pair.asked.shares is None:
        return 0.0
    return pair.proxy.shares.distance(pair.asked.shares) if pair.proxy.shares else 2.0


def candidate_pairs(
    baseline: Network,
    proxy: Network,
    candidates: Iterable[Candidate],
    phi: float,
    *,
    literal: bool = False,
    ceilings: Ceilings = NO_CEILINGS,
) -> tuple[Pair[Candidate], ...]:
    """Each candidate at `2^phi` times the cost, at full size and as a proxy.

    With `literal` the networks are the formula's own with their rounding, at whatever cost.
    Candidates beyond one of the `ceilings` are among them, refused.
    """
    if literal:
        scaled = [(each, compound(each.coefficients, phi)) for each in candidates]
        found = [
            Pair(each, baseline.realise_or_refused(by), proxy.realise_or_refused(by))
            for each, by in scaled
        ]
    else:
        full, small = (network.budget(2**phi) for network in (baseline, proxy))
        found = [
            Pair(each, full.realise(each.shares), small.realise(each.shares)) for each in candidates
        ]
    return tuple(replace(pair, exceeded=ceilings.exceeded(pair.full.cost)) for pair in found)
