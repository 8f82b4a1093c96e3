"""Whether a search fits into the memory and the disk that are free.

All of it is looked at before anything is trained: a training that is killed for memory after an
hour, or a disk that is full, costs more than a message at the start.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.core.quantities import memory_size
from scalesearch.errors import StudyError, parameter
from scalesearch.executors.free_space import free_disk

KEPT_FREE = 0.05
"""Share of the free memory that no further worker is started for."""
READY = 0.5
"""Share of the memory that workers leave, for processes that wait for another training."""
MOST_READY = 32
"""Processes that wait, at most: those of larger grids are made anew."""
DISK_SPARE = 0.1
"""Share of what is needed on disk that is asked for beside it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How many workers are started, and why not as many as were asked for."""

    workers: int
    asked: int
    worker_bytes: int
    """Of the largest training."""
    total_bytes: int
    """Of the whole search with that many workers, at most."""
    sentence: str
    """What to tell; empty where as many as asked for are started."""
    kept: int = 0
    """Processes that may wait for another training of their network."""
    kept_bytes: int = 0
    """Of these processes; part of `total_bytes`."""


@dataclass(frozen=True, slots=True)
class DiskNeed:
    """Bytes that a search writes, at most."""

    checkpoints: int
    """Of the trainings that run at one time, two files each."""
    weights: int
    """Trained weights that are kept."""
    images: int
    """Prepared images that are not there yet."""
    records: int
    """Database, tables, pictures, log."""

    @property
    def total(self) -> int:
        """All of it with something to spare."""
        whole = self.checkpoints + self.weights + self.images + self.records
        return whole + int(DISK_SPARE * whole)


def workers_that_fit(
    asked: int, peaks: Sequence[int], server_bytes: int, available: int | None
) -> Fit:
    """As many of the `asked` workers as fit, should the largest trainings meet.

    `peaks` are the predicted bytes of every training, `server_bytes` what the search needs beside
    its workers, `available` what is free (None: not known, then all fit). Raises StudyError where
    there is no room for one worker.
    """
    largest = sorted(peaks, reverse=True)
    useful = max(1, min(asked, len(largest)))
    totals = [server_bytes + sum(largest[:count]) for count in range(1, useful + 1)]
    if available is not None and totals[0] > available:
        raise StudyError(
            f"There is not enough memory for one worker: the largest training may need "
            f"{memory_size(largest[0])} and the search beside it {memory_size(server_bytes)}, "
            f"{memory_size(available)} are free.",
            remedy="End other programs, or copy the profile and lower `batch_size`, `resolution` "
            f"or `width`; fewer images ({parameter('train')}) need less too.",
        )
    count = useful
    if available is not None:
        count = sum(total <= available * (1 - KEPT_FREE) for total in totals) or 1
    if available is None or count == useful:
        return Fit(asked, asked, largest[0], totals[-1], "")
    workers = "1 worker" if count == 1 else f"{count} workers"
    return Fit(
        count, asked, largest[0], totals[count - 1],
        f"{workers} of the {asked} asked for: each may need {memory_size(largest[0])} and the "
        f"search beside them {memory_size(server_bytes)}, {memory_size(available)} are free.",
    )  # fmt: skip


def ready_that_fit(ready: Sequence[int], left: int | None) -> list[int]:
    """The bytes of each process that may wait for another training of its network.

    `ready` are those of all networks that are trained more than once, `left` is what the search
    leaves of the free memory (None: not known). What waits holds nearly what it held at its peak.
    """
    largest = sorted(ready, reverse=True)[:MOST_READY]
    while largest and left is not None and sum(largest) > READY * left:
        largest.pop()
    return largest


def check_disk(folder: Path, need: DiskNeed, stat: Callable[[Path], Any] = os.statvfs) -> None:
    """Raise StudyError where `folder`, which may not exist yet, has not the room for `need`.

    A file system that cannot be asked is not refused: writing to it will say what is wrong.
    """
    free = free_disk(folder, stat)
    if free is None or need.total <= free:
        return
    parts = (
        ("checkpoints", need.checkpoints),
        ("trained weights", need.weights),
        ("prepared images", need.images),
        ("database, tables and pictures", need.records),
    )
    told = ", ".join(f"{name} {memory_size(count)}" for name, count in parts if count)
    raise StudyError(
        f"There is not enough room on the disk of {folder}: up to {memory_size(need.total)} are "
        f"needed ({told}, {DISK_SPARE:.0%} to spare), {memory_size(free)} are free.",
        remedy=f"Make room there, or name a folder on another disk by {parameter('results')}.",
    )
