"""SIGKILL at exact moments: in the middle of the Nth write of a commit, a checkpoint, a report.

Those are too short to be hit at random. The library of shim.py sits in the processes and kills the
one that makes the write, after half of what it would have written.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .kills import MOST_STARTS, Undisturbed
from .running import Kind, Search
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
    Moment("checkpointing", WORKER, ("checkpoint",)),
    Moment("report writing", DRIVER, (".csv", "coefficients", "pareto", "report.html")),
)


def writes(kind: Kind, folder: Path, library: Path) -> dict[str, int]:
    """How many writes of each moment's kind the undisturbed search makes, by phase."""
    search = Search(kind, folder)
    strike = Strike(library, search.folder / "results", folder / "writes.log")
    if search.start(strike.environment()).wait() != 0:
        raise RuntimeError((folder / "driver.log").read_text(encoding="utf-8")[-2000:])
    paths = [str(path) for _, _, path in strike.calls()]
    return {m.phase: sum(any(n in path for n in m.names) for path in paths) for m in MOMENTS}


def disturb(
    tally: Tally,
    whole: Undisturbed,
    folder: Path,
    library: Path,
    moment: Moment,
    places: Iterator[int],
) -> None:
    """Kill one search once at each of `places`, which count writes from the start of a process."""
    search = Search(whole.kind, folder)
    acknowledged, kills = set(), 0
    for start in range(MOST_STARTS):
        at = next(places, 0)
        log = folder / f"writes{start}.log"
        strike = Strike(library, search.folder / "results", log, at, names=moment.names)
        driver = search.start(strike.environment())
        code = driver.wait()
        struck = [call for call in strike.calls() if call[1].startswith("!")]
        kills += len(struck)
        tally.injected += len(struck)
        tally.places[moment.victim, moment.phase] += len(struck)
        acknowledged |= {(cell, seed) for cell, seed, *_ in search.told}
        tally.check(search, search.told, f"start {start + 1}")
        if code > 0:
            tally.refused(code, folder)
        if code == 0 and not (at and struck):
            break
    tally.end(search, whole.outcome, len(acknowledged), f"after {kills} kills in {moment.phase}")


def spread(count: int, last: int, rng: random.Random) -> list[int]:
    """`count` places from 1 to `last`, one drawn from each of as many equal stretches."""
    return [min(last, 1 + int(last * (n + rng.random()) / count)) for n in range(count)]
