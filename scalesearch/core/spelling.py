"""What a misspelt name may have meant."""

from collections.abc import Iterable


def suggestion(name: str, known: Iterable[str]) -> str:
    """The known names nearest to `name` as the end of a sentence, or "" where none is near."""
    from difflib import get_close_matches  # only needed on the way to an error

    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" (nearest: {', '.join(near)})" if near else ""
