"""What trainings came to, as rows of a CSV table: one training a row, its job with it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scalesearch.errors import ScaleSearchError
from scalesearch.files.csv_files import Row, read_rows, write_rows

from .training_jobs import unusual
from .training_outcomes import PARTS, Outcome, outcome_from

_SCORES = ("top1", "first4000", "loss")
_JOB = (
    "key", "tag", "baseline", "base_pixels", "base_width", "base_depth", "drop_strides",
    "drop_last_strides", "strides", "repeats",
    "width", "pixels", "epochs", "recipe", "seed", "dataset", "train", "validation", "decays",
    "full",
)  # fmt: skip
_REMEDY = "Move it away and train anew."
_OUTCOME = ("blocks", "macs", "params", "steps", "train_seconds", "seconds", "failed")


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
