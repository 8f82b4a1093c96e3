"""What others wrote, as it is shown: nothing in it that a terminal obeys."""

import re

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def printable(text: str) -> str:
    """`text` with "?" for each control character, escape and lone surrogate; line breaks stay.

    Colours and bold type, which Keras puts into its messages, are taken out.
    """
    if text.isprintable():
        return text
    text = _COLOUR.sub("", text)
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


def one_line(text: str) -> str:
    """A message of another library on one line, without the list of arguments that Keras adds."""
    return " ".join(printable(text).partition("\n\nArguments received by")[0].split())


def short(text: str, most: int = 60) -> str:
    """A name out of a file, on one line of at most `most` characters."""
    shown = printable(text[: most + 1]).replace("\n", "?")
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."
