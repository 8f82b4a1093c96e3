"""The endings of files' names, by which images are told and what is none is counted."""

import os
from collections.abc import Mapping

from scalesearch.data.broken_images import printable

OTHER = "other"
SHOWN = 8  # endings named in a sentence
_LONGEST = 12  # characters of what may pass for an ending
# What file managers leave behind is not told, no more than names that begin with a dot.
_NOISE = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"))


def ending(name: str) -> str:
    """The ending of a file's name in small letters, with its dot; "" where there is none."""
    found = os.path.splitext(name)[1].lower()
    return "" if found == "." else found


def called(name: str) -> str:
    """The ending by which a file is counted, fit for print; `OTHER` for what is no usual one."""
    found = printable(ending(name))
    return found if len(found) <= _LONGEST and " " not in found else OTHER


def is_told(name: str) -> bool:
    """Whether anybody would miss a file or folder of this name."""
    return name[0] != "." and name.lower() not in _NOISE


def listed(counts: Mapping[str, int]) -> str:
    """ "12 .heic, 3 .txt, 1 without ending" """
    shown = list(counts.items())[:SHOWN]
    rest = sum(counts.values()) - sum(count for _, count in shown)
    words = {"": "without ending", OTHER: "with other endings"}
    names = [f"{count:,} {words.get(name, name)}" for name, count in shown]
    return ", ".join([*names, *([f"{rest:,} others"] if rest else [])])
