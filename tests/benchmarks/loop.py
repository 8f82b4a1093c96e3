"""`loop`: a whole search by the command line beside the loop that people write in its place.

Both are given the same box of coefficients at equal cost, images, recipe and epochs. The plain loop
trains every nominal point with Keras `fit` in a fresh process; the decent one trains each distinct
network once in one process. Points of the two loops take turns, and the runs of ours lie spread
among them, so that all meet the same machine.
"""

import contextlib
import statistics
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.data.prepared_images import ARRAY, Prepared
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.executor_choice import cores
from scalesearch.experiments.grid import SearchPlan

from . import loop_parts, loop_rows, loop_sides, loop_turns, loop_winners, loop_words, records
from .memo import Memo

PROFILE = Path(__file__).with_name("loop.yaml")
OURS = "scalesearch grid"


@dataclass(frozen=True, slots=True)
class Options:
    """What is searched, and how thoroughly it is measured."""

    grid: loop_sides.Grid
    points: int | None
    """Points of the loops that are timed; None for all."""
    runs: int
    """Searches of ours that are timed."""
    seeds: int
    """Trainings of each winner."""
    one_worker: bool
    """Whether a search with one worker is timed too."""
    work: Path | None
    """Where what has been measured is kept, to be gone on with; None for nowhere."""
    out: Path


def run(options: Options) -> str:
    """Measure, write the tables, return the page."""
    if min(options.runs, options.seeds) < 1 or (options.points or 2) < 2:
        raise ScaleSearchError("--points must be at least 2, --runs and --seeds at least 1.")
    plan = options.grid.plan()
    _check(plan.profile.recipe)
    with contextlib.ExitStack() as stack:
        memo = Memo(options.work or Path(stack.enter_context(tempfile.TemporaryDirectory())))
        data = _images(plan, memo.folder)
        measured = loop_turns.measured(options.grid, plan, data, memo, options.points, options.runs)
        one = None
        if options.one_worker:
            loop_turns.tell("one worker")
            one = loop_sides.search(options.grid, memo, "one", "--workers", "1")
        winners = _winners(plan, measured)
        networks = {"; ".join(trial.names): trial.pair.proxy.network for trial in plan.trials[1:]}
        loop_turns.tell("the winners on further seeds")
        scores = {}
        for winner in dict.fromkeys(winners.values()):
            train = partial(loop_winners.trained, networks[winner], options.seeds)
            scores[winner] = memo.of(
                f"{options.seeds} seeds of {winner}", partial(train, plan.profile.recipe, data)
            )
    return _write(options, plan, measured, one, loop_winners.rows(OURS, winners, scores))


def _check(recipe: Recipe) -> None:
    """Refuse what the loop beside ours has not got."""
    for field in ("label_smoothing", "cutout", "average"):
        if getattr(recipe, field):
            raise ScaleSearchError(
                f"Recipe field `{field}` must be 0 here, since the Keras loop has none. "
                f"Got {getattr(recipe, field):g}. Set it to 0 in a copy of the profile."
            )


def _images(plan: SearchPlan, folder: Path) -> Prepared:
    from scalesearch.data.image_cache import prepare

    data = prepare(plan.data, folder / "images")
    if data.form != ARRAY:
        raise ScaleSearchError("The loops need images that fit into memory. Take fewer.")
    return data


def _winners(plan: SearchPlan, measured: loop_turns.Measured) -> dict[str, str]:
    """The network's name by whose winner it is. A loop takes what scored best in it."""
    found = {OURS: measured.ours[0].winner}
    if len(measured.points) < len(plan.accepted):
        table = measured.ours[0].trials
        full = table[(table["stage"] == "round 1") & (table["role"] == "candidate")]
        best = full.sort_values("val_top1", ascending=False, kind="stable")["names"].iloc[0]
        return found | {"loops (best of all by our trainer, one seed)": str(best)}
    once = [(point.decent["top1"], point.network) for point in measured.points if point.decent]
    plain = max(measured.points, key=lambda point: point.plain["top1"])
    return found | {"plain loop": plain.network, "decent loop": max(once)[1]}


def _write(
    options: Options,
    plan: SearchPlan,
    measured: loop_turns.Measured,
    one: loop_sides.Searched | None,
    winners: list[dict[str, Any]],
) -> str:
    walls = [each.wall_seconds for each in measured.ours]
    trials = plan.trials[1:]
    plain, decent = _totals(plan, measured, loop_rows.BLOCKS)
    batch = plan.profile.recipe.batch_size
    images = (plan.facts.train or 0) // batch * batch
    trained = len(measured.ours[0].trials)
    parts = loop_parts.Parts(
        nominal=plain.points,
        distinct=len(trials),
        points=measured.points,
        wall=statistics.median(walls),
        ours=loop_parts.ours_of(measured.ours[0].trials, images),
        one=loop_parts.ours_of(one.trials, images) if one else None,
        one_wall=one.wall_seconds if one else None,
        workers=cores(),
        trainings=trained,
    )
    head = loop_rows.headline(walls, trained, plain, decent)
    by_macs = _totals(plan, measured, loop_rows.MACS)
    answers = loop_words.Answers(
        [each.winner for each in measured.ours], one.winner if one else None
    )
    return records.write(
        options.out,
        "loop",
        "A whole search beside the loop people write",
        loop_words.lines(plan, options.grid, head, (plain, decent), by_macs, answers, winners),
        [
            records.Table("", "Wall time from nothing to the answer", head),
            records.Table("parts", "What each part of the gain is worth", parts.rows()),
            records.Table("winners", f"The winners on {options.seeds} further seeds", winners),
            records.Table(
                "points", "The loops' points", [point.row() for point in measured.points]
            ),
        ],
    )


def _totals(
    plan: SearchPlan, measured: loop_turns.Measured, by: str
) -> tuple[loop_rows.Total, loop_rows.Total]:
    """The plain and the decent loop; what was not measured by the networks' sizes `by`."""
    trials = plan.trials[1:]  # the loops train no baseline
    distinct = [loop_turns.size(trial.pair.proxy, by) for trial in trials]
    nominal = [size for size, trial in zip(distinct, trials, strict=True) for _ in trial.names]
    points = measured.points
    walls = [point.plain["wall_seconds"] for point in points]
    once = [(point, point.decent["seconds"]) for point in points if point.decent]
    trained, seconds = [point for point, _ in once], [seconds for _, seconds in once]
    return (
        loop_rows.total(nominal, points, walls, by),
        loop_rows.total(distinct, trained, seconds, by, measured.start_seconds),
    )
