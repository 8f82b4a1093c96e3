"""What a kind of study is asked for alone: the part of a plan that knows what it is for."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from scalesearch.core.multipliers import Coefficients
from scalesearch.core.networks import Network
from scalesearch.core.pairs import Pair
from scalesearch.core.study_settings import Settings, Triple
from scalesearch.experiments.rounds import Rounds

Arms = Mapping[str, tuple[str, Network]]
"""The cell and the trained network of each accepted pair, by its name; the baseline's first."""


class Terms(Protocol):
    """What a plan asks of them; each kind of study has its own, in a module of its own."""

    @property
    def keeps_weights(self) -> bool:
        """Whether trained weights are kept."""

    def settings(
        self, common: Settings, pairs: Sequence[Pair[Any]], rounds: Rounds, arms: Arms
    ) -> Settings:
        """The settings that every kind has, with what this one has beside them."""

    def columns(self, pair: Pair[Any]) -> dict[str, float | None]:
        """The columns of the trials table that say what was asked for."""


def triple(coefficients: Coefficients) -> Triple:
    """As settings hold coefficients."""
    return coefficients.alpha, coefficients.beta, coefficients.gamma
