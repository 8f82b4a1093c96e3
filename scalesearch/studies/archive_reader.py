"""Reads the archive of a study from anywhere, trusting nothing in it.

Every header is looked at before anything is written; only plain files with plain names go to disk,
into a new folder that the caller names; what is unpacked is bounded by the archive's own size.
"""

import gzip
import hashlib
import json
import os
import tarfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from scalesearch.studies.archive import (
    FORMAT,
    JOURNALS,
    LEFT_OUT,
    MANIFEST,
    ROOT,
    VERSION,
    is_plain,
)

MOST_FILES = 50_000
MOST_MANIFEST = 32 * 2**20  # bytes; 50,000 files need a third of it
FREE_BYTES = 64 * 2**20
TIMES = 200
"""An archive may unpack to 64 MiB and 200 times its own size. Tables and databases of trainings
shrink to a tenth or so, weights hardly at all; gzip can reach a thousandth."""
_BLOCK = tarfile.BLOCKSIZE
_PIECE = 2**20

UNREADABLE = (EOFError, zlib.error, gzip.BadGzipFile)


class Refused(ValueError):
    """The archive breaks a rule; the text says which."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What a file of the archive was found to be: bytes, and SHA-256 in hexadecimal."""

    size: int
    sha256: str


def unpack(file: BinaryIO, size: int, into: Path) -> str:
    """Unpack the archive `file` of `size` bytes into the new folder `into`; the study's name in it.

    Every file is checked against the manifest, which is not kept. The name is as the archive has
    it: any text. Raises Refused, one of UNREADABLE, or OSError; what was unpacked until then stays.
    """
    most = FREE_BYTES + TIMES * size
    room = os.statvfs(into.parent)
    with gzip.GzipFile(fileobj=file, mode="rb") as packed:
        source = _Bounded(packed, most)
        into.mkdir()
        found: dict[str, Sum] = {}
        manifest = None
        for name, length, changed in _members(source, min(most, room.f_bavail * room.f_frsize)):
            if manifest is not None:
                raise Refused(f"{MANIFEST} must be its last file. After it comes {name!r}")
            if name == MANIFEST:
                if length > MOST_MANIFEST:
                    raise Refused(f"{MANIFEST} declares {length:,} bytes")
                manifest = source.read(length)
            else:
                found[name] = _write(source, into / name, length, changed)
            source.read(-length % _BLOCK)
        source.read_zeros()
    if manifest is None:
        raise Refused(f"it holds no {MANIFEST}")
    return _check(manifest, found)


def _members(source: "_Bounded", most: int) -> Iterator[tuple[str, int, int]]:
    """Path in the study, bytes, and time of each file; the caller reads its content meanwhile.

    `most` is how many bytes all of them may declare. Ends at the archive's end mark.
    """
    seen: set[str] = set()
    declared = 0
    while any(header := source.read(_BLOCK)):
        try:
            entry = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
        except (tarfile.TarError, ValueError) as error:
            raise Refused(f"it is damaged, or no archive of a study ({error})") from None
        name = _checked_path(entry)
        if name in seen:
            raise Refused(f"it holds {name!r} twice")
        seen.add(name)
        if len(seen) > MOST_FILES:
            raise Refused(f"it holds more than {MOST_FILES:,} files")
        declared += entry.size
        if entry.size < 0 or declared > most:
            raise Refused(
                f"{name!r} declares {entry.size:,} bytes, more than such an archive can hold or "
                "than there is room for"
            )
        yield name, entry.size, int(entry.mtime)


def _checked_path(entry: tarfile.TarInfo) -> str:
    """The path inside the study, of plain names joined by slashes."""
    if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
        raise Refused(f"{entry.name!r} is not a plain file, and a study has no links or devices")
    root, *parts = entry.name.split("/")
    if root != ROOT or not is_plain(parts):
        raise Refused(
            f"{entry.name!r} is not a path under {ROOT}/ of plain names: nothing may leave the "
            "study's folder"
        )
    name = "/".join(parts)
    if name != MANIFEST and name in (*LEFT_OUT, *JOURNALS):
        raise Refused(f"it holds {name!r}, which no archive of a study does")
    return name


def _write(source: "_Bounded", path: Path, length: int, changed: int) -> Sum:
    """Write the next `length` bytes to the new file `path`, flushed to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    with open(path, "xb") as file:
        for at in range(0, length, _PIECE):
            part = source.read(min(_PIECE, length - at))
            total.update(part)
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    seconds = min(max(0, changed), int(time.time()))  # no file is of a time to come
    os.utime(path, (seconds, seconds))
    return Sum(length, total.hexdigest())


def _check(manifest: bytes, found: dict[str, Sum]) -> str:
    """The study's name by the manifest, whose files must be those found."""
    try:
        about: Any = json.loads(manifest)
        if about["format"] != FORMAT:
            raise Refused(f"{MANIFEST} is not that of a study")
        if about["version"] != VERSION:
            raise Refused(
                f"it was written by scalesearch {str(about['scalesearch'])[:20]!r} in a form that "
                f"this one does not know ({str(about['version'])[:20]!r}, not {VERSION})"
            )
        listed = {
            str(name): Sum(int(each["size"]), str(each["sha256"]))
            for name, each in about["files"].items()
        }
        study = str(about["study"])
    except Refused:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        raise Refused(f"{MANIFEST} is damaged ({type(error).__name__})") from None
    for name in sorted(listed.keys() | found.keys()):
        if listed.get(name) != found.get(name):
            raise Refused(f"{name!r} is not the file that {MANIFEST} lists: the archive is damaged")
    return study


class _Bounded:
    """Reads exactly, and not more in all than an archive of that size may hold."""

    def __init__(self, file: gzip.GzipFile, most: int) -> None:
        self._file = file
        self._left = most

    def read(self, size: int) -> bytes:
        """`size` bytes; Refused where they are too many, EOFError where there are fewer."""
        self._left -= size
        if self._left < 0:
            raise Refused("it unpacks to far more than a study of its size does")
        content = self._file.read(size)
        if len(content) < size:
            raise EOFError("it ends too early")
        return content

    def read_zeros(self) -> None:
        """Read to the end, which checks the last checksum; Refused where more than zeros come."""
        while part := self._file.read(_PIECE):
            self._left -= len(part)
            if self._left < 0 or any(part):
                raise Refused("something follows after its end")
