"""What others wrote, as it is shown: nothing in it that a terminal obeys."""


def printable(text: str) -> str:
    """`text` with "?" for each control character, escape and lone surrogate; line breaks stay."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


def short(text: str, most: int = 60) -> str:
    """A name out of a file, on one line of at most `most` characters."""
    shown = printable(text[: most + 1]).replace("\n", "?")
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."
