"""The noise of a training that studies here have shown, before a comparison is begun."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scalesearch.core.study_settings import Json, Settings
from scalesearch.errors import StudyError
from scalesearch.experiments.comparison import ComparisonPlan
from scalesearch.files.csv_files import Row, plain, read_rows
from scalesearch.studies.recency import newest_first
from scalesearch.studies.settings import SETTINGS, read_settings

HALF_A_POINT = 0.005
_LOOSE = ("epochs", "warmup_epochs", "micro_batch")
"""Fields of a recipe that may differ: the length, and what follows from it or changes no noise."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What it takes to prove a difference of half a point at one length.

    Attributes:
        epochs: of the trainings.
        noise: standard deviation of one training, as a fraction; None where no study shows it.
        study: name of the study that shows it.
        seeds: of every arm, for 80 % power of a two-sided test at 5 %; None where not known.
    """

    epochs: int
    noise: float | None = None
    study: str | None = None
    seeds: int | None = None


def proofs(plan: ComparisonPlan, study: Path) -> tuple[Proof, ...]:
    """One for each length, by the noise that `study`, or the newest study beside it, has shown.

    Studies count whose proxies, images and recipe are the plan's; their networks may be others.
    """
    folders = [study, *newest_first(path.parent for path in study.parent.glob(f"*/{SETTINGS}"))]
    left = dict.fromkeys(plan.terms.lengths)
    found: dict[int, Proof] = {}
    for folder in dict.fromkeys(folders):
        missing = [epochs for epochs in left if epochs not in found]
        if not missing or not _is_alike(folder, plan):
            continue
        for epochs in missing:
            noise = _noise(_groups(folder, epochs))
            if noise is not None:
                found[epochs] = Proof(epochs, noise, folder.name, _seeds(plan, epochs, noise))
    return tuple(found.get(epochs, Proof(epochs)) for epochs in left)


def _seeds(plan: ComparisonPlan, epochs: int, noise: float) -> int | None:
    from scalesearch.search.power import seeds_to_prove

    networks = sum(plan.recipe_of(trial).epochs == epochs for trial in plan.trials)
    return seeds_to_prove(HALF_A_POINT, noise, networks)


def _is_alike(folder: Path, plan: ComparisonPlan) -> bool:
    """Whether its trainings are as noisy as the plan's, for all that is known before."""
    try:
        stored = Settings.from_json(read_settings(folder) or {})
    except (StudyError, ValueError):
        return False
    ours = plan.settings
    return (
        (stored.proxy, stored.trainer) == (ours.proxy, ours.trainer)
        and stored.data == Settings.from_json(ours.to_json()).data
        and _fixed(stored.recipe or {}) == _fixed(ours.recipe or {})
    )


def _fixed(recipe: Json) -> dict[str, object]:
    return {name: value for name, value in recipe.items() if name not in _LOOSE}


def _groups(folder: Path, epochs: int) -> list[Sequence[float]]:
    """Accuracies of trainings of that length, those of one network together; none if unreadable."""
    try:
        rows = _rows(folder, ("epochs", "rate", "informed", "top1"), "compare.csv")
        if rows:
            return [
                [float(part) for part in plain(row.cells["top1"]).strip("[]").split(",")]
                for row in rows
                if float(row.cells["epochs"]) == epochs
                and float(row.cells["rate"]) == 1
                and not row.cells["informed"]
            ]
        rows = _rows(folder, ("cell", "state", "epochs", "val_top1"), "trials.csv")
        groups: dict[str, list[float]] = {}
        for row in rows:
            if row.cells["state"] == "complete" and float(row.cells["epochs"] or 0) == epochs:
                groups.setdefault(row.cells["cell"], []).append(float(row.cells["val_top1"]))
        return list(groups.values())
    except (StudyError, ValueError, TypeError):
        return []


def _rows(folder: Path, needed: Sequence[str], name: str) -> list[Row]:
    try:
        return read_rows(folder / name, needed, StudyError, "")
    except FileNotFoundError:
        return []


def _noise(groups: Iterable[Sequence[float]]) -> float | None:
    """The pooled standard deviation within groups, of those that vary; None where none does."""
    squares = degrees = 0.0
    for group in groups:
        if len(set(group)) > 1:
            squares += statistics.variance(group) * (len(group) - 1)
            degrees += len(group) - 1
    return math.sqrt(squares / degrees) if squares > 0 else None
