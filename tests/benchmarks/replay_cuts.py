"""Cuts in the middle of trainings, as a replay tries them: by the losses so far."""

from collections.abc import Sequence

import numpy as np

from scalesearch.search.observations import observations
from scalesearch.search.optimum import best_chances
from scalesearch.search.surface import fit

from .effects import least_squares
from .replay_bench import World

HALF = 8
"""Sixteenths of a training after which some are cut."""
SURELY_NOT = 0.01
"""Probability of being the best under which a network is cut."""


def cut_at_half(world: World) -> set[str]:
    """Networks that by the losses of the first half of one training are surely not the best.

    The losses since a quarter are brought to points of accuracy by the line that fits them best
    over all trainings of that length: better than any search could know it, so that cuts that do
    not help here help nowhere.
    """
    bench = world.bench
    every = [
        each for (_, e), of in bench.trainings.items() if e == world.epochs for each in of.values()
    ]
    line = least_squares(
        {"one": [1.0] * len(every), "loss": [_late(each.losses) for each in every]},
        [each.top1 for each in every],
    ).values
    rows = [
        bench.row(cell, 0, float(line @ (1.0, _late(world.training(cell, 0).losses))))
        for cell in ([bench.baseline] if bench.baseline else []) + bench.networks
    ]
    surface = fit(observations(rows))
    chances = best_chances(surface.own().part(slice(len(surface.observations.cells))))
    cells = surface.observations.cells
    return {cell for cell, chance in zip(cells, chances, strict=True) if chance < SURELY_NOT}


def _late(losses: Sequence[float]) -> float:
    """The mean training loss of the second quarter."""
    return float(np.mean(losses[HALF // 2 : HALF]))
