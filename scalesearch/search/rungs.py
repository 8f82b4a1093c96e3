"""Successive halving over the search's candidates: who goes on at each cut, and who ends there."""

from collections.abc import Sequence

from scalesearch.core.halving import Halving
from scalesearch.search.conclusion import ranking
from scalesearch.search.phase import PhaseRunner
from scalesearch.search.study import Record, Study
from scalesearch.search.tasks import BASELINE, COMPLETE, SEARCH, Task


def train_by_rungs(
    study: Study,
    train: PhaseRunner,
    plan: Sequence[Task],
    halving: Halving | None,
    least: int,
    later: Sequence[tuple[int, float]],
) -> None:
    """Train `plan` (every cell and search seed), cutting candidates as `halving` says.

    The baseline is never cut, and at least `least` candidates are trained to the end. Decisions
    follow from what is recorded of all candidates at a cut, so they are the same whoever finished
    first, and after any interruption. `later` counts what follows the search.
    """
    alive = list(plan)
    since = 0.0
    for until in halving.rungs if halving else ():
        assert halving is not None
        candidates = len({task.cell for task in alive}) - 1
        if halving.going_on(candidates, least) == candidates:  # nothing to cut, then or later
            break
        train(SEARCH, alive, (since, until), [*_to_come(alive, halving, until, least), *later])
        reached = _reached(study, alive, until)
        ranked = [score.cell for score in ranking(reached)]
        going_on = set(ranked[: halving.going_on(len(ranked), least)])
        kept = [t for t in alive if t.attributes["role"] == BASELINE or t.cell in going_on]
        train.tell_cut(until, len(ranked), len(going_on))
        ended = {score for score in ranked if score not in going_on}
        for task in alive:
            if task.cell in ended and until in study.segments(task.key):
                train.prune(task, SEARCH, until)
        alive, since = kept, until
    train(SEARCH, alive, (since, 1.0), later)


def _reached(study: Study, tasks: Sequence[Task], until: float) -> list[Record]:
    """What the candidates among `tasks` had reached at a cut, as rows of a table."""
    return [
        {
            **task.attributes,
            "cell": task.cell,
            "seed": task.seed,
            "stage": SEARCH,
            "state": COMPLETE,
            "val_top1": segment.top1,
        }
        for task in tasks
        if (segment := study.segments(task.key).get(until)) is not None
    ]


def _to_come(
    alive: Sequence[Task], halving: Halving, until: float, least: int
) -> list[tuple[int, float]]:
    """How many tasks the cuts after `until` will still have, and of which share."""
    cells = {task.cell for task in alive}
    seeds = len(alive) // max(1, len(cells))
    candidates = halving.going_on(len(cells) - 1, least)
    return [
        ((count + 1) * seeds, end - begin)
        for count, begin, end in halving.legs(candidates, least, until)
    ]
