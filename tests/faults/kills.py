"""SIGKILL at random moments: over driver, workers and fork server, in every phase of a search.

A search is disturbed several times and then left to end, by the same command all the time. What it
comes to is held against the undisturbed search.
"""

import itertools
import random
import time
from dataclasses import dataclass
from pathlib import Path

from tests.observed.search import PHASES, Driver, Kind, Search

from . import victims
from .outcome import Outcome, outcome_of
from .tally import Tally

MOST_STARTS = 60  # of the command in one search; more means that it does not come to an end
_PATIENCE = 0.005  # seconds between looks for a victim


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The search as it should end, and how long each phase takes, in seconds."""

    kind: Kind
    outcome: Outcome
    seconds: dict[str, float]
    results: int


def undisturbed(kind: Kind, folder: Path) -> Undisturbed:
    """Run the search in peace."""
    search = Search(kind, folder)
    driver = search.start()
    if driver.wait() != 0:
        raise RuntimeError((folder / "driver.log").read_text(encoding="utf-8")[-2000:])
    began = [driver.phases[phase] for phase in (*PHASES, "end")]
    lengths = [end - start for start, end in itertools.pairwise(began)]
    seconds = dict(zip(PHASES, lengths, strict=True))
    return Undisturbed(kind, outcome_of(search), seconds, len(search.told))


def disturb(
    tally: Tally,
    whole: Undisturbed,
    victim: str | None,
    rng: random.Random,
    folder: Path,
    kills: int,
) -> None:
    """Kill `kills` processes of one search: those of kind `victim`, or of any; then let it end."""
    search = Search(whole.kind, folder)
    acknowledged, left = set(), kills
    for start in range(MOST_STARTS):
        driver = search.start()
        phase = ""
        while left and driver.alive():
            whom = victim or rng.choice(victims.VICTIMS)
            phase = _later_phase(phase, whom, rng)
            if not driver.until(phase):
                break
            # What is trained stays trained, so a phase of training is shared out among the kills.
            shares = kills if phase == "training" else 1
            if _strike(driver, whom, rng.uniform(0, whole.seconds[phase] / shares), tally):
                left -= 1
                if whom == victims.DRIVER:
                    break
        code = driver.wait()
        acknowledged |= {(cell, seed) for cell, seed, *_ in search.told}
        tally.check(search, search.told, f"start {start + 1}")
        if code == 0:
            break
        if code > 0:
            tally.refused(code, folder)
    tally.end(search, whole.outcome, len(acknowledged), f"after {kills - left} kills")


def _later_phase(phase: str, victim: str, rng: random.Random) -> str:
    """A phase at random, not before `phase`; those besides the driver live in training alone."""
    if victim != victims.DRIVER:
        return "training"
    later = PHASES[PHASES.index(phase) if phase else 0 :]
    return rng.choices(later, [2 if name == "training" else 1 for name in later])[0]


def _strike(driver: Driver, victim: str, delay: float, tally: Tally) -> bool:
    """Kill such a process in `delay` seconds, or as soon as there is one; False if none came."""
    time.sleep(delay)
    while driver.alive():
        found = victims.find(driver.process.pid, victim)
        phase = driver.phase
        if found and victims.kill(random.Random(delay).choice(found)):
            tally.injected += 1
            tally.places[victim, phase] += 1
            return True
        time.sleep(_PATIENCE)
    return False
