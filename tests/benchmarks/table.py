"""`table`: about 20 networks of one budget, trained to their ends at several lengths.

In pieces: what is there is kept, and the page is of what there is. `replay` tries strategies on it.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.config.profiles import read_profile
from scalesearch.errors import ScaleSearchError

from . import records
from .table_networks import Member, members, order
from .training_jobs import Job
from .training_outcomes import Outcome, merged
from .training_pieces import Pieces, advance, missing
from .training_rows import read_outcomes, write_outcomes

LENGTHS = ((3, 6), (12, 4), (30, 2))
"""Epochs, and seeds of each network trained for so many."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the table is of, and how much of it is made now."""

    profile: str
    lengths: tuple[tuple[int, int], ...]
    train: int | None
    """The first so many images; None for the profile's own count."""
    validation: int | None
    data_dir: str | None
    minutes: float | None
    workers: int
    rows: tuple[Path, ...]
    out: Path


def lengths_of(text: str) -> tuple[tuple[int, int], ...]:
    """ "3:6,12:4" as ((3, 6), (12, 4)). Raises ScaleSearchError for anything else."""
    try:
        pairs = [tuple(map(int, part.split(":"))) for part in text.split(",")]
        if any(len(pair) != 2 or min(pair) < 1 for pair in pairs):
            raise ValueError
    except ValueError:
        raise ScaleSearchError(
            f"--lengths must be EPOCHS:SEEDS, with commas between them. Got {text!r}."
        ) from None
    return tuple((epochs, seeds) for epochs, seeds in pairs)


def run(options: Options) -> str:
    """Train what is missing and time allows, write the page, return it."""
    profile = read_profile(options.profile)
    train = options.train or profile.train
    validation = options.validation or profile.validation
    if train is None or validation is None:
        raise ScaleSearchError(f"The profile {profile.name} has no counts of images. Give them.")
    networks = members(options.profile, options.data_dir, train, validation)
    jobs = order(networks, options.lengths)
    path = options.out / f"table_{profile.name}.csv"
    if options.rows:
        brought = [each for file in options.rows for each in read_outcomes(file)]
        wanted = {job.key for job in jobs}
        known = read_outcomes(path)
        write_outcomes(path, merged(known, [o for o in brought if o.job.key in wanted]))
    pieces = Pieces(path, options.data_dir, options.minutes, options.workers)
    found = advance(jobs, pieces)
    return _write(options, profile.name, networks, jobs, found)


def score_name(job: Job, average: float) -> str:
    """Of the scores of a training, the one that a search with this recipe is told."""
    return f"{average}-4096" if average else "last-4096" if job.full else "0.99-4096"


def _write(
    options: Options,
    name: str,
    networks: Sequence[Member],
    jobs: Sequence[Job],
    found: Sequence[Outcome],
) -> str:
    wanted = {job.key for job in jobs}
    ours = [each for each in found if each.job.key in wanted]
    average = read_profile(options.profile).recipe.average
    job = jobs[0]
    lines = [
        f"{len(networks) - 1} networks of one budget and the baseline, proxies of the profile "
        f"`{name}`: its grid, the paper's point and points between them. Each is trained to "
        "the end of a schedule of its own at every length: "
        + ", ".join(f"{epochs} epochs with {seeds} seeds" for epochs, seeds in options.lengths)
        + f". The first {job.train:,} images are trained on, the last {job.validation:,} are "
        "validated with.",
        f"There are {len(ours)} of {len(wanted)} trainings, "
        f"{sum(each.seconds for each in ours) / 3600:.1f} hours of one core"
        f"{_left(missing(jobs, found), ours)}. Their rows are in "
        f"`table_{name}.csv`: for the weights that are scored, top-1 in percent on all validation "
        "images and on the first 4,000, and the loss; and the training loss by sixteenths.",
    ]
    if other := len(found) - len(ours):
        lines.append(f"{other} rows are of other trainings than these and count for nothing here.")
    tables = [
        records.Table(
            "means",
            "Mean top-1 in percent, number of seeds and spread between them, by epochs",
            means(networks, ours, [epochs for epochs, _ in options.lengths], average),
        ),
        records.Table(
            "networks",
            "The networks, with the columns that a search's table has",
            [{"network": network_key(each.job), **each.columns} for each in networks],
            shown=False,
        ),
    ]
    return records.write(options.out, f"table_{name}", f"Real trainings: `{name}`", lines, tables)


def _left(jobs: Sequence[Job], done: Sequence[Outcome]) -> str:
    """What is missing, in words: a training takes as long as its epochs and its MACs are many."""
    if not jobs:
        return ""
    if not done:
        return f"; {len(jobs)} are missing"
    work = sum(job.recipe.epochs * job.network.cost.macs for job in jobs)
    known = sum(each.job.recipe.epochs * each.macs for each in done)
    hours = work / known * sum(each.seconds for each in done) / 3600
    return f"; {len(jobs)} are missing, about {hours:.1f} hours more"


def network_key(job: Job) -> str:
    """What says which network of the table a row is of."""
    return f"{list(job.repeats)} x{job.width:.6g} {job.resolution} px"


def means(
    networks: Sequence[Member], found: Sequence[Outcome], lengths: Sequence[int], average: float
) -> list[dict[str, Any]]:
    """A row a network, in their order."""
    by: dict[tuple[str, int], list[float]] = {}
    for each in found:
        score = each.scores[score_name(each.job, average)]
        by.setdefault((network_key(each.job), each.job.recipe.epochs), []).append(score.top1)
    rows = []
    for member in networks:
        job = member.job
        row: dict[str, Any] = {
            "names": member.name,
            "blocks": sum(job.repeats),
            "width": round(job.width, 3),
            "pixels": job.resolution,
            "ratio": round(member.columns["proxy_counted_ratio"], 3),
        }
        for epochs in lengths:
            values = by.get((network_key(job), epochs), [])
            row[f"top1_{epochs}"] = round(statistics.fmean(values), 2) if values else None
            row[f"seeds_{epochs}"] = len(values)
            row[f"spread_{epochs}"] = (
                round(statistics.stdev(values), 2) if len(values) > 1 else None
            )
        rows.append(row)
    return rows
