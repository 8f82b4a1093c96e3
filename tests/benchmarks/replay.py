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

AIM_COST, AIM_TRAININGS, AIM_EPOCHS = 10.0, 45, 12
"""Percent of the exhaustive cost, and trainings of so many epochs, of the aims."""


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
    taus = list(tau_rows(bench))
    mixtures = truth.surface.observations.mixtures[_order(bench, truth)]
    slopes = list(slope_rows(bench, mixtures))
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
            records.Table("aims", "What was to be reached", aims(rows, taus, slopes)),
            records.Table("", "Searches", rows),
            records.Table("tau", "Kendall's tau between lengths, 95 % intervals", taus),
            records.Table(
                "slopes",
                "What longer trainings favour: points for a whole share, 95 % intervals",
                slopes or [{"epochs": "one length only"}],
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


def aims(
    rows: Sequence[Mapping[str, Any]],
    taus: Sequence[Mapping[str, Any]] = (),
    slopes: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, str]]:
    """What a search by the knowledge gradient was to reach and does, and what was to be told.

    Of each length the search that is the longest within the cost.
    """
    ours = [row for row in rows if row["search"] == "knowledge gradient"]
    found: list[dict[str, str]] = []

    def add(measure: str, aim: str, measured: str, reached: bool | None) -> None:
        word = "" if reached is None else "yes" if reached else "no"
        found.append({"measure": measure, "aim": aim, "measured": measured, "reached": word})

    cheap = {row["epochs"]: row for row in ours if row["cost_percent"] <= AIM_COST}
    for epochs, row in cheap.items():
        what = (
            f"{epochs} epochs, {row['trainings']:g} trainings, {row['cost_percent']:g} % of the "
            "exhaustive cost"
        )
        near, regret = row["near"], row["regret"]
        add(f"mean regret: {what}", "at most 0.3", f"{regret:.2f}", regret <= 0.3)
        add(f"tries within {NEAR:g} points: {what}", "at least 0.8", f"{near:.2f}", near >= 0.8)
    if not cheap:
        at = f"regret at {AIM_COST:g} % of the exhaustive cost or less"
        add(at, "at most 0.3", "no search costs so little", False)
    for row in ours:
        if row["until"] == f"{AIM_TRAININGS} trainings":
            what = f"tau of a search of {row['epochs']} epochs, {AIM_TRAININGS} trainings"
            aim, reached = "", None
            if row["epochs"] == AIM_EPOCHS:
                aim, reached = "at least 0.6", row["tau"] >= 0.6
            add(what, aim, f"{row['tau']:.2f}", reached)
    for row in taus:
        interval = f"{row['tau']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
        add(f"tau between trainings of {row['epochs']} epochs", "told", interval, None)
    for row in slopes:
        points = f"{row['points_a_share']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
        add(f"slope of {row['favours']}, {row['epochs']} epochs", "told", points, None)
    return found


def shares(mixture: np.ndarray) -> str:
    """A mixture in words."""
    return "/".join(f"{share:.2f}" for share in mixture)
