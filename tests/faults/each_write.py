"""An error at each single write of a small search: `python -m tests.faults.each_write` (inner).

The search is cut in three, so that each write needs no more than a second: making the study,
training, reporting. Each write of each part fails once, or it and all that follow; then the same
command is run again on a healthy disk and must come to the undisturbed end.

Started by `python -m tests.faults` under the library of shim.py; answers with a tally as JSON.
"""

import errno
import itertools
import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

from tests.observed.search import Search

from .in_process import SMALL, Commands, Ended
from .outcome import Outcome, outcome_of
from .shim import Armed
from .tally import Tally

PARTS = ("making the study", "training", "reporting")


def main() -> None:
    library, folder, name, first, step = sys.argv[1:]
    tally = Tally(f"{name} at a write", "fake")
    _Series(Path(folder), Armed(Path(library)), getattr(errno, name), tally).run(
        int(first), int(step)
    )
    answer = asdict(tally)
    del answer["places"]
    print(json.dumps(answer))


class _Series:
    def __init__(self, folder: Path, armed: Armed, act: int, tally: Tally) -> None:
        self._folder, self._armed, self._act, self._tally = folder, armed, act, tally
        self._run = Commands()
        self._count = 0

    def run(self, first: int, step: int) -> None:
        """Fail the `first` write of each part, from 1, and every `step`th from there."""
        whole = Search(SMALL, self._folder / "whole")
        end = self._run(whole)
        assert end.code == 0, end.said
        expected = outcome_of(whole)
        starts = {PARTS[0]: None, PARTS[1]: self._stopped(), PARTS[2]: whole}
        for part, start in starts.items():
            for turn in itertools.count():
                lasting = turn % 2 == 1
                if not self._strike(part, start, first + turn * step, lasting, expected):
                    break

    def _stopped(self) -> Search:
        """A study that has been made and holds no result yet."""
        search = Search(SMALL, self._folder / "stopped")
        assert self._run(search, stop_at=0).code == 130
        return search

    def _strike(
        self, part: str, start: Search | None, at: int, lasting: bool, expected: Outcome
    ) -> bool:
        """False if the part has fewer than `at` writes."""
        self._count += 1
        search = Search(SMALL, self._folder / f"search{self._count}")
        if start is not None:
            shutil.copytree(start.study.parent, search.study.parent)
        drawn = part == PARTS[2]
        self._armed.arm(search.study.parent, at, self._act, lasting)
        end = self._run(search, stop_at=0 if part == PARTS[0] else None, pictures=drawn)
        struck = self._armed.disarm()
        if struck:
            self._tally.injected += 1
            what = f"{part}, write {at}{' and all after' if lasting else ''} ({struck})"
            self._judge(end, search, what.replace(str(self._folder), ""))
            again = self._run(search, pictures=drawn)
            if again.code != 0:
                self._tally.blame(f"{what}: the next command ended with {again}")
            self._tally.check(search, search.told, what)
            told = {(cell, seed) for cell, seed, *_ in search.told}
            self._tally.end(search, expected, len(told), what, pictures=drawn)
        shutil.rmtree(search.folder)
        return bool(struck)

    def _judge(self, end: Ended, search: Search, what: str) -> None:
        if not end.is_plain:
            self._tally.crashes += 1
            self._tally.blame(f"{what}: ended with code {end.code}: {end.said[-600:]}")
        self._tally.check(search, search.told, what)


if __name__ == "__main__":
    main()
