"""Ways of searching, tried on a table of real trainings."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scalesearch.search.allocation import knowledge_gradient
from scalesearch.search.mixtures import Domain, domain
from scalesearch.search.observations import observations
from scalesearch.search.optimum import optimum
from scalesearch.search.search_rounds import BASELINE_TRAININGS, round_size
from scalesearch.search.surface import Surface, fit

from .former_rule import finalists, named, smoothed_by_cell
from .replay_bench import Row, World
from .replay_cuts import cut_at_half


@dataclass(frozen=True, slots=True)
class Found:
    """What a search says after so many trainings."""

    trainings: float
    """A training that was cut counts for the part that was done."""
    cost: float
    """What they cost, in trainings of a candidate for one epoch."""
    mixture: np.ndarray
    """(3,): the named shares."""
    ranking: dict[str, float]
    """By cell: what is ranked best has the highest number."""
    told: float | None
    """The regret that it expects, in points."""


Choose = Callable[[Surface, Domain, int, Sequence[Row]], Sequence[str]]
"""The cells of a further round of that size."""
Search = Callable[[World], Iterator[Found]]
"""Searches up to the last of `MARKS`, and says what it would name as it goes."""
MARKS = (21, 30, 45, 60, 90)
"""Trainings after which searches are compared."""


def by_knowledge_gradient(world: World) -> Iterator[Found]:
    """As a search does."""
    return in_rounds(world, _teaching)


def at_random(world: World) -> Iterator[Found]:
    """Further trainings of any networks."""
    rng = np.random.default_rng([world.run, 1])

    def choose(surface: Surface, points: Domain, size: int, rows: Sequence[Row]) -> Sequence[str]:
        return [str(cell) for cell in rng.choice(surface.observations.cells, size)]

    return in_rounds(world, choose, always=False)


def evenly(world: World) -> Iterator[Found]:
    """Further trainings of those that have the fewest."""
    rng = np.random.default_rng([world.run, 2])

    def choose(surface: Surface, points: Domain, size: int, rows: Sequence[Row]) -> Sequence[str]:
        had = Counter(row["cell"] for row in rows)
        chosen: list[str] = []
        for _ in range(size):
            order = rng.permutation(surface.observations.cells)
            cell = min(order, key=lambda each: had[str(each)])
            had[str(cell)] += 1
            chosen.append(str(cell))
        return chosen

    return in_rounds(world, choose, always=False)


def with_cuts(world: World) -> Iterator[Found]:
    """As a search does, but of the first round those are cut that are surely not the best."""
    return in_rounds(world, _teaching, cut=True)


def in_rounds(
    world: World, choose: Choose, cut: bool = False, always: bool = True
) -> Iterator[Found]:
    """Every network once and the baseline; then rounds of what `choose` says.

    Not `always`, it says what it would name only where the next round leads past a mark.
    """
    bench = world.bench
    out = cut_at_half(world) if cut else set()
    spent, cost = 0.0, 0.0
    trained: Counter[str] = Counter()
    rows: list[Row] = []

    def train(cell: str) -> None:
        nonlocal spent, cost
        part = 0.5 if cell in out else 1.0
        spent += part
        cost += part * bench.cost(cell, world.epochs)
        if part == 1:
            number = trained[cell]
            rows.append(bench.row(cell, number, world.training(cell, number).top1))
        trained[cell] += 1

    baseline = [bench.baseline] if bench.baseline else []
    for cell in (*baseline, *bench.networks):
        train(cell)
    size = round_size(len(bench.networks))
    while True:
        surface = fit(observations(rows))
        seen = surface.observations
        points = domain(seen.mixtures, seen.log_ratios, seen.one_cost)
        if always or any(spent <= mark < spent + size for mark in MARKS):
            best = optimum(surface, points)
            ranking = dict(zip(seen.cells, best.surface.mean.tolist(), strict=True))
            yield Found(spent, cost, best.mixture, ranking, best.expected_regret)
        if spent + size > MARKS[-1]:
            return
        again = [cell for cell in baseline if trained[cell] < BASELINE_TRAININGS]
        for cell in (*choose(surface, points, size - len(again), rows), *again):
            train(cell)


def as_before(world: World) -> Iterator[Found]:
    """The rule that searches had before: finalists by kriging over realised shares, and a test."""
    bench = world.bench
    baseline = [bench.baseline] if bench.baseline else []
    seeds = 1
    while True:
        rows = [
            bench.row(cell, number, world.training(cell, number).top1)
            for cell in bench.networks
            for number in range(seeds)
        ]
        ranking = smoothed_by_cell(rows)
        final = finalists(ranking)
        further = [
            bench.row(cell, number, world.training(cell, number).top1)
            for cell in final
            for number in range(seeds, seeds + 2)
        ]
        spent = [*(row["cell"] for row in (*rows, *further)), *(baseline * (seeds + 2))]
        if len(spent) > MARKS[-1]:
            return
        cell = named([row for row in (*rows, *further) if row["cell"] in final])
        every = observations([*rows, *(bench.row(each, 0, 50.0) for each in baseline)])
        yield Found(
            len(spent),
            sum(bench.cost(each, world.epochs) for each in spent),
            every.mixtures[every.cells.index(cell)],
            ranking,
            None,
        )
        seeds += 1


SEARCHES: dict[str, Search] = {
    "knowledge gradient": by_knowledge_gradient,
    "evenly": evenly,
    "at random": at_random,
    "knowledge gradient, cuts at one half": with_cuts,
    "as before: three finalists": as_before,
}


def _teaching(surface: Surface, points: Domain, size: int, rows: Sequence[Row]) -> Sequence[str]:
    cells = surface.observations.cells
    return [cells[index] for index in knowledge_gradient(surface, points, size)]
