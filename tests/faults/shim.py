"""The library that lies under Python and SQLite and strikes at the Nth write: see shim.c."""

import ctypes
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
KILL = -1
"""In place of an errno: SIGKILL, after half of what would have been written."""


def compiler() -> str | None:
    """A C compiler of this machine, or None."""
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


def built(folder: Path) -> Path | None:
    """The library, made in `folder`; None where there is no C compiler."""
    command = compiler()
    if command is None:
        return None
    library = folder / "faults.so"
    subprocess.run(
        [command, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"],
        check=True,
        capture_output=True,
    )
    return library


@dataclass(frozen=True, slots=True)
class Strike:
    """What is to happen in a process tree: `act` (an errno, or KILL) at write `at`, `times` times.

    Counted are the writes of each process below `under` to paths with one of `names` in them (none:
    all). With `at` 0 they are only written to `log`. `times` is at most 10.
    """

    library: Path
    under: Path
    log: Path
    at: int = 0
    act: int = KILL
    names: tuple[str, ...] = ()
    times: int = 1

    def environment(self) -> dict[str, str]:
        """What the process must be started with. Makes a folder beside `log`."""
        turns = self.log.with_suffix(".turns")
        for number in range(self.times):
            (turns / str(number)).mkdir(parents=True)
        return {
            "LD_PRELOAD": str(self.library),
            "FAULTS_UNDER": str(self.under),
            "FAULTS_NAMES": ":".join(self.names),
            "FAULTS_AT": str(self.at),
            "FAULTS_ACT": str(self.act),
            "FAULTS_TURNS": str(turns),
            "FAULTS_LOG": str(self.log),
        }

    def calls(self) -> list[tuple[int, str, Path]]:
        """(process, call, path) of each that was counted; a struck call begins with "!"."""
        if not self.log.exists():
            return []
        lines = [line.split(" ", 3) for line in self.log.read_text().splitlines()]
        return [(int(pid), call, Path(path)) for pid, _, call, path in lines]


class Armed:
    """The library in this very process, which was started with it."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))
        self._library.faults_last.restype = ctypes.c_char_p

    def arm(self, under: Path, at: int, act: int, lasting: bool) -> None:
        """Strike at the `at`th write below `under` from now on, or at that and all after it."""
        self._library.faults_arm(str(under).encode(), ctypes.c_long(at), act, int(lasting))

    def disarm(self) -> str:
        """Strike no more; call and path that were struck last, "" if none was."""
        struck = str(self._library.faults_last().decode())
        self._library.faults_arm(b"", ctypes.c_long(0), 0, 0)
        return struck
