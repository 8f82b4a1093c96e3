"""`cuts`: when, and by what, candidates can be cut.

Trains every candidate of a profile to its end, with several search seeds, and writes down what each
had reached on the way. Then it cuts them in thought: what would the best finalist have been worth?
"""

import itertools
import sys
import time
from dataclasses import dataclass
from pathlib import Path as Folder
from typing import Any

import scalesearch as ss
from scalesearch.core.halving import Halving
from scalesearch.core.tasks import CANDIDATE, COMPLETE, SEARCH, Outcome, Task
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.rounds import Rounds
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.session import session
from scalesearch.experiments.study_tasks import tasks_of

from . import records
from .cuts_rows import MEASURES, Path, agreement, schedules

MARKS = (0.125, 0.25, 0.375, 0.5, 0.75)
HALVINGS = (
    None, Halving(2, 0.5), Halving(4, 0.5), Halving(2, 0.25), Halving(4, 0.25),
    Halving(2, 0.125), Halving(3, 0.125), Halving(4, 0.125), Halving(8, 0.125),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """What is trained, with how many seeds, and where studies and tables lie."""

    profile: str
    seeds: int
    data_dir: str | None
    results: Folder
    out: Folder


def run(options: Options) -> str:
    """Train what is missing, write the tables, return the page."""
    if options.seeds < 2:
        raise ScaleSearchError(f"--seeds must be at least 2. Got {options.seeds}.")
    profile = _plan(options, 0).profile
    searches = [_recorded(options, seed) for seed in range(options.seeds)]
    name = profile.name
    lines = [
        f"{len(searches[0])} candidates of the profile `{name}`, trained to their ends in "
        f"{len(searches)} searches with other seeds, and scored at {', '.join(map(str, MARKS))} "
        "of their trainings. Every ranking is smoothed over the triangle of shares, as in a "
        "search. What a candidate is worth is its smoothed mean accuracy at the end of the other "
        "searches.",
        "An accuracy at a cut is by normalisation statistics measured anew; losses are those of "
        "the training steps.",
    ]
    reached = [
        {"search": number, "cell": path.cell, "names": path.columns["names"], "share": share,
         "top1": outcome.top1, "train_loss": outcome.train_loss}
        for number, paths in enumerate(searches)
        for path in paths
        for share, outcome in sorted(path.reached.items())
    ]  # fmt: skip
    least = profile.finalists
    return records.write(
        options.out,
        f"cuts_{name}",
        f"When candidates can be cut: `{name}`",
        lines,
        [
            records.Table(
                "agreement",
                "Kendall's tau between the ranking at a share of the training and the candidates' "
                f"worth: mean and least, by {', '.join(MEASURES)}",
                list(agreement(searches, MARKS)),
            ),
            records.Table(
                "schedules",
                "How many points of accuracy the best finalist would lie below the best "
                "candidate, by cuts as `halving` makes them: mean and most",
                list(schedules(searches, HALVINGS, least)),
            ),
            records.Table("reached", "What each had reached", reached, shown=False),
        ],
    )


def _plan(options: Options, seed: int) -> SearchPlan:
    """The search with this seed, its candidates trained once each and not cut on their way."""
    plan = ss.plan_grid(profile=options.profile, data_dir=options.data_dir, seed=seed)
    return plan.changed(rounds=Rounds(seeds=1))


def _recorded(options: Options, seed: int) -> list[Path]:
    """The candidates' trainings with one seed, gone on with where they were interrupted."""
    plan = _plan(options, seed)
    folder = options.results / f"cuts_{plan.profile.name}_{seed}"
    with session(plan, RunOptions(folder)) as inside:
        from scalesearch.search.meter import Meter
        from scalesearch.search.phase import AS_USUAL, PhaseRunner

        study = inside.study
        study.pin("marks", str(MARKS), "marks")
        tasks = tasks_of(plan, inside.images.path if inside.images else None)
        tasks = [task for task in tasks if task.attributes["role"] == CANDIDATE]
        study.plan([task.cell for task in tasks], plan.first_seeds)
        train = PhaseRunner(
            study, inside.executor, lambda event: None, Meter(time.monotonic), AS_USUAL
        )
        for leg in itertools.pairwise((0.0, *MARKS, 1.0)):
            print(f"seed {seed}: to {leg[1]:g}", file=sys.stderr, flush=True)
            train(SEARCH, tasks, leg, [(1, 1.0)] if leg[1] < 1 else ())
        rows = {row["cell"]: row for row in study.records()}
        if any(rows[task.cell]["state"] != COMPLETE for task in tasks):
            raise ScaleSearchError(f"A training of seed {seed} failed; see {folder}.")
        return [_path(task, study.segments(task.key), rows[task.cell]) for task in tasks]


def _path(task: Task, segments: dict[float, Outcome], row: dict[str, Any]) -> Path:
    end = Outcome("complete", row["val_top1"], row["val_loss"])
    return Path(task.cell, task.attributes, {**segments, 1.0: end})
