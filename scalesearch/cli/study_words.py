"""Ages of studies in words, and text from elsewhere made fit for a terminal."""

import time

from scalesearch.core.quantities import rough_duration


def plain(text: str) -> str:
    """The text without what a terminal would act upon: lines stay, "?" stands for the rest."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


def age(changed: float) -> str:
    """How long ago that was, in POSIX seconds; "-" for no time."""
    return f"{rough_duration(max(0.0, time.time() - changed))} ago" if changed else "-"
