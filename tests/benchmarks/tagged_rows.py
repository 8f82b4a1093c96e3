"""The trainings that one measurement is made of: its own table, and what is brought to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scalesearch.errors import ScaleSearchError

from .training_outcomes import Outcome, merged
from .training_rows import read_outcomes, write_outcomes


@dataclass(frozen=True, slots=True)
class Tagged:
    """Trainings that were made for one purpose, which their tag names."""

    tag: str
    outcomes: tuple[Outcome, ...]


def brought(table: Path, files: Sequence[Path], *begins: str) -> list[Tagged]:
    """The trainings whose tags begin with one of `begins`, by tag, in `table` and in `files`.

    What is in `files` alone is added to the table. Raises ScaleSearchError where there are none.
    """
    known = read_outcomes(table)
    fresh = [
        o for file in files for o in read_outcomes(file, begins) if o.job.tag.startswith(begins)
    ]
    every = merged(known, fresh)
    if len(every) > len(known):
        write_outcomes(table, every)
    groups: dict[str, list[Outcome]] = {}
    for outcome in every:
        if not outcome.failed and outcome.job.tag.startswith(begins):
            groups.setdefault(outcome.job.tag, []).append(outcome)
    if not groups:
        raise ScaleSearchError(
            f"{table} has no trainings tagged {begins[0]}... . Train a file of jobs with "
            "`python -m tests.benchmarks trainings`, or bring rows with --rows."
        )
    return [Tagged(tag, tuple(outcomes)) for tag, outcomes in sorted(groups.items())]
