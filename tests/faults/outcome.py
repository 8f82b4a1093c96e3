"""What a search came to, and what of it was lost or doubled, read from its folder alone."""

import csv
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scalesearch.core.tasks import COMPLETE
from scalesearch.studies.study import read_records
from tests.observed.search import Row, Search

TIMES = frozenset({"seconds", "images_per_second", "peak_memory"})
"""Columns that no two runs share. All others must be the same."""
_OWN = frozenset({"created", "estimated_seconds", "search_seconds"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a search, times aside. Two searches by one command must have equal ones."""

    names: tuple[str, ...]
    answer: str
    """coefficients.yaml, without when it was made and how long that took."""
    rows: tuple[tuple[tuple[str, str], ...], ...]
    """trials.csv."""
    weights: tuple[str, ...]
    """Hash of each training's weights; of its last state with a fake trainer."""

    def differs(self, other: "Outcome") -> list[str]:
        """Names of what differs."""
        names = ("names", "answer", "rows", "weights")
        return [name for name in names if getattr(self, name) != getattr(other, name)]


def outcome_of(search: Search, pictures: bool = True) -> Outcome:
    """What lies in the folder of a search that has ended. Raises OSError if something is missing.

    `pictures`: whether there must be some.
    """
    with open(search.study / "trials.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answer = yaml.safe_load((search.study / "coefficients.yaml").read_text(encoding="utf-8"))
    for name in ("pareto.png", "report.html") if pictures else ():
        if not (search.study / name).stat().st_size:
            raise OSError(f"{name} is empty")
    return Outcome(
        names=tuple(answer["names"]),
        answer=yaml.safe_dump(_timeless(answer)),
        rows=tuple(tuple(item for item in row.items() if item[0] not in TIMES) for row in rows),
        weights=tuple(row["weights"] for row in rows),
    )


def _timeless(answer: dict[str, Any]) -> dict[str, Any]:
    """Without how long something took or, of further trainings, is expected to take."""
    kept = {name: value for name, value in answer.items() if name not in _OWN}
    return kept | {"more": [{**each, "seconds": None} for each in kept["more"]]}


def litter(search: Search) -> list[str]:
    """Temporary files and checkpoints that nobody will ever use again."""
    results = search.study.parent
    return [
        str(path.relative_to(results))
        for path in sorted(results.rglob("*"))
        if (path.name.startswith(".") and path.name != ".data") or path.suffix == ".npz"
    ]


def held(search: Search) -> dict[tuple[str, int], float | None]:
    """top1 by cell and seed of all that the reopened study holds as complete."""
    if not (search.study / "study.db").exists():
        return {}
    rows = read_records(search.study)
    return {(r["cell"], r["seed"]): r["val_top1"] for r in rows if r["state"] == COMPLETE}


def lost(told: Iterable[Row], study: dict[tuple[str, int], float | None]) -> set[tuple[str, int]]:
    """Results that a driver said were recorded and that the study does not hold as told."""
    return {
        (cell, seed)
        for cell, seed, state, top1 in told
        if state == COMPLETE and study.get((cell, seed), "absent") != top1
    }


def doubled(search: Search, told: Iterable[Row]) -> set[tuple[str, int]]:
    """Results that were recorded twice: as rows of the database, or as told by the drivers."""
    said = Counter((cell, seed) for cell, seed, state, _ in told if state == COMPLETE)
    rows = Counter(_complete_rows(search.study / "study.db"))
    return {key for counts in (said, rows) for key, count in counts.items() if count > 1}


def _complete_rows(database: Path) -> list[tuple[str, int]]:
    """(cell, seed) of each complete row, read by SQLite alone."""
    if not database.exists():
        return []
    connection = sqlite3.connect(database)
    try:
        found = connection.execute(
            "select json_extract(c.value_json, '$'), json_extract(s.value_json, '$') "
            "from trials join trial_user_attributes c using (trial_id) "
            "join trial_user_attributes s using (trial_id) "
            "where trials.state = 'COMPLETE' and c.key = 'cell' and s.key = 'seed'"
        )
        return [(str(cell), int(seed)) for cell, seed in found]
    finally:
        connection.close()
