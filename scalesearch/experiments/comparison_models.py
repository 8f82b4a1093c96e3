"""Where the arms of a comparison stand in the models of their trainings, one model a length."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scalesearch.core.arms import Arm
from scalesearch.core.pairs import Pair
from scalesearch.core.treatments import PLAIN, Treatment
from scalesearch.experiments.outcomes import Trained
from scalesearch.search.contrasts import Difference, Fit, fit


@dataclass(frozen=True, slots=True)
class Place:
    """Where one arm stands in the model of its length."""

    model: Fit
    number: int

    @property
    def mean(self) -> float | None:
        found = float(self.model.means[self.number])
        return found if math.isfinite(found) else None

    def less(self, other: "Place") -> Difference | None:
        """This mean less the other's, both of one length. None where either is missing."""
        if self.number == other.number:  # one network: there is nothing between them
            return None if self.mean is None else Difference(0.0, None, None, None)
        return self.model.difference({self.number: 1.0, other.number: -1.0})


class Models:
    """One model a length, and where each arm stands in it."""

    def __init__(self, members: Sequence[tuple[Pair[Arm], int, Trained]]) -> None:
        """Each arm with its epochs and what came of it; equal proxies share their trainings."""
        self.lengths = tuple(sorted({epochs for _, epochs, _ in members}))
        self.models: dict[int, Fit] = {}
        self._places: dict[tuple[str, float, int, Treatment], Place] = {}
        for length in self.lengths:
            mine = [(arm, each) for arm, epochs, each in members if epochs == length]
            cells = list(dict.fromkeys(each.cell for _, each in mine))
            by_cell = {each.cell: dict(zip(each.seeds, each.top1, strict=True)) for _, each in mine}
            if not any(by_cell.values()):
                continue
            model = self.models[length] = fit([by_cell[cell] for cell in cells])
            for arm, each in mine:
                plain = replace(arm.treatment, epochs=None)
                key = arm.asked.method, arm.asked.cost, length, plain
                self._places[key] = Place(model, cells.index(each.cell))

    def place(self, method: str, cost: float, epochs: int, treatment: Treatment) -> Place | None:
        """The place of an arm at that length, otherwise treated so; None without trainings."""
        return self._places.get((method, cost, epochs, replace(treatment, epochs=None)))

    def main(self, method: str, cost: float, epochs: int) -> Place | None:
        """The place of an arm that is trained by the recipe; None where it has no trainings."""
        return self.place(method, cost, epochs, PLAIN)

    def rates(self, method: str, cost: float, epochs: int) -> dict[float, Place]:
        """The place of an arm at each learning rate that it was trained at, ascending."""
        found = {
            treatment.rate: place
            for (name, of, length, treatment), place in self._places.items()
            if (name, of, length) == (method, cost, epochs)
            and treatment.informed is None
            and place.mean is not None
        }
        return dict(sorted(found.items()))

    def informed(self, cost: float, epochs: int) -> tuple[Place, Treatment] | None:
        """The place of resolution alone on images without more information."""
        for (name, of, length, treatment), place in self._places.items():
            if (name, of, length) == ("resolution", cost, epochs) and treatment.informed:
                return place, treatment
        return None
