"""The table of real trainings as something that searches can be tried on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scalesearch.core.tasks import BASELINE, CANDIDATE, COMPLETE
from scalesearch.errors import ScaleSearchError
from scalesearch.files.csv_files import read_rows

from .table import network_key, score_name
from .training_outcomes import Outcome
from .training_rows import read_outcomes

Row = dict[str, Any]
_TEXTS = ("names", "role", "proxy_repeats")
_NUMBERS = (
    "proxy_width", "proxy_resolution", "proxy_counted_ratio", "proxy_macs", "macs", "params",
    "proxy_share_depth", "proxy_share_width", "proxy_share_resolution",
)  # fmt: skip


class Training(NamedTuple):
    """What one training came to."""

    top1: float
    """Accuracy on the validation images, in percent."""
    losses: tuple[float, ...]
    """Means of the training loss over sixteenths of the steps."""
    loss: float
    """Mean cross-entropy on the validation images."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Networks of one budget and their trainings by length and seed."""

    columns: Mapping[str, Mapping[str, Any]]
    """The columns of each cell, as a search's table has them; the baseline is among them."""
    trainings: Mapping[tuple[str, int], Mapping[int, Training]]
    """What each training came to: by cell and epochs, then by seed."""

    @property
    def networks(self) -> list[str]:
        """Cells of the candidates."""
        return [cell for cell, of in self.columns.items() if of["role"] == CANDIDATE]

    @property
    def baseline(self) -> str | None:
        """The baseline's cell."""
        return next((c for c, of in self.columns.items() if of["role"] == BASELINE), None)

    @property
    def lengths(self) -> list[int]:
        """Epochs for which every network has been trained at least once, ascending."""
        every = sorted({epochs for _, epochs in self.trainings})
        return [e for e in every if all((cell, e) in self.trainings for cell in self.networks)]

    def seeds(self, epochs: int) -> list[int]:
        """Seeds that every network has been trained with for so long."""
        sets = [set(self.trainings[cell, epochs]) for cell in self.networks]
        return sorted(set.intersection(*sets))

    def row(self, cell: str, seed: int, top1: float) -> Row:
        """A complete training as a row of a search's table; `top1` in percent."""
        return {
            **self.columns[cell], "cell": cell, "seed": seed, "stage": "search",
            "state": COMPLETE, "val_top1": top1 / 100,
        }  # fmt: skip

    def rows(self, epochs: int, seeds: Sequence[int]) -> list[Row]:
        """All trainings of that length with these seeds."""
        return [
            self.row(cell, seed, of[seed].top1)
            for (cell, length), of in self.trainings.items()
            for seed in seeds
            if length == epochs and seed in of
        ]

    def cost(self, cell: str, epochs: int) -> float:
        """What one training costs, in trainings of a candidate for one epoch."""
        budget = np.mean([self.columns[each]["proxy_macs"] for each in self.networks])
        return float(epochs * self.columns[cell]["proxy_macs"] / budget)

    def means(self, epochs: int, seeds: Sequence[int]) -> np.ndarray:
        """Mean top-1 of each network in percent, (networks,)."""
        return np.array(
            [
                np.mean([self.trainings[cell, epochs][seed].top1 for seed in seeds])
                for cell in self.networks
            ]
        )

    def residuals(self, epochs: int) -> np.ndarray:
        """Trainings less their network's mean, as wide as noise is; none of single seeds."""
        found = []
        for (_, length), of in self.trainings.items():
            values = np.array([each.top1 for each in of.values()])
            if length == epochs and len(values) > 1:
                wide = math.sqrt(len(values) / (len(values) - 1))
                found.append(wide * (values - values.mean()))
        return np.concatenate(found) if found else np.empty(0)


@dataclass
class World:
    """One way in which the trainings of a search could have come out.

    The table's seeds come in another order, the same for all networks. A training of which the
    table has no seed left is a draw: the network's mean and the residual of some training.
    """

    bench: Bench
    epochs: int
    seeds: Sequence[int]
    run: int
    drawn: int = 0
    """Trainings of which the table had no seed left."""
    _order: list[int] = field(init=False)
    _rng: np.random.Generator = field(init=False)
    _residuals: np.ndarray = field(init=False)
    _known: dict[tuple[str, int], Training] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng([self.epochs, self.run])
        self._order = self._rng.permutation(list(self.seeds)).tolist()
        self._residuals = self.bench.residuals(self.epochs)

    @property
    def asked(self) -> int:
        """Trainings that were asked for."""
        return len(self._known)

    def training(self, cell: str, number: int) -> Training:
        """The training of a network with its seed of that number, from 0."""
        if (cell, number) not in self._known:
            self._known[cell, number] = self._training(cell, number)
        return self._known[cell, number]

    def _training(self, cell: str, number: int) -> Training:
        of = self.bench.trainings[cell, self.epochs]
        if number < len(self._order) and self._order[number] in of:
            return of[self._order[number]]
        self.drawn += 1
        there = [of[seed] for seed in self.seeds if seed in of]
        like = there[int(self._rng.integers(len(there)))]
        if not len(self._residuals):
            return like
        mean = float(np.mean([each.top1 for each in there]))
        return like._replace(top1=mean + float(self._rng.choice(self._residuals)))


def read_bench(out: Path, profile: str, average: float) -> Bench:
    """What `table` has made so far. Raises ScaleSearchError where there is too little."""
    name = f"table_{profile}"
    remedy = f"Make it with: python -m tests.benchmarks table --profile {profile}"
    try:
        found = read_rows(
            out / f"{name}_networks.csv", ["network", *_TEXTS, *_NUMBERS], ScaleSearchError, remedy
        )
    except FileNotFoundError:
        raise ScaleSearchError(f"There is no table of {profile} in {out}.", remedy=remedy) from None
    columns: dict[str, dict[str, Any]] = {
        row.text("network"): {name: row.text(name) for name in _TEXTS}
        | {
            name: row.number(name) if row.cells[name] else None
            for name in _NUMBERS
            if row.cells[name] or "share" in name
        }
        for row in found
    }
    for of in columns.values():
        of["proxy_resolution"] = int(of["proxy_resolution"])
    return bench_of(columns, read_outcomes(out / f"{name}.csv"), average)


def bench_of(
    columns: Mapping[str, Mapping[str, Any]], outcomes: Sequence[Outcome], average: float
) -> Bench:
    """Trainings of networks that are in `columns`, by what a search is told of each."""
    trainings: dict[tuple[str, int], dict[int, Training]] = {}
    for each in outcomes:
        cell = network_key(each.job)
        if cell in columns and not each.failed:
            score = each.scores[score_name(each.job, average)]
            trained = Training(score.top1, each.losses, score.loss)
            by_seed = trainings.setdefault((cell, each.job.recipe.epochs), {})
            by_seed[each.job.seed] = trained
    return Bench(columns, trainings)
