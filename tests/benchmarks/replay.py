"""`replay`: ways of searching, tried on the table of real trainings.

The truth is the surface of the longest trainings: other trainings than those that a search has,
where it is shorter, and those of other seeds where it is as long.
"""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.config.profiles import read_profile
from scalesearch.errors import ScaleSearchError

from . import records
from .held_out import Fitted
from .replay_bench import Bench, World, read_bench
from .replay_lengths import ranking_rows, slope_rows, tau_rows
from .replay_searches import MARKS, SEARCHES, Found, Search

NEAR = 0.3
"""Points within which a named point is near the best."""
REGRET = 0.15
"""Points of expected regret at which a search ends by itself."""
AIM_COST, AIM_TRAININGS = 10.0, 45
"""Percent of the exhaustive cost, and trainings, of the aims."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one search found, and how near to the truth that is."""

    found: Found
    regret: float
    tau: float


def run(out: Path, profile: str, runs: int) -> str:
    """Try the searches, write the tables, return the page."""
    known = read_profile(profile)
    bench = read_bench(out, known.name, known.recipe.average)
    if not bench.lengths:
        raise ScaleSearchError(
            "No length of the table has a training of every network yet. Go on with: python -m "
            f"tests.benchmarks table --profile {profile}"
        )
    longest = bench.lengths[-1]
    truth = truth_of(bench, longest, bench.seeds(longest))
    rows = [
        row
        for epochs in bench.lengths
        for name, search in SEARCHES.items()
        for row in search_rows(bench, epochs, name, search, runs)
    ]
    best = truth.optimum
    lines = [
        f"{len(bench.networks)} networks of the profile `{known.name}`, trained for "
        + ", ".join(f"{epochs} epochs with {len(bench.seeds(epochs))}" for epochs in bench.lengths)
        + f" seeds. The truth is the surface of the trainings of {longest} epochs: its best point "
        f"(depth/width/resolution) is {shares(best.mixture)}, known to an expected regret of "
        f"{best.expected_regret:.2f} points. Searches of {longest} epochs themselves have "
        "every second seed and are held against the others.",
        f"Each search is tried {runs} times with the seeds in other orders. A training of which "
        "the table has no seed left is drawn: the network's mean and the residual of another "
        "training of that length (`drawn`, percent). `cost` is in percent of all networks trained "
        f"for {longest} epochs with {len(bench.seeds(longest))} seeds. `regret` is the mean over "
        f"the tries in points, `near` the share of tries within {NEAR:g} points, `tau` Kendall's "
        "of the search's ranking with the truth.",
    ]
    return records.write(
        out,
        f"replay_{known.name}",
        f"Searches on real trainings: `{known.name}`",
        lines,
        [
            records.Table("aims", "What was to be reached", aims(bench, rows)),
            records.Table("", "Searches", rows),
            records.Table(
                "tau", "Kendall's tau between lengths, 95 % intervals", list(tau_rows(bench))
            ),
            records.Table(
                "slopes",
                "What longer trainings favour: points for a whole share, 95 % intervals",
                list(slope_rows(bench, truth.surface.observations.mixtures[_order(bench, truth)]))
                or [{"epochs": "one length only"}],
            ),
            records.Table(
                "ranking",
                "What of one training ranks networks: tau with the longest trainings",
                list(ranking_rows(bench)) or [{"epochs": "one seed only"}],
            ),
        ],
    )


def _order(bench: Bench, truth: Fitted) -> list[int]:
    """Where each network of the bench stands among those of the surface."""
    cells = truth.surface.observations.cells
    return [cells.index(cell) for cell in bench.networks]


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


def aims(bench: Bench, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a search by the knowledge gradient was to reach, and what it does."""
    ours = [row for row in rows if row["search"] == "knowledge gradient"]
    cheap = [row for row in ours if row["cost_percent"] <= AIM_COST]
    found = []

    def add(measure: str, aim: str, value: float | None, reached: bool | None) -> None:
        found.append(
            {
                "measure": measure,
                "aim": aim,
                "measured": "not yet" if value is None else f"{value:.2f}",
                "reached": "" if reached is None else "yes" if reached else "no",
            }
        )

    at = f"at {AIM_COST:g} % of the exhaustive cost or less"
    best = min(cheap, key=lambda row: row["regret"], default=None)
    where = f" ({best['epochs']} epochs, {best['trainings']:g} trainings)" if best else ""
    add(
        f"mean regret {at}{where}",
        "at most 0.3",
        best and best["regret"],
        best and best["regret"] <= 0.3,
    )
    add(
        f"tries within {NEAR:g} points {at}{where}",
        "at least 0.8",
        best and best["near"],
        best and best["near"] >= 0.8,
    )
    for row in ours:
        if row["until"] == f"{AIM_TRAININGS} trainings":
            wanted = row["epochs"] == 12
            add(
                f"tau of a search of {row['epochs']} epochs, {AIM_TRAININGS} trainings",
                "at least 0.6" if wanted else "",
                row["tau"],
                row["tau"] >= 0.6 if wanted else None,
            )
    return found


def shares(mixture: np.ndarray) -> str:
    """A mixture in words."""
    return "/".join(f"{share:.2f}" for share in mixture)


def _cost(states: Sequence[Judged]) -> float:
    return statistics.fmean(state.found.cost for state in states)


def _error(values: Sequence[float]) -> float:
    """Of their mean, over tries."""
    return statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
