"""The processes of a search, found from outside by who started whom (Linux: /proc)."""

import os
import signal
from pathlib import Path

DRIVER, WORKER, SERVER = "driver", "worker", "fork server"
VICTIMS = (DRIVER, WORKER, SERVER)


def find(driver: int, victim: str) -> list[int]:
    """Process ids of the driver's victims of this kind that live now."""
    if victim == DRIVER:
        return [driver]
    # A fork server is the only child of the driver with a session of its own.
    servers = [pid for pid in _children(driver) if _session(pid) == pid]
    if victim == SERVER:
        return servers
    return [child for server in servers for child in _children(server)]


def kill(pid: int) -> bool:
    """SIGKILL it; False if it was gone."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _children(parent: int) -> list[int]:
    """Living children of any of the parent's threads; those that only wait to be reaped not."""
    found = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return sorted(pid for pid in found if _status(pid)[1] == parent and _status(pid)[0] != "Z")


def _session(pid: int) -> int:
    return _status(pid)[3]


def _status(pid: int) -> tuple[str, int, int, int]:
    """State, parent, process group and session, or nobody's."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "X", -1, -1, -1
    state, parent, group, session, *_ = text.rpartition(")")[2].split()
    return state, int(parent), int(group), int(session)
