"""The searches of `stability`: found finished, gone on with, or run."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scalesearch as ss
from scalesearch.config.coefficients import FILE, read_values
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.study_names import study_name
from scalesearch.report import trials_table
from scalesearch.search.events import Event, Phase, Said

from .held_out import Rows

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
    """One finished search: its complete trainings and what it named."""

    seed: int
    rows: Rows
    coefficients: dict[str, Any]
    wall_seconds: float | None


def searched(options: Options, seed: int) -> Outcome:
    """The search with that seed, run where it is not finished."""
    plan = _plan(options, seed)
    study = study_name(
        plan.given, profile=options.profile, dataset=options.dataset, seed=seed, more=("phi1",)
    )
    folder = options.results / study
    if not _finished(folder, plan):
        _run(plan, folder)
    frame = trials_table.read(folder / "trials.csv")
    wall = folder / WALL
    return Outcome(
        seed=seed,
        rows=frame[frame["state"] == "complete"].to_dict("records"),
        coefficients=read_values(folder / FILE),
        wall_seconds=json.loads(wall.read_text())["wall_seconds"] if wall.exists() else None,
    )


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
    settings = json.loads(json.dumps(plan.settings.to_json()))
    return bool(read_values(folder / FILE)["settings"] == settings)


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
