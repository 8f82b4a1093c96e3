"""The images of a folder that a study leaves out, found before it is planned.

What is left out is written into the DataSpec, so that it decides the images wherever these are
prepared or read, and goes into what a study is pinned to.
"""

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import PIL

from scalesearch.data.broken_images import Broken
from scalesearch.data.folder_listing import Listing
from scalesearch.data.image_folder import refuse_looked
from scalesearch.data.inspection import first_look, whole_look
from scalesearch.errors import DataError
from scalesearch.files.json_files import read_json
from scalesearch.files.whole_files import write_whole

_FORMAT = 1  # of a look's file; raised when something else counts as broken


def broken_of(
    listed: Listing,
    side: int,
    skip_broken: bool,
    looks: Path | None,
    begin: Callable[[int], None],
) -> tuple[Broken, ...]:
    """What of the listing cannot be used, in order, as far as a look finds it.

    `side` is what images are decoded to, in pixels; the rest as of `sources.looked_at`. Raises
    DataError naming what is broken without `skip_broken`.
    """
    if skip_broken and looks is not None:
        return tuple(sorted(_all_broken(listed, side, looks, begin)))
    broken, seen = first_look(listed, side)
    if not skip_broken:
        refuse_looked(listed, broken, seen)
    return tuple(sorted(broken))


def _all_broken(
    listed: Listing, side: int, looks: Path, begin: Callable[[int], None]
) -> tuple[Broken, ...]:
    """Those of all images, from an earlier look at the same files where there is one."""
    file = looks / f"look-{_state(listed)[:16]}.json"
    try:
        return tuple(Broken(*each) for each in read_json(file, DataError, ""))
    except (FileNotFoundError, DataError, TypeError):
        pass  # not looked at yet, or no longer to be read: the look is taken again
    begin(len(listed.names))
    found = whole_look(listed, range(len(listed.names)), side)
    broken = (*listed.broken, *found)
    text = json.dumps([dataclasses.astuple(each) for each in broken], indent=1) + "\n"
    write_whole(file, text.encode("ascii"), DataError)
    return broken


def _state(listed: Listing) -> str:
    """A hash of all that a look may depend on: the files, whether they may be read, the decoder."""
    digest = hashlib.sha256(f"{_FORMAT} {PIL.__version__} {listed.stamp()}".encode())
    for i, name in enumerate(listed.names):
        if not os.access(listed.file(i), os.R_OK):
            digest.update(os.fsencode(f"{name} unreadable\n"))
    for each in listed.broken:
        digest.update(os.fsencode(f"{each.name} {each.reason}\n"))
    return digest.hexdigest()
