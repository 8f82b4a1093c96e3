"""Disks that run full or are read-only: `python -m tests.faults.mounted` (inner).

A search has its results on a small file system in memory. At first a file leaves it so many KiB;
the command must tell in one message that there is no room, and with the file gone the same command
must come to the undisturbed end. Likewise a file system that is read-only until it is not.

Started by `python -m tests.faults` in a mount namespace of its own; answers with tallies as JSON.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.observed.search import Search

from .in_process import SMALL, Commands
from .outcome import Outcome, outcome_of
from .tally import Tally

_SIZE = 64 * 2**20  # bytes of the file system
_PAGE = 4096


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    run = Commands()
    whole = Search(SMALL, folder / "whole")
    end = run(whole)
    assert end.code == 0, end.said
    expected = outcome_of(whole)
    needed = sum(path.stat().st_blocks * 512 for path in whole.study.parent.rglob("*"))
    full = Tally("file system runs full", "fake")
    for n in range(count):
        # Closer together where there is little: report.html alone takes most of what is needed.
        left = int(needed * (n / count) ** 3) // _PAGE * _PAGE
        _one(run, folder / f"full{n}", full, expected, f"{left >> 10} KiB left", _filled(left))
    unwritable = Tally("file system is read-only", "fake")
    for trainings in (None, 0, 3, 100):
        what = f"a study of {trainings} trainings, read-only" if trainings else "read-only"
        place = folder / f"unwritable{trainings}"
        _one(run, place, unwritable, expected, what, _read_only, trainings)
    answers = [asdict(tally) for tally in (full, unwritable)]
    for answer in answers:
        del answer["places"]
    print(json.dumps(answers))


Spoil = Callable[[Path], Callable[[], None]]
"""Spoils the file system at a path; what it returns makes it good again."""


def _one(
    run: Commands,
    folder: Path,
    tally: Tally,
    expected: Outcome,
    what: str,
    spoil: Spoil,
    trainings: int | None = None,
) -> None:
    """One search that meets the fault from the start, or after so many trainings."""
    search = Search(SMALL, folder)
    disk = search.study.parent
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", disk], check=True)
    try:
        if trainings is not None:
            run(search, stop_at=trainings, pictures=False)
        mend = spoil(disk)
        end = run(search)
        tally.injected += 1
        if not end.is_plain or end.code == 130:
            tally.crashes += 1
            tally.blame(f"{what}: ended with code {end.code}: {end.said[-600:]}")
        mend()
        tally.check(search, search.told, what)
        again = run(search)
        if again.code != 0:
            tally.blame(f"{what}: the next command ended with {again}")
        tally.check(search, search.told, what)
        told = {(cell, seed) for cell, seed, *_ in search.told}
        tally.end(search, expected, len(told), what)
    finally:
        os.chdir("/")
        subprocess.run(["umount", "-l", disk], check=True)
        shutil.rmtree(folder)


def _filled(left: int) -> Spoil:
    """All but `left` bytes taken by a file."""

    def spoil(disk: Path) -> Callable[[], None]:
        ballast = disk / "ballast"
        with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(_PAGE)):
                pass
        if left:
            os.truncate(ballast, ballast.stat().st_size - left)
        return ballast.unlink

    return spoil


def _read_only(disk: Path) -> Callable[[], None]:
    def remount(how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)

    remount("ro")
    return lambda: remount("rw")


if __name__ == "__main__":
    main()
