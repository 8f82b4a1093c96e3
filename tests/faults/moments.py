"""SIGKILL at exact moments: in the middle of the Nth write of a commit, a checkpoint, a report.

Those are too short to be hit at random. The library of shim.py sits in the processes and kills the
one that makes the write, after half of what it would have written.
"""

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.observed.search import Kind, Search

from .kills import MOST_STARTS, Undisturbed
from .shim import Strike
from .tally import Tally
from .victims import DRIVER, WORKER


@dataclass(frozen=True, slots=True)
class Moment:
    """Writes of one kind, by what is in their paths, and which process makes them."""

    phase: str
    victim: str
    names: tuple[str, ...]


MOMENTS = (
    Moment("enumeration", DRIVER, ("driver.lock", "settings.json", ".study.db.tmp", "/.data/")),
    Moment("commit", DRIVER, ("/study.db",)),
    Moment("checkpointing", WORKER, ("/checkpoints/",)),
    Moment("report writing", DRIVER, (".csv", "coefficients", "pareto", "report.html")),
)
OF_A_TRAINING = ("commit", "checkpointing")


def writes(kind: Kind, folder: Path, library: Path) -> dict[str, int]:
    """Writes of each moment's kind that a process of the undisturbed search makes, by phase."""
    search = Search(kind, folder)
    strike = Strike(library, search.study.parent, folder / "writes.log")
    if search.start(strike.environment()).wait() != 0:
        raise RuntimeError((folder / "driver.log").read_text(encoding="utf-8")[-2000:])
    return {moment.phase: _most(strike.calls(), moment.names) for moment in MOMENTS}


def _most(calls: list[tuple[int, str, Path]], names: tuple[str, ...]) -> int:
    """Writes to such paths by the process that makes most of them."""
    processes = Counter(pid for pid, _, path in calls if any(name in str(path) for name in names))
    return max(processes.values(), default=0)


def disturb(
    tally: Tally,
    whole: Undisturbed,
    library: Path,
    moment: Moment,
    writes: int,
    rng: random.Random,
    folder: Path,
    kills: int,
) -> None:
    """Kill one search up to `kills` times, each at one of the `writes` of a whole search."""
    search = Search(whole.kind, folder)
    acknowledged: set[tuple[str, int]] = set()
    left = kills
    for start in range(MOST_STARTS):
        # What is committed stays so, and a process that goes on has fewer commits before it.
        done = len(acknowledged) / whole.results if moment.phase == "commit" else 0
        at = rng.randint(1, max(1, round(writes * (1 - done)))) if left else 0
        times = max(1, left) if moment.victim == WORKER else 1
        log = folder / f"writes{start}.log"
        strike = Strike(library, search.study.parent, log, at, names=moment.names, times=times)
        code = search.start(strike.environment()).wait()
        struck = sum(call.startswith("!") for _, call, _ in strike.calls())
        left -= struck
        tally.injected += struck
        tally.places[moment.victim, moment.phase] += struck
        acknowledged |= {(cell, seed) for cell, seed, *_ in search.told}
        tally.check(search, search.told, f"start {start + 1}")
        if code > 0:
            tally.refused(code, folder)
        if code == 0:
            break
    tally.end(search, whole.outcome, len(acknowledged), f"{kills - left} kills in {moment.phase}")
