"""`replay`: ways of searching, tried on the table of real trainings.

The truth is the surface of the longest trainings: other trainings than those that a search has,
where it is shorter, and those of other seeds where it is as long.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.config.profiles import read_profile
from scalesearch.errors import ScaleSearchError

from . import records
from .held_out import Fitted
from .replay_bench import Bench, read_bench
from .replay_lengths import ranking_rows, slope_rows, tau_rows
from .replay_searches import SEARCHES
from .replay_tries import NEAR, search_rows, truth_of

AIM_COST, AIM_TRAININGS = 10.0, 45
"""Percent of the exhaustive cost, and trainings, of the aims."""


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
    if not rows:
        raise ScaleSearchError(
            "The table has one training of every network, so there is nothing to hold a search "
            f"against. Go on with: python -m tests.benchmarks table --profile {profile}"
        )
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


def aims(bench: Bench, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a search by the knowledge gradient was to reach, and what it does."""
    ours = [row for row in rows if row["search"] == "knowledge gradient"]
    cheap = [row for row in ours if row["cost_percent"] <= AIM_COST]
    found = []

    def add(measure: str, aim: str, value: float | None, reached: Any) -> None:
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
    regret, near = (best["regret"], best["near"]) if best else (None, None)
    add(f"mean regret {at}{where}", "at most 0.3", regret, best and regret <= 0.3)
    add(f"tries within {NEAR:g} points {at}{where}", "at least 0.8", near, best and near >= 0.8)
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
