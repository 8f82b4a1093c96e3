"""Images that cannot be used: what each is called and why, and how that is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scalesearch.errors import DataError, parameter

SHOWN = 10  # named one by one in a message
LEADS_OUT = "is a link that leads out of the folder"
"""How the reason begins for links that `follow_links` follows."""
AGAIN = (
    "run the same command again. A study that had begun with the old images needs another "
    f"{parameter('study')} name."
)
"""What to do about images that have changed while they were used."""


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """An image that cannot be used.

    `name` is "class/file" as the file system has it, so it may hold what no encoding can print;
    `reason` ends the sentence that the name begins: "is no readable image (0 bytes)".
    """

    name: str
    reason: str

    def __str__(self) -> str:
        return printable(f"{self.name} {self.reason}")


def printable(text: str) -> str:
    r"""The text with what cannot be printed, or is no Unicode, escaped: "caf\xe9"."""
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # how Python holds a byte of a name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


def listed(broken: Sequence[Broken]) -> str:
    """A line for each of the first few, and how many more there are."""
    lines = [f"  {each}" for each in broken[:SHOWN]]
    if len(broken) > SHOWN:
        lines.append(f"  and {len(broken) - SHOWN} more")
    return "\n".join(lines)


def refuse(where: str, broken: Iterable[Broken], images: int, seen: int) -> None:
    """Raise DataError naming the first few of `broken`, out of `images`; nothing where none is.

    `seen` is how many of the images were looked at.
    """
    found = sorted(broken)
    if not found:
        return
    links = any(each.reason.startswith(LEADS_OUT) for each in found)
    option = parameter("follow_links")
    follow = f" Links that lead out of the folder are followed with {option}." if links else ""
    whole = "" if seen >= images else f", {seen} of them looked at so far"
    raise DataError(
        f"{printable(where)} has images that cannot be used, {len(found)} of {images}{whole}:\n"
        f"{listed(found)}\n",
        remedy=f"Mend or remove them, or go on without them: {parameter('skip_broken')}.{follow}",
    )
