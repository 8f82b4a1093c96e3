"""Counts as people write them: 1.8G, 7.5M, 300K, 5300000. Suffixes are decimal."""

import math
import re

_FORM = re.compile(r"(\d+\.?\d*|\.\d+)(?:e\+?\d{1,3})?\s?([kmg]?)", re.IGNORECASE | re.ASCII)
_SIZES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_MOST = 1e18


def parse_amount(text: str) -> int | None:
    """The whole number from 1 to 1e18 that `text` means; None where it means none."""
    form = _FORM.fullmatch(text.strip())
    if form is None:
        return None
    suffix = form[2].lower()
    number = text.strip()[: form.start(2)] if suffix else text.strip()
    value = float(number) * _SIZES[suffix]
    return round(value) if math.isfinite(value) and 0.5 < value <= _MOST else None


def short(count: int) -> str:
    """Three digits at most with a suffix: 7900000 is "7.9 M"."""
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
