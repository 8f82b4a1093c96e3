"""Named networks as the tasks of a study: each distinct proxy once a seed, its weights kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scalesearch.core.multipliers import Coefficients
from scalesearch.core.networks import Realised
from scalesearch.core.tasks import BASELINE, CANDIDATE, Task
from scalesearch.search.cells import Training, cell_of, task_of

WEIGHTS = "weights"
"""Folder of a study that holds the trained weights."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One network of a comparison or sweep by its name there."""

    name: str
    full: Realised
    proxy: Realised


def weights_file(cell: str, seed: int) -> str:
    """Name of the file with the weights of one training."""
    return f"{cell}_seed{seed}.npz"


def entry_tasks(
    entries: Sequence[Entry], training: Training, seeds: range, weights: Path | None = None
) -> list[Task]:
    """One task for every distinct proxy and seed; the first entry is the baseline.

    Entries whose proxies are one network share its trainings. With `weights`, a folder, each
    training writes its weights there before it counts.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(cell_of(entry.proxy.network, training), []).append(entry)
    found = []
    for place, (cell, members) in enumerate(groups.items()):
        first = members[0]
        by = Coefficients(first.full.depth, first.full.width, first.full.resolution)
        names = "; ".join(entry.name for entry in members)
        role = CANDIDATE if place else BASELINE
        for seed in seeds:
            task = task_of(names, role, by, first.full, first.proxy, training, seed, {})
            if weights is not None:
                path = str(weights / weights_file(cell, seed))
                task = replace(task, spec={**task.spec, "weights": path})
            found.append(task)
    return found
