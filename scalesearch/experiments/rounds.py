"""How often the networks of a study are trained."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often each network is trained.

    Attributes:
        seeds: trainings of each distinct proxy in the first round.
        finalists: how many candidates are trained on further seeds.
        final_seeds: trainings of each finalist and of the baseline in all.
    """

    seeds: int
    finalists: int = 0
    final_seeds: int = 0

    @property
    def most_seeds(self) -> int:
        """Trainings of one network, at most."""
        return max(self.seeds, self.final_seeds)

    @property
    def further(self) -> int:
        """Further trainings of each finalist and of the baseline."""
        return self.most_seeds - self.seeds
