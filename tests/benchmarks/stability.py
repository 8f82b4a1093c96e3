"""`stability`: is what a search tells true, by the trainings of searches with other seeds?

Runs a profile with search seeds 0 to n - 1, which change every training and nothing else: the
images are the same. A study that is finished already is read, one that was interrupted continued.
"""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.errors import ScaleSearchError

from . import agreement, records
from .effects import Effect, beside_blocks, between, spread_of, within
from .held_out import Fitted, Judged, Rows, judged
from .replay import shares
from .stability_studies import Options, Outcome, searched


def run(options: Options) -> str:
    """Run what is missing, write the tables, return the page."""
    if options.seeds < 2:
        raise ScaleSearchError(f"--seeds must be at least 2. Got {options.seeds}.")
    found = [searched(options, seed) for seed in range(options.seeds)]
    return _write(options, found)


def _write(options: Options, found: list[Outcome]) -> str:
    searches = [each.rows for each in found]
    by_others = list(judged(searches))
    taus = agreement.pairwise_tau([_heights(rows) for rows in searches])
    noise, apart = noise_of([row for rows in searches for row in rows])
    walls = [each.wall_seconds for each in found if each.wall_seconds is not None]
    profile = Path(options.profile).stem
    lines = [
        f"{len(found)} searches with the profile `{profile}`, search seeds 0 to {len(found) - 1}. "
        "Each is held against the surface of the trainings of all the others, in which it has no "
        "part. Points are of top-1.",
        *sentences(by_others),
        f"Kendall's tau between a search's ranking and that of the others: "
        f"{statistics.fmean(each.tau for each in by_others):.2f} on average; between two searches: "
        f"{statistics.fmean(taus.values()):.2f} ({min(taus.values()):.2f} to "
        f"{max(taus.values()):.2f}).",
        f"A seed moves a candidate's accuracy by {noise.value:.2f} points (standard deviation, "
        f"{noise.low:.2f} to {noise.high:.2f}); candidates lie {apart:.2f} points apart, with that "
        "taken off.",
    ]
    if walls:
        lines.append(f"Wall time of a search: {_minutes(statistics.median(walls))} (median).")
    data = Path((options.dataset or "").rpartition(":")[2]).name
    return records.write(
        options.out,
        "_".join(filter(None, ("stability", profile, data))),
        f"Stability of the profile {profile}",
        lines,
        [
            records.Table(
                "", "The searches", [_row(*each) for each in zip(found, by_others, strict=True)]
            ),
            records.Table(
                "tau", "Kendall's tau of each two searches' rankings", _tau_rows(taus, len(found))
            ),
            records.Table("trainings", "All trainings", _trainings(found), shown=False),
        ],
    )


def sentences(found: Sequence[Judged]) -> list[str]:
    """What is true of what searches told."""
    told = statistics.fmean(each.told.expected_regret for each in found)
    came = statistics.fmean(each.regret for each in found)
    bias = statistics.fmean(each.bias for each in found)
    inside = sum(
        float(each.told.value.low[0]) <= each.value <= float(each.told.value.high[0])
        for each in found
    )
    return [
        f"Regret of the named point: {told:.2f} points were told to be expected, {came:.2f} came "
        f"on average (at most {max(each.regret for each in found):.2f}).",
        f"The accuracy told of the named point is {bias:+.2f} points off on average; "
        f"{inside} of {len(found)} intervals of 95 % hold what the others say of it.",
    ]


def noise_of(rows: Rows) -> tuple[Effect, float]:
    """What a seed does to a candidate, and how far candidates lie apart without it, in points.

    Where all have the same seeds, what a seed does to all of them alike is no part of it.
    """
    by: dict[str, dict[int, float]] = {}
    for row in rows:
        if row["role"] == "candidate":
            by.setdefault(row["cell"], {})[row["seed"]] = 100 * row["val_top1"]
    values = [list(of.values()) for of in by.values()]
    seeds = sorted(set.intersection(*(set(of) for of in by.values())))
    if len(seeds) > 1:
        table = np.array([[of[seed] for seed in seeds] for of in by.values()])
        noise = spread_of(*beside_blocks(table))
        return noise, between(table.tolist(), noise.value)
    noise = spread_of(*within(values))
    return noise, between(values, noise.value)


def _heights(rows: Rows) -> Mapping[str, float]:
    return Fitted.of(rows).heights


def _row(outcome: Outcome, held: Judged) -> dict[str, Any]:
    told, c = held.told, outcome.coefficients
    baseline = [row["val_top1"] for row in outcome.rows if row["role"] == "baseline"]
    return {
        "seed": outcome.seed,
        "named": shares(told.mixture),
        "alpha": float(c["alpha"]),
        "beta": float(c["beta"]),
        "gamma": float(c["gamma"]),
        "trainings": held.trainings,
        "told_regret": round(told.expected_regret, 2),
        "regret": round(held.regret, 2),
        "told_top1": round(float(told.value.mean[0]), 2),
        "low": round(float(told.value.low[0]), 2),
        "high": round(float(told.value.high[0]), 2),
        "top1_by_others": round(held.value, 2),
        "baseline_top1": round(100 * statistics.fmean(baseline), 2) if baseline else None,
        "tau": round(held.tau, 2),
        "wall_seconds": outcome.wall_seconds,
    }


def _tau_rows(taus: dict[tuple[int, int], float], count: int) -> list[dict[str, Any]]:
    return [
        {
            "seed": str(i),
            **{
                f"seed_{j}": None if i == j else round(taus[min(i, j), max(i, j)], 3)
                for j in range(count)
            },
        }
        for i in range(count)
    ]


def _trainings(found: Sequence[Outcome]) -> list[dict[str, Any]]:
    """All that a surface needs, so that searches can be judged anew."""
    columns = (
        "cell", "names", "role", "state", "seed", "val_top1", "val_loss", "proxy_repeats",
        "proxy_width", "proxy_resolution", "proxy_counted_ratio",
    )  # fmt: skip
    return [
        {"search": outcome.seed, **{name: row[name] for name in columns}}
        for outcome in found
        for row in outcome.rows
    ]


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
