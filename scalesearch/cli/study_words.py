"""Sizes and times of studies in words, and text from elsewhere made fit for a terminal."""

import time

from scalesearch.cli.render import several

_UNITS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))


def size_text(size: int) -> str:
    """Bytes with three digits: "12.3 MB"."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= 0.9995 * unit:
            value = size / unit
            return f"{value:.{2 if value < 9.995 else 1 if value < 99.95 else 0}f} {name}"
    return f"{size} B"


def plain(text: str) -> str:
    """The text without what a terminal would act upon: lines stay, "?" stands for the rest."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


def age(changed: float) -> str:
    """How long ago that was, in POSIX seconds; "-" for no time."""
    return f"{duration(max(0.0, time.time() - changed))} ago" if changed else "-"


def duration(seconds: float) -> str:
    """Its largest unit: "3 h", "12 days"."""
    for unit, name in _UNITS:
        if seconds >= unit:
            count = int(seconds // unit)
            return several(count, name) if name == "day" else f"{count} {name}"
    return "0 s"
