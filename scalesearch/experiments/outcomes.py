"""What the trainings of each network came to, from a study's recorded rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scalesearch.core.pairs import Pair
from scalesearch.experiments.plans import Plan


@dataclass(frozen=True, slots=True)
class Trained:
    """What the trainings of one network came to."""

    top1: tuple[float, ...]
    """The accuracy of each complete training, in the order of seeds."""
    failed: int
    reason: str
    """Why the first failed training failed; empty where none has."""
    seeds: tuple[int, ...] = ()
    """The seeds of `top1`."""
    cell: str = ""
    """The key of the trainings; equal proxies share it."""


def trained(
    plan: Plan[Any, Any], pairs: Sequence[Pair[Any]], records: Sequence[Mapping[str, Any]]
) -> list[Trained]:
    """One for each of the pairs, in their order; equal proxies share their trainings."""
    return [_of_cell(records, plan.cell(plan.trial_of(pair))) for pair in pairs]


def _of_cell(records: Sequence[Mapping[str, Any]], cell: str) -> Trained:
    rows = [row for row in records if row["cell"] == cell]
    good = tuple(row["val_top1"] for row in rows if row["state"] == "complete")
    bad = [row["reason"] for row in rows if row["state"] != "complete"]
    seeds = tuple(row["seed"] for row in rows if row["state"] == "complete")
    return Trained(good, len(bad), bad[0] if bad else "", seeds, cell)
