"""What a study's database holds, read with SQLite alone: a listing shall not wait for Optuna."""

import json
import math
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from scalesearch.errors import StudyError
from scalesearch.studies.database import reading
from scalesearch.studies.settings import ANSWERED, DATABASE


@dataclass(frozen=True, slots=True)
class Training:
    """The outcome of one training. `top1` is a fraction, `seconds` wall time."""

    cell: str
    seed: int
    role: str
    state: str
    names: str
    top1: float | None
    seconds: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The planned cells in their order, and the outcome of each (cell, seed) in order of arrival.

    Of several outcomes of one (cell, seed) the last counts. Those of cells that are planned no more
    are left out. `command` is the one that the study was last run by, `answered` stands for the
    settings that its answer is of; both are "" where they are not known.
    """

    cells: tuple[str, ...]
    trainings: tuple[Training, ...]
    command: str = ""
    answered: str = ""


def read_stored(folder: Path) -> Stored:
    """What the database of the study in `folder` holds, which another process may be writing.

    Raises StudyError where it is damaged or is not a study's.
    """
    path = folder / DATABASE
    try:
        with reading(path) as database:
            return _stored(database)
    except (
        sqlite3.Error,
        ValueError,
        TypeError,
        KeyError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise StudyError(f"{path} is not a study that can be read: {_reason(error)}.") from error


def _stored(database: sqlite3.Connection) -> Stored:
    """The one place that knows how `study.py` and Optuna lay a study out."""
    ((studies,),) = database.execute("select count(*) from studies")
    if studies != 1:
        raise ValueError(f"it must hold one study. Got {studies}")
    query = "select value_json from study_user_attributes where key = ?"
    plan = database.execute(query, ("cells",)).fetchall()
    command, answered = (
        "".join(str(_json(text)) for (text,) in database.execute(query, (name,)))
        for name in ("command", ANSWERED)
    )
    rows = database.execute(
        "select value_json from trial_user_attributes where key = 'row' order by trial_id"
    )
    cells = dict.fromkeys(str(cell) for (text,) in plan for cell in _json(text))
    found = (_training(_json(text)) for (text,) in rows)
    last = {(each.cell, each.seed): each for each in found}.values()
    trainings = tuple(each for each in last if not cells or each.cell in cells)
    return Stored(tuple(cells), trainings, command, answered)


def _training(row: dict[str, Any]) -> Training:
    return Training(
        cell=str(row["cell"]),
        seed=int(row["seed"]),
        role=str(row["role"]),
        state=str(row["state"]),
        names=str(row.get("names", "")),
        top1=_number(row["val_top1"]),
        seconds=_number(row.get("seconds")),
        reason=str(row.get("reason") or ""),
    )


def _number(value: Any) -> float | None:
    if value is not None and not math.isfinite(number := float(value)):
        raise ValueError(f"numbers must be finite. Got {number}")
    return None if value is None else number


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"numbers must be finite. Got {text}")


_json = json.JSONDecoder(parse_constant=_no_number).decode  # made once: making one takes as long


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"a training has no {error.args[0]}"
    if isinstance(error, RecursionError):
        return "its values nest too deep"
    return " ".join(str(error).split())
