"""The most memory that a process took, told by itself."""

from pathlib import Path

COPIED = 30 * 10**6
"""Bytes of the fork server's memory that a child writes to, and so has copies of: 29 to 36 MB as
measured (reference counts, mostly). Only a walk over all pages would tell, which takes 10 to 90 ms.
"""


def peak_of_this_process(proc: Path = Path("/proc")) -> int | None:
    """Peak bytes that this process has had beside those it shares; None where Linux does not say.

    Of a child that was forked: without what it still has in common with its parent. Files that are
    read through memory (images, libraries) are left out as far as they are at the end; what was
    read so and let go of before is counted where it made the peak.
    """
    own = _status(proc / "self" / "status")
    if not {"VmHWM", "RssFile", "RssAnon"} <= own.keys():
        return None
    peak = max(own["VmHWM"] - own["RssFile"] - own.get("RssShmem", 0), own["RssAnon"])
    parent = proc / str(own.get("PPid", 0))
    if not _forked(proc / "self", parent):
        return peak
    shared = _status(parent / "status").get("RssAnon", 0)
    return max(0, peak - max(0, shared - COPIED))


def _status(path: Path) -> dict[str, int]:
    """Numbers of a `status` file by name, those in kB as bytes."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        name, _, rest = line.partition(":")
        match rest.split():
            case [number, "kB"] if number.isdecimal():
                found[name] = int(number) * 1024
            case [number] if number.isdecimal():
                found[name] = int(number)
    return found


def _forked(own: Path, parent: Path) -> bool:
    """Whether this process is its parent's copy: a child that starts a program has other words."""
    try:
        words = (own / "cmdline").read_bytes()
        return bool(words) and words == (parent / "cmdline").read_bytes()
    except OSError:
        return False
