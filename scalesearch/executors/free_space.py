"""What memory and disk are free on this machine."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_UNLIMITED = 1 << 60  # bytes; cgroup v1 writes a limit near 2^63 where there is none


def free_memory(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes that can be had before the system or this process's control group runs out.

    None where neither says (not on Linux). Swap does not count: training from it is no use.
    """
    known = [free for free in (_available(proc), *_group_free(proc, groups)) if free is not None]
    return max(0, min(known)) if known else None


def free_disk(folder: Path, stat: Callable[[Path], Any] = os.statvfs) -> int | None:
    """Bytes that can be written under `folder`, or under what exists of its path.

    0 where no more files can be made; None where the system does not say.
    """
    for place in (folder.absolute(), *folder.absolute().parents):
        try:
            seen = stat(place)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return None
        # File systems that do not count their files say that they have none at all.
        if seen.f_files and not seen.f_favail:
            return 0
        return int(seen.f_bavail * seen.f_frsize)
    return None


def _available(proc: Path) -> int | None:
    for line in _lines(proc / "meminfo"):
        name, _, rest = line.partition(":")
        if name == "MemAvailable" and rest.split()[0].isdecimal():
            return int(rest.split()[0]) * 1024
    return None


def _group_free(proc: Path, groups: Path) -> Iterator[int]:
    """What the limit of each control group over this process leaves, version 1 or 2."""
    for line in _lines(proc / "self" / "cgroup"):
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers == "":
            names = ("memory.max", "memory.current", "inactive_file")
            bases = [groups, groups / "unified"]
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            bases = [groups / "memory"]
        else:
            continue
        for base in bases:
            # In a container the path may be that of outside; its own group is then the base.
            own = base / path.strip("/")
            while own != base and base in own.parents:
                yield from _left(own, *names)
                own = own.parent
            yield from _left(base, *names)


def _left(group: Path, limit: str, usage: str, files: str) -> Iterator[int]:
    most, used = _number(group / limit), _number(group / usage)
    if most is None or used is None or most >= _UNLIMITED:
        return
    # File contents that nobody uses are given up before anything is killed.
    spare = next(
        (
            int(line.split()[1])
            for line in _lines(group / "memory.stat")
            if line.split()[:1] == [files]
        ),
        0,
    )
    yield most - max(0, used - spare)


def _number(path: Path) -> int | None:
    text = "".join(_lines(path)).strip()
    return int(text) if text.isdecimal() else None  # "max" is no limit


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
