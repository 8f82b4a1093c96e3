"""The one table: what was done to searches, and what it cost them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.observed.search import Row, Search

from .outcome import Outcome, doubled, held, litter, lost, outcome_of

CLEAN = (0, 2)
"""Exit codes with which a command may end by itself: done, or something that can be mended."""


@dataclass(slots=True)
class Tally:
    """Counts of one kind of fault. `skipped` says why there are none."""

    fault: str
    trainer: str
    injected: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    runs: int = 0
    differing: int = 0
    left_behind: int = 0
    """Temporary files that are still there when the search has ended."""
    crashes: int = 0
    """Commands that ended by themselves, and neither well nor with one plain message."""
    skipped: str = ""
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Faults by victim and by phase."""
    wrong: list[str] = field(default_factory=list)
    """A sentence for each thing that went wrong."""

    def row(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "fault": self.fault,
            "trainer": self.trainer,
            "faults_injected": self.injected,
            "results_acknowledged": self.acknowledged,
            "lost": self.lost,
            "doubled": self.doubled,
            "runs": self.runs,
            "outcome_differed": self.differing,
            "ended_badly": self.crashes,
            "left_behind": self.left_behind,
            "note": self.skipped,
        }
        return told

    def blame(self, sentence: str) -> None:
        self.wrong.append(f"{self.fault}, {self.trainer} trainer: {sentence}")

    def check(self, search: Search, told: Iterable[Row], what: str) -> None:
        """Count what of `told`, all that was said so far, the reopened study does not hold once.

        To be called after each end of a driver: a later one may train again what was lost.
        """
        told = list(told)
        gone, twice = lost(told, held(search)), doubled(search, told)
        self.lost += len(gone)
        self.doubled += len(twice)
        for words, keys in (("lost", gone), ("doubled", twice)):
            if keys:
                self.blame(f"{what}: {words} {sorted(keys)}")
        # What is counted now is not to be counted again after the next fault.
        search.told[:] = [row for row in told if (row[0], row[1]) not in gone | twice]

    def refused(self, code: int, folder: Path) -> None:
        """Count a command that ended with an exit code above 0 though nothing killed it."""
        said = (folder / "driver.log").read_text(encoding="utf-8").strip().splitlines()[-1:]
        if code not in CLEAN or not said[0].startswith("Error: "):
            self.crashes += 1
            self.blame(f"exit code {code}: {' '.join(said)}")

    def end(
        self,
        search: Search,
        whole: Outcome,
        acknowledged: int,
        what: str,
        pictures: bool = True,
    ) -> None:
        """Count a search that has ended, beside the undisturbed one."""
        self.runs += 1
        self.acknowledged += acknowledged
        if found := litter(search):
            self.left_behind += len(found)
            self.blame(f"{what}: left behind {', '.join(found)}")
        try:
            differs = outcome_of(search, pictures).differs(whole)
        except (OSError, KeyError, ValueError) as error:
            differs = [f"results that cannot be read ({error})"]
        if differs:
            self.differing += 1
            self.blame(f"{what}: another {', '.join(differs)}")


def coverage(tallies: Iterable[Tally]) -> list[dict[str, Any]]:
    """How many processes were killed, by victim and phase."""
    places: Counter[tuple[str, str, str]] = Counter()
    for tally in tallies:
        for (victim, phase), count in tally.places.items():
            places[tally.trainer, victim, phase] += count
    return [
        {"trainer": trainer, "killed": victim, "during": phase, "times": count}
        for (trainer, victim, phase), count in sorted(places.items())
    ]
