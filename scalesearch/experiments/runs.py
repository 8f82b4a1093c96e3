"""The trainings of an open study, begun or gone on with, to its table."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scalesearch.errors import StudyError
from scalesearch.experiments.session import Session
from scalesearch.experiments.study_tasks import tasks_of
from scalesearch.studies.kept_weights import WEIGHTS, note_images
from scalesearch.studies.remedies import way_back

if TYPE_CHECKING:
    from scalesearch.experiments.stopwatch import Took


def trained_records(inside: Session) -> "tuple[list[dict[str, Any]], Took]":
    """Train all that is not trained yet; the trials table, and what was estimated and taken.

    Raises StudyError where not one training gave a result.
    """
    from scalesearch.experiments.stopwatch import Stopwatch

    plan, images, folder = inside.plan, inside.images, inside.options.folder
    weights = None
    if plan.keeps_weights and images is not None:
        note_images(folder, images.path.name, images.size.to_json(), plan.facts.channels)
        weights = folder.resolve() / WEIGHTS
    tasks = tasks_of(plan, images.path if images else None, weights)
    stopwatch = Stopwatch(inside)
    replace(inside, plan=stopwatch.plan).train(tasks, stopwatch.work)
    took = stopwatch.stop()
    names = {task.cell: task.attributes["names"] for task in tasks}
    records = [  # a study that was extended may have further names for what it trained before
        {**row, "names": names.get(row["cell"], row["names"])} for row in inside.study.records()
    ]
    if all(row["state"] != "complete" for row in records):
        reason = next(row["reason"] for row in records if row["state"] == "failed")
        raise StudyError(
            f"None of the trainings gave a result. The first reason: {reason}. "
            f"{way_back(results=False)}"
        )
    return records, took
