"""How often the networks of a study are trained."""

from dataclasses import dataclass

from scalesearch.core.halving import Halving


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often each network is trained.

    Attributes:
        seeds: trainings of each distinct proxy in the first round.
        finalists: how many candidates are trained on further seeds, and the least that cuts leave.
        final_seeds: trainings of each finalist and of the baseline in all.
        halving: how trainings of candidates are cut; None trains each to its end.
    """

    seeds: int
    finalists: int = 0
    final_seeds: int = 0
    halving: Halving | None = None

    @property
    def most_seeds(self) -> int:
        """Trainings of one network, at most."""
        return max(self.seeds, self.final_seeds)

    @property
    def further(self) -> int:
        """Further trainings of each finalist and of the baseline."""
        return self.most_seeds - self.seeds
