"""Tries of a search on the table of real trainings, and how near each came to the truth."""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .held_out import Fitted
from .replay_bench import Bench, World
from .replay_searches import MARKS, Found, Search

NEAR = 0.3
"""Points within which a named point is near the best."""
REGRET = 0.15
"""Points of expected regret at which a search ends by itself."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one search found, and how near to the truth that is."""

    found: Found
    regret: float
    tau: float


def truth_of(bench: Bench, epochs: int, seeds: Sequence[int]) -> Fitted:
    """The surface of all trainings of that length with these seeds."""
    return Fitted.of(bench.rows(epochs, seeds))


def parts_of(bench: Bench, epochs: int) -> list[tuple[list[int], Fitted]]:
    """Seeds that a search of that length has, each with the truth that it is held against."""
    longest = bench.lengths[-1]
    seeds = bench.seeds(epochs)
    if epochs != longest:
        return [(seeds, truth_of(bench, longest, bench.seeds(longest)))]
    if len(seeds) < 2:
        return []
    halves = seeds[::2], seeds[1::2]
    return [
        (list(ours), truth_of(bench, longest, others)) for ours, others in (halves, halves[::-1])
    ]


def judged(
    bench: Bench, epochs: int, search: Search, runs: int
) -> tuple[list[list[Judged]], float]:
    """Each try's states, in order, and the share of trainings that were drawn."""
    tries, drawn, asked = [], 0, 0
    parts = parts_of(bench, epochs)
    for number in range(runs if parts else 0):
        seeds, truth = parts[number % len(parts)]
        world = World(bench, epochs, seeds, number)
        states = [
            Judged(found, truth.regret(found.mixture), truth.tau(found.ranking))
            for found in search(world)
        ]
        tries.append(states)
        drawn += world.drawn
        asked += world.asked
    return tries, drawn / max(asked, 1)


def search_rows(
    bench: Bench, epochs: int, name: str, search: Search, runs: int
) -> Iterator[dict[str, Any]]:
    """A row for each mark that the search comes to: its last state up to there."""
    tries, drawn = judged(bench, epochs, search, runs)

    def row(until: str, last: Sequence[Judged]) -> dict[str, Any]:
        told = [state.found.told for state in last if state.found.told is not None]
        regrets = [state.regret for state in last]
        return {
            "epochs": epochs,
            "search": name,
            "until": until,
            "trainings": round(statistics.fmean(state.found.trainings for state in last), 1),
            "cost_percent": round(100 * _cost(last) / exhaustive(bench), 1),
            "regret": round(statistics.fmean(regrets), 3),
            "regret_error": round(_error(regrets), 3),
            "near": round(statistics.fmean(regret <= NEAR for regret in regrets), 2),
            "tau": round(statistics.fmean(state.tau for state in last), 2),
            "told_regret": round(statistics.fmean(told), 3) if told else None,
            "drawn_percent": round(100 * drawn),
        }

    for mark in MARKS:
        last = [
            [state for state in states if state.found.trainings <= mark][-1]
            for states in tries
            if states and states[0].found.trainings <= mark
        ]
        if last and mark <= 1.3 * max(state.found.trainings for state in last):
            yield row(f"{mark} trainings", last)
    if tries and name.startswith("knowledge gradient"):
        yield row(f"regret {REGRET:g}", [stopped(states) for states in tries])


def stopped(states: Sequence[Judged]) -> Judged:
    """Where a search ends by itself: the first state that expects little regret, or the last."""
    return next((s for s in states if (s.found.told or 0.0) <= REGRET), states[-1])


def exhaustive(bench: Bench) -> float:
    """Cost of all networks at the longest length with the seeds that they have there."""
    longest = bench.lengths[-1]
    each = sum(bench.cost(cell, longest) for cell in bench.networks)
    return each * len(bench.seeds(longest))


def _cost(states: Sequence[Judged]) -> float:
    return statistics.fmean(state.found.cost for state in states)


def _error(values: Sequence[float]) -> float:
    """Standard error of their mean, over tries."""
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
