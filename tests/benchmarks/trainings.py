"""`trainings`: train what a file of jobs names, in pieces."""

import json
from dataclasses import dataclass
from pathlib import Path

from scalesearch.errors import ScaleSearchError

from .training_jobs import Job, job_from
from .training_pieces import Pieces, advance, missing
from .training_rows import read_outcomes


@dataclass(frozen=True, slots=True)
class Options:
    """Which trainings, where their rows go, and how much is done now."""

    jobs: Path
    to: Path | None
    data_dir: str | None
    minutes: float | None
    workers: int


def run(options: Options) -> str:
    """Train what is missing and time allows; one line of what there is."""
    table = options.to or options.jobs
    if table.suffix != ".csv":
        raise ScaleSearchError(f"--to must be a table, a file that ends in .csv. Got {table}.")
    jobs = _jobs(options.jobs)
    found = advance(jobs, Pieces(table, options.data_dir, options.minutes, options.workers))
    left = missing(jobs, found)
    return f"{table}: {len(jobs) - len(left)} of {len(jobs)} trainings are there."


def _jobs(path: Path) -> list[Job]:
    if path.suffix == ".csv":
        return [each.job for each in read_outcomes(path)]
    try:
        lines = path.read_text("utf-8").splitlines()
        return [job_from(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScaleSearchError(f"{path} is no file of jobs: {error}.") from error
