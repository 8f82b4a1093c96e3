"""What trainings came to, as rows of a CSV table: one training a row, its job with it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from scalesearch.errors import ScaleSearchError
from scalesearch.files.csv_files import Row, read_rows, write_rows

from .training_jobs import Job, job_from, unusual

PARTS = 16
"""Parts of a training of which each has the mean of its steps' losses."""
_SCORES = ("top1", "first4000", "loss")
_JOB = (
    "key", "tag", "baseline", "base_pixels", "base_width", "base_depth", "drop_strides",
    "drop_last_strides", "strides", "repeats",
    "width", "pixels", "epochs", "recipe", "seed", "dataset", "train", "validation", "decays",
    "full",
)  # fmt: skip
_REMEDY = "Move it away and train anew."
_OUTCOME = ("blocks", "macs", "params", "steps", "train_seconds", "seconds", "failed")


class Score(NamedTuple):
    """On the validation images. Accuracies in percent."""

    top1: float
    first4000: float
    """On the first 4,000 of them."""
    loss: float
    """Mean cross-entropy in nats."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A training that has ended.

    `scores` are by what was scored: "0.99-4096" are the weights averaged with that decay, with
    statistics over 4,096 images; "last-1024" the last weights; "last-moving" those with the
    statistics that moved along. `losses` are the means of sixteenths of the steps.
    """

    job: Job
    blocks: int
    macs: int
    params: int
    steps: int = 0
    train_seconds: float = 0.0
    """From the end of the first step to the end of the last."""
    seconds: float = 0.0
    """Of all, the resizing of images, tracing and scoring included."""
    losses: tuple[float, ...] = ()
    scores: Mapping[str, Score] = ()  # type: ignore[assignment]
    failed: str = ""
    """Why there are no scores; empty where there are."""

    def top1(self, averaged: str = "0.99-4096") -> float:
        return self.scores[averaged].top1


def outcome_from(values: Mapping[str, Any]) -> Outcome:
    """The outcome of plain values as `to_json` and the workers have them, job and all."""
    job = job_from(values)
    network = job.network
    if "error" in values or values.get("failed"):
        reason = str(values.get("failed") or values["error"])
        return Outcome(job, network.blocks, network.cost.macs, network.cost.params, failed=reason)
    found = (values["blocks"], values["macs"], values["params"])
    if found != (network.blocks, network.cost.macs, network.cost.params):
        raise ScaleSearchError(
            f"The training {job.key} ({job.tag}) is of a network of {found[0]} blocks and "
            f"{found[1]:,} MACs; its job now makes one of {network.blocks} and "
            f"{network.cost.macs:,}. Proxies are made otherwise since: train it again."
        )
    return Outcome(
        job,
        *found,
        steps=values["steps"],
        train_seconds=values["train_seconds"],
        seconds=values["seconds"],
        losses=tuple(values["losses"]),
        scores={name: Score(**score) for name, score in values["scores"].items()},
    )


def read_outcomes(path: Path, begins: tuple[str, ...] = ("",)) -> list[Outcome]:
    """Those in the table at `path`, or in a file of JSON lines; none where there is no file.

    Of a file of JSON lines only those whose tags begin with one of these are looked at.
    """
    if not path.exists():
        return []
    if path.suffix == ".jsonl":
        lines = path.read_text("utf-8").splitlines(keepends=True)
        found = map(json.loads, [line for line in lines if line.endswith("\n") and line.strip()])
        ended = [values for values in found if _ended(values)]
        return [outcome_from(of) for of in ended if of.get("tag", "").startswith(begins)]
    return [_outcome(row) for row in read_rows(path, _JOB, ScaleSearchError, _REMEDY)]


def write_outcomes(path: Path, outcomes: Iterable[Outcome]) -> None:
    """The table of all of them, written whole."""
    found = list(outcomes)
    names = list(dict.fromkeys(name for each in found for name in each.scores))
    scored = [f"{kind}_{name}" for name in sorted(names) for kind in _SCORES]
    losses = [f"train_loss_{part}" for part in range(1, PARTS + 1)]
    columns = [*_JOB, *_OUTCOME, *scored, *losses]
    rows = [[cells.get(name) for name in columns] for cells in map(_cells, found)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, columns, rows, ScaleSearchError)


def merged(*tables: Sequence[Outcome]) -> list[Outcome]:
    """Each training once, in the order of first sight; what ended well replaces what failed."""
    found: dict[str, Outcome] = {}
    for outcome in (each for table in tables for each in table):
        key = outcome.job.key
        if key not in found or (found[key].failed and not outcome.failed):
            found[key] = outcome
    return list(found.values())


def _ended(values: Mapping[str, Any]) -> bool:
    return any(name in values for name in ("scores", "error", "failed"))


def _cells(outcome: Outcome) -> dict[str, Any]:
    job = outcome.job
    return {
        "key": job.key,
        "tag": job.tag,
        "baseline": job.proxy.baseline,
        "base_pixels": job.proxy.resolution,
        "base_width": job.proxy.width,
        "base_depth": job.proxy.depth,
        "drop_strides": job.proxy.drop_strides,
        "drop_last_strides": job.proxy.drop_last_strides,
        "strides": json.dumps(job.proxy.strides),
        "repeats": json.dumps(job.repeats),
        "width": job.width,
        "pixels": job.resolution,
        "epochs": job.recipe.epochs,
        "recipe": json.dumps(unusual(job.recipe)),
        "seed": job.seed,
        "dataset": job.dataset,
        "train": job.train,
        "validation": job.validation,
        "decays": json.dumps(job.decays),
        "full": int(job.full),
        **{name: getattr(outcome, name) for name in _OUTCOME},
        **{
            f"{kind}_{name}": value
            for name, score in dict(outcome.scores).items()
            for kind, value in score._asdict().items()
        },
        **{f"train_loss_{part}": loss for part, loss in enumerate(outcome.losses, 1)},
    }


def _outcome(row: Row) -> Outcome:
    numbers = {
        name: row.number(name)
        for name, text in row.cells.items()
        if text and name.startswith((*_SCORES, "train_loss_"))
    }
    names = [name.removeprefix("top1_") for name in numbers if name.startswith("top1_")]
    return outcome_from(
        {
            "tag": row.text("tag"),
            "baseline": row.text("baseline"),
            "base": {
                "resolution": row.whole("base_pixels"),
                "width": row.number("base_width"),
                "depth": row.number("base_depth"),
                "drop_strides": row.whole("drop_strides"),
                "drop_last_strides": row.whole("drop_last_strides"),
            },
            "strides": json.loads(row.text("strides")),
            "repeats": json.loads(row.text("repeats")),
            "width": row.number("width"),
            "resolution": row.whole("pixels"),
            "recipe": json.loads(row.text("recipe")),
            "seed": row.whole("seed"),
            "dataset": row.text("dataset"),
            "train": row.whole("train"),
            "validation": row.whole("validation"),
            "decays": json.loads(row.text("decays")),
            "full": bool(row.whole("full")),
            **{name: row.whole(name) for name in ("blocks", "macs", "params", "steps")},
            **{name: row.number(name) for name in ("train_seconds", "seconds")},
            "failed": row.text("failed"),
            "losses": [
                numbers[name]
                for name in (f"train_loss_{part}" for part in range(1, PARTS + 1))
                if name in numbers
            ],
            "scores": {
                name: {kind: numbers[f"{kind}_{name}"] for kind in _SCORES} for name in names
            },
        }
    )
