"""Counts, ratios, bytes and durations, read and written as people write them.

Prefixes are decimal, but for MiB. Numbers are rounded to three digits unless a function says more.
"""

import math
import re
from collections.abc import Sequence

_FORM = re.compile(r"(\d+\.?\d*|\.\d+)(?:e\+?\d{1,3})?\s?([kmg]?)", re.IGNORECASE | re.ASCII)
_SIZES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_MOST = 1e18
_NO_BREAK = "\N{NO-BREAK SPACE}"
TIMES = "\N{MULTIPLICATION SIGN}"
_PERIODS = ((86400, "day"), (3600, "h"), (60, "min"), (1, "s"))


def parse_amount(text: str) -> int | None:
    """The whole number from 1 to 1e18 that `text` means, such as 1.8G or 300K; else None."""
    form = _FORM.fullmatch(text.strip())
    if form is None:
        return None
    suffix = form[2].lower()
    number = text.strip()[: form.start(2)] if suffix else text.strip()
    value = float(number) * _SIZES[suffix]
    return round(value) if math.isfinite(value) and 0.5 < value <= _MOST else None


def short(count: int) -> str:
    """For a sentence, without trailing zeros: 7900000 is "7.9 M"."""
    for exponent, prefix in ((18, "E"), (15, "P"), (12, "T"), (9, "G"), (6, "M"), (3, "k")):
        size = 10**exponent
        if count >= 0.9995 * size:
            scaled = f"{count / size:.3g}" if count < 999.5 * size else f"{count / size:.0f}"
            return f"{scaled} {prefix}"
    return str(count)


def told_apart(one: int, other: int) -> tuple[str, str]:
    """Both as `short` writes them, or in full where that would not tell them apart."""
    pair = short(one), short(other)
    return pair if pair[0] != pair[1] or one == other else (f"{one:,}", f"{other:,}")


def quantity(count: float, unit: str = "") -> str:
    """For a table, with G, M or k: 385825092 is "386 M". `unit` forces one ("G": "0.386 G")."""
    for size, prefix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if prefix == unit or (not unit and count >= 0.9995 * size):
            return f"{ratio(count / size)} {prefix}"
    return str(count)


def prose_quantity(value: float) -> str:
    """For running text, with k, M, G or T on one line with it: 803358000 is "803 M"."""
    for exponent, prefix in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if value >= 0.9995 * 10**exponent:
            return f"{ratio(value / 10**exponent)}{_NO_BREAK}{prefix}"
    return f"{value:g}"


def ratio(value: float) -> str:
    """A multiple: "1.92", "12.5", "0.520"."""
    for limit, digits in ((0.9995, 3), (9.995, 2), (99.95, 1)):
        if value < limit:
            return f"{value:.{digits}f}"
    return f"{value:.0f}"


def several(count: int, what: str) -> str:
    """The count and its noun, in the plural where it is one."""
    return f"{count} {what}{'s' * (count != 1)}"


def epochs_words(lengths: Sequence[int]) -> str:
    """One length or several, such as "3 and 12 epochs"."""
    *others, last = lengths
    if not others:
        return several(last, "epoch")
    return f"{', '.join(map(str, others))} and {last} epochs"


def stored_size(size: int) -> str:
    """Bytes of files: "12.3 MB"."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= 0.9995 * unit:
            return f"{ratio(size / unit)} {name}"
    return f"{size} B"


def memory_size(count: int) -> str:
    """Bytes as an estimate gives them: "410 MB", "1.9 GB", "12 GB"."""
    for unit, prefix in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= 0.9995 * unit:
            scaled = count / unit
            return f"{scaled:.{1 if scaled < 9.95 and unit >= 10**9 else 0}f} {prefix}B"
    return f"{count} bytes"


def mebibytes(count: int) -> str:
    """Bytes of memory that was measured: "1,234 MiB"."""
    return f"{count / 2**20:,.0f} MiB"


def duration(seconds: float) -> str:
    """Seconds as people say them: "50 s", "4 min 10 s", "2 h 05 min"."""
    minutes, left = divmod(round(seconds), 60)
    hours, over = divmod(minutes, 60)
    if hours:
        return f"{hours} h {over:02d} min"
    return f"{minutes} min {left:02d} s" if minutes else f"{left} s"


def rough_duration(seconds: float) -> str:
    """Seconds in their largest unit: "3 h", "12 days"."""
    for unit, name in _PERIODS:
        if seconds >= unit:
            count = int(seconds // unit)
            return several(count, name) if name == "day" else f"{count} {name}"
    return "0 s"
