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

from scalesearch.cli.needs import needs_of_search
from scalesearch.cli.planning import Asked, Search, search_of
from scalesearch.cli.running import Place, room

from scalesearch.core.halving import Halving
from scalesearch.core.limits import Ceilings
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.datasets import data_key

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
    search = _search(options, 0)
    searches = [_recorded(options, seed) for seed in range(options.seeds)]
    name = search.profile.name
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
    least = search.profile.finalists
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


def _search(options: Options, seed: int) -> Search:
    return search_of(
        Asked(
            phi=1.0, baseline="efficientnet_b0", profile=options.profile, grid=None, step=None,
            tolerance=0.1, constraint="nominal", ranges={}, include=(), ceilings=Ceilings(),
            literal=False, dataset=None, data_dir=options.data_dir, download=False, train=None,
            validation=None, epochs=None, seed=seed,
        )
    )  # fmt: skip


def _recorded(options: Options, seed: int) -> list[Path]:
    """The candidates' trainings with one seed, gone on with where they were interrupted."""
    search = _search(options, seed)
    profile = search.profile
    place = Place(f"cuts_{profile.name}_{seed}", options.results, None, 1, False)
    settings: dict[str, Any] = {**search.settings.to_json(), "marks": list(MARKS)}
    with room(place, settings, profile, search.data, needs_of_search(search)) as inside:
        from scalesearch.search.cells import Training, tasks

        from scalesearch.core.tasks import CANDIDATE, COMPLETE, SEARCH
        from scalesearch.search.meter import Meter
        from scalesearch.search.phase import AS_USUAL, PhaseRunner

        training = Training(
            profile.recipe, data_key(search.data, search.facts), str(inside.images.path)
        )
        plan = tasks(search.plan, training, range(seed, seed + 1))
        plan = [task for task in plan if task.attributes["role"] == CANDIDATE]
        inside.study.plan([task.cell for task in plan], [seed])
        train = PhaseRunner(
            inside.study, inside.executor, lambda event: None, Meter(time.monotonic), AS_USUAL
        )
        for leg in itertools.pairwise((0.0, *MARKS, 1.0)):
            print(f"seed {seed}: to {leg[1]:g}", file=sys.stderr, flush=True)
            train(SEARCH, plan, leg, [(1, 1.0)] if leg[1] < 1 else ())
        rows = {row["cell"]: row for row in inside.study.records()}
        if any(rows[task.cell]["state"] != COMPLETE for task in plan):
            raise ScaleSearchError(f"A training of seed {seed} failed; see {place.folder}.")
        return [_path(task, inside.study.segments(task.key), rows[task.cell]) for task in plan]


def _path(task: Any, segments: Any, row: Any) -> Path:
    from scalesearch.core.tasks import Outcome

    end = Outcome("complete", row["val_top1"], row["val_loss"])
    return Path(task.cell, task.attributes, {**segments, 1.0: end})
