"""Fixed splits of the budget by name, to scale by or to compare a found split with."""

from typing import NamedTuple

from scalesearch.core.candidates import Shares, from_shares
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ScaleSearchError, parameter


class Strategy(NamedTuple):
    """Shares of the budget's logarithm (depth, width, resolution), and what they mean."""

    shares: Shares
    words: str

    @property
    def coefficients(self) -> Coefficients:
        """alpha, beta, gamma whose alpha * beta^2 * gamma^2 is 2: phi 1 doubles the cost."""
        return from_shares(self.shares)


STRATEGIES = {
    "depth": Strategy(Shares(1, 0, 0), "the whole budget to depth"),
    "width": Strategy(Shares(0, 1, 0), "the whole budget to width"),
    "resolution": Strategy(Shares(0, 0, 1), "the whole budget to resolution"),
    "uniform": Strategy(
        Shares(1 / 3, 1 / 3, 1 / 3),
        "a third of the budget to each dimension\n"
        "(dwr of arXiv 2103.06877): depth, width^2 and resolution^2 grow\n"
        "alike, so each adds as much cost; the multipliers differ",
    ),
    "dWr": Strategy(
        Shares(0.1, 0.8, 0.1),
        "depth, width, resolution share the budget 1 : 8 : 1\n"
        "(Fast and Accurate Model Scaling, arXiv 2103.06877)",
    ),
}
"""Shares of arXiv 2103.06877 (Dollár et al. 2021, section 4.2: dWr has e_w = 0.8, e_d = e_r = 0.1).

Names are told apart by case: that paper writes dwr for uniform, and dWr where width leads.
"""


def strategy(name: str) -> Strategy:
    """The strategy of that name. Raises ScaleSearchError with the nearest names."""
    if name not in STRATEGIES:
        raise ScaleSearchError(
            f"{parameter('strategy')} must be one of {', '.join(STRATEGIES)}. "
            f"Got {name!r}{suggestion(name, STRATEGIES)}."
        )
    return STRATEGIES[name]
