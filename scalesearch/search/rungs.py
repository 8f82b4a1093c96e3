"""Successive halving over the search's candidates: who goes on at each cut, and who ends there.

At a cut candidates are held against each other by their training loss since the cut before. Early
in a training, at a high learning rate, an accuracy says little of how good a network will be; how
fast it learns says more (Ru et al. 2021, arXiv 2006.04492: the sum of training losses).
"""

import math
from collections.abc import Mapping, Sequence

from scalesearch.core.halving import Halving
from scalesearch.core.tasks import BASELINE, COMPLETE, SEARCH, Outcome, Task
from scalesearch.search.conclusion import ranking
from scalesearch.search.phase import PhaseRunner
from scalesearch.studies.study import Record, Study


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
        reached = _reached(study, alive, (since, until))
        if all(row["role"] == BASELINE for row in reached):
            reached = study.records()  # which tell why no candidate has come here
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


def _reached(study: Study, tasks: Sequence[Task], leg: tuple[float, float]) -> list[Record]:
    """How the candidates among `tasks` stand at the cut that ends `leg`, as rows of a table."""
    segments = {task.key: study.segments(task.key) for task in tasks}
    return [
        {
            **task.attributes,
            "cell": task.cell,
            "seed": task.seed,
            "stage": SEARCH,
            "state": COMPLETE,
            "val_top1": standing_at(segments[task.key], leg),
        }
        for task in tasks
        if leg[1] in segments[task.key]
    ]


def standing_at(segments: Mapping[float, Outcome], leg: tuple[float, float]) -> float:
    """How a training stands at the cut that ends `leg`, from 0 to 1: the higher, the better.

    The geometric mean of the probabilities that the network gave the right classes since the leg's
    begin, exp(-loss); where no training loss is known, its accuracy.
    """
    since, until = leg
    at = segments[until]
    if at.train_loss is None or at.top1 is None:
        return at.top1 or 0.0
    before = segments.get(since)
    earlier = since * before.train_loss if before and before.train_loss is not None else 0.0
    begun = since if before and before.train_loss is not None else 0.0
    return math.exp(-(until * at.train_loss - earlier) / (until - begun))


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
