"""`stability`: does the search say the same with other seeds?

Runs a profile with search seeds 0 to n - 1, which change every training and nothing else: the
images are the same. A study that is finished already is read, one that was interrupted continued.
"""

import json
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas

import scalesearch as ss
from scalesearch.config.coefficients import FILE, read_values
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.study_names import study_name
from scalesearch.report import trials_table
from scalesearch.search.conclusion import estimated
from scalesearch.search.events import Event, Phase, Said

from . import agreement, records

WALL = "wall.json"
"""In a study's folder: the wall time of the run that was measured here."""


@dataclass(frozen=True, slots=True)
class Options:
    """`grid`'s own options, the number of search seeds, and where studies and tables lie."""

    profile: str
    seeds: int
    dataset: str | None
    data_dir: str | None
    results: Path
    out: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished search. Accuracies are fractions on validation, of its search stage."""

    study: str
    seed: int
    scores: dict[str, float]
    """Plain means over the search seeds."""
    estimates: dict[str, float]
    """What the search ranked by."""
    baseline: float
    coefficients: dict[str, Any]
    wall_seconds: float | None


def run(options: Options) -> str:
    """Run what is missing, write the tables, return the page."""
    if options.seeds < 2:
        raise SystemExit(f"--seeds must be at least 2. Got {options.seeds}.")
    found = [_outcome(options, seed) for seed in range(options.seeds)]
    return _write(options, found)


def _outcome(options: Options, seed: int) -> Outcome:
    plan = _plan(options, seed)
    study = study_name(
        plan.given, profile=options.profile, dataset=options.dataset, seed=seed, more=("phi1",)
    )
    folder = options.results / study
    if not _finished(folder, plan):
        _run(plan, folder)
    frame = trials_table.read(folder / "trials.csv")
    done = frame[(frame["stage"] == "search") & (frame["state"] == "complete")]
    reference = done[done["role"] == "baseline"]
    candidates = done[done["role"] == "candidate"]
    wall = folder / WALL
    return Outcome(
        study=study,
        seed=seed,
        scores=candidates.groupby("names", sort=False)["val_top1"].mean().to_dict(),
        estimates=_estimates(candidates),
        baseline=float(reference["val_top1"].mean()),
        coefficients=read_values(folder / FILE),
        wall_seconds=json.loads(wall.read_text())["wall_seconds"] if wall.exists() else None,
    )


def _estimates(candidates: pandas.DataFrame) -> dict[str, float]:
    """The accuracy by which the search ranked each candidate."""
    names = candidates.drop_duplicates("cell").set_index("cell")["names"]
    by_cell = estimated(candidates.to_dict("records"))
    return {names[cell]: value for cell, value in by_cell.items()}


def _plan(options: Options, seed: int) -> SearchPlan:
    return ss.plan_grid(
        phi=1,
        profile=options.profile,
        seed=seed,
        **({"dataset": options.dataset} if options.dataset else {}),
        **({"data_dir": options.data_dir} if options.data_dir else {}),
    )


def _finished(folder: Path, plan: SearchPlan) -> bool:
    """Whether this very search lies there with its answer."""
    if not all((folder / name).is_file() for name in ("trials.csv", FILE)):
        return False
    if read_values(folder / FILE)["settings"] != json.loads(json.dumps(plan.settings.to_json())):
        return False
    return len(trials_table.read(folder / "trials.csv")) == plan.trainings


def _run(plan: SearchPlan, folder: Path) -> None:
    """Search, or go on with a search, and keep how long it took."""
    begun = folder.exists()
    print(f"seed {plan.seed}: {folder}", file=sys.stderr, flush=True)
    start = time.monotonic()
    ss.search(plan, folder, on_event=_told)
    wall = time.monotonic() - start
    if not begun:  # a continued search took longer than what is left of it
        (folder / WALL).write_text(json.dumps({"wall_seconds": round(wall, 1)}) + "\n")


def _told(event: Event) -> None:
    """Its progress, to standard error."""
    if isinstance(event, Said):
        print(event.text, file=sys.stderr, flush=True)
    elif isinstance(event, Phase):
        print(f"{event.name}: {event.tasks} trainings", file=sys.stderr, flush=True)


def _write(options: Options, found: list[Outcome]) -> str:
    searches = [each.estimates for each in found]
    plain = [each.scores for each in found]
    taus, plain_taus = agreement.pairwise_tau(searches), agreement.pairwise_tau(plain)
    seeds_move, apart = agreement.spreads(plain)
    mean = statistics.fmean(taus.values())
    count = len(agreement.common(searches))
    walls = [each.wall_seconds for each in found if each.wall_seconds is not None]
    profile = Path(options.profile).stem
    lines = [
        f"{len(found)} searches with the profile `{profile}`, search seeds 0 to {len(found) - 1}.",
        f"Kendall's tau between the searches' rankings of {count} candidates: {mean:.2f} on "
        f"average over {len(taus)} pairs ({min(taus.values()):.2f} to {max(taus.values()):.2f}). "
        "1 would be the same ranking each time, 0 unrelated ones. A search ranks by accuracies "
        "smoothed over the triangle of shares; by the plain accuracies of its trainings tau is "
        f"{statistics.fmean(plain_taus.values()):.2f} ({min(plain_taus.values()):.2f} to "
        f"{max(plain_taus.values()):.2f}).",
        "That smoothing does not only make searches agree: tau between one search's ranking and "
        "the plain mean accuracies of all the others is "
        f"{agreement.with_the_others(searches, plain):.2f}, where that of its plain accuracies is "
        f"{agreement.with_the_others(plain, plain):.2f}.",
        f"A seed moves a candidate's accuracy by {100 * seeds_move:.1f} points (standard "
        f"deviation); the candidates themselves lie {100 * apart:.1f} points apart, with that "
        "taken off.",
    ]
    if walls:
        lines.append(f"Wall time of a search: {_minutes(statistics.median(walls))} (median).")
    data = Path((options.dataset or "").rpartition(":")[2]).name
    name = "_".join(filter(None, ("stability", profile, data)))
    return records.write(
        options.out,
        name,
        f"Stability of the profile {profile}",
        lines,
        [
            records.Table("", "The searches", [_search_row(each) for each in found]),
            records.Table(
                "tau", "Kendall's tau of each two searches' rankings", _tau_rows(taus, len(found))
            ),
            records.Table("candidates", "The candidates, best mean first", _candidates(found)),
        ],
    )


def _search_row(found: Outcome) -> dict[str, Any]:
    c = found.coefficients
    return {
        "seed": found.seed,
        "winner": "; ".join(c["names"]),
        "alpha": float(c["alpha"]),
        "beta": float(c["beta"]),
        "gamma": float(c["gamma"]),
        "winner_top1_percent": round(100 * c["top1_mean"], 2),
        "baseline_top1_percent": round(100 * c["baseline_top1_mean"], 2),
        "gain_points": round(100 * c["gain"], 2),
        "finalists_tied": len(c["tied_with"]),
        "beating_baseline": agreement.beating(found.scores, found.baseline),
        "candidates": len(found.scores),
        "wall_seconds": found.wall_seconds,
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


def _candidates(found: list[Outcome]) -> list[dict[str, Any]]:
    """Mean and spread of each candidate over the searches, and its rank in each."""
    places = [agreement.ranks(each.estimates) for each in found]
    baseline = [each.baseline for each in found]
    table = {"baseline": baseline} | {
        name: [each.scores[name] for each in found]
        for name in agreement.common([each.scores for each in found])
    }
    rows = [
        {
            "name": name,
            "top1_mean_percent": round(100 * statistics.fmean(values), 2),
            "top1_std_points": round(100 * statistics.stdev(values), 2),
            "gain_points": round(100 * (statistics.fmean(values) - statistics.fmean(baseline)), 2),
            **{
                f"rank_{each.seed}": place.get(name)
                for each, place in zip(found, places, strict=True)
            },
        }
        for name, values in table.items()
    ]
    return sorted(rows, key=lambda row: -row["top1_mean_percent"])


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
