"""Networks that people know by name: the paper's point, and the corners of the triangle."""

from collections.abc import Sequence

DIMENSIONS = ("depth", "width", "resolution")
PAPER = (1.2, 1.1, 1.15)
"""alpha, beta, gamma of EfficientNet (Tan and Le 2019, section 3.3)."""
PAPER_BASELINE = "efficientnet_b0"
"""The network that the paper found them for."""
_SHORT = 24
"""Characters of a name."""
_WHOLE = 0.999
"""A share from which on a dimension has the whole budget."""


def is_paper(names: Sequence[str]) -> bool:
    """Whether one of a network's names is that of the paper's point."""
    return "paper" in names or "{:g},{:g},{:g}".format(*PAPER) in names


def corner_of(names: Sequence[str], shares: Sequence[float]) -> str:
    """The dimension that takes the whole budget, by shares in its order; empty for other points."""
    for what, share in zip(DIMENSIONS, shares, strict=True):
        if share > _WHOLE or f"{what} alone" in names:
            return what
    return ""


def short_name(names: Sequence[str]) -> str:
    """All of a network's names where they have room, else the one that people know and a count."""
    if len(every := "; ".join(names)) <= _SHORT:
        return every
    known = next((name for name in names if name == "paper" or name.endswith(" alone")), names[0])
    known = known if len(known) <= _SHORT else known[: _SHORT - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return f"{known} (+{len(names) - 1})" if len(names) > 1 else known
