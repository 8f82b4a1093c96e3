"""What became of a training as a row of the trials table, and the table of all rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from scalesearch.core.tasks import BASELINE, Key, Outcome, Task

Record = dict[str, Any]


def row_of(task: Task, outcome: Outcome) -> Record:
    """One line of the trials table."""
    return {
        **task.attributes,
        "alpha": task.alpha,
        "beta": task.beta,
        "gamma": task.gamma,
        "seed": task.seed,
        "state": outcome.state,
        "val_top1": outcome.top1,
        "val_loss": outcome.loss,
        "epochs": outcome.epochs,
        "seconds": outcome.seconds,
        "images_per_second": outcome.images_per_second,
        "peak_memory": outcome.peak_memory,
        "weights": outcome.weights,
        "reason": outcome.reason,
        "cell": task.cell,
    }


def by_key(rows: Iterable[Record]) -> dict[Key, Record]:
    """Rows by what they are of; of several for one cell and seed the last counts."""
    return {(row["cell"], row["seed"]): row for row in rows}


def table(finished: Mapping[Key, Record], attributes: Mapping[str, Any]) -> list[Record]:
    """The rows that belong to the plan: baseline first, then as planned, then by seed.

    Without a plan, which is made before the first training, all rows belong.
    """
    cells = attributes.get("cells") or sorted({row["cell"] for row in finished.values()})
    place = {cell: index for index, cell in enumerate(cells)}

    def order(row: Record) -> tuple[bool, int, int]:
        return row["role"] != BASELINE, place[row["cell"]], row["seed"]

    return sorted((dict(row) for row in finished.values() if row["cell"] in place), key=order)
