"""Studies as `scalesearch studies` lists them: JSON values, a table, a sentence of one."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scalesearch.cli.render import table
from scalesearch.core.quantities import rough_duration, several, stored_size
from scalesearch.studies.catalogue import StudyInfo

_REMEDY = "`scalesearch studies delete NAME` removes a damaged study."


def list_json(studies: Sequence[StudyInfo], results: Path) -> dict[str, Any]:
    """The document of `studies --json`."""
    return {"results": str(results), "studies": [summary_json(study) for study in studies]}


def summary_json(study: StudyInfo) -> dict[str, Any]:
    """One study in the list. `best_top1` is a fraction; `changed` is ISO 8601."""
    best = study.best
    return {
        "name": study.name,
        "path": str(study.folder),
        "command": study.command,
        "state": study.state,
        "held_by": study.holder or None,
        "done": study.done,
        "failed": len(study.failures),
        "best_top1": best.top1 if best else None,
        "bytes": study.size,
        "changed": datetime.fromtimestamp(study.changed, UTC).isoformat(timespec="seconds"),
        "damage": study.reason or None,
    }


def list_text(studies: Sequence[StudyInfo], results: Path) -> str:
    """A line a study, and beneath what is wrong with the damaged ones."""
    if not studies:
        return f"There is no study under {results}. `scalesearch grid` begins one."
    rows = [
        (
            plain(study.name),
            study.command or "-",
            plain(state_text(study)),
            str(study.done),
            str(len(study.failures)),
            f"{100 * study.best.top1:.1f} %" if study.best else "-",
            stored_size(study.size),
            age(study.changed),
        )
        for study in studies
    ]
    headings = ("study", "command", "state", "done", "failed", "best top-1", "size", "changed")
    damaged = [f"Damaged: {plain(study.reason)}" for study in studies if study.reason]
    lines = [table(headings, rows, ("study", "command", "state"))]
    return "\n".join(lines + (["", *damaged, _REMEDY] if damaged else []))


def state_text(study: StudyInfo) -> str:
    """Its state in words."""
    return f"being run by {study.holder}" if study.state == "running" else study.state


def loss_text(study: StudyInfo) -> str:
    """What deleting the study loses."""
    spent = f", which took {rough_duration(study.seconds)}" if study.seconds >= 1 else ""
    best = f"; best {best_text(study)}" if study.best else ""
    return plain(
        f"{study.folder}: a study of {study.command or 'no known command'}, {state_text(study)}: "
        f"{progress(study)}{spent}{best}; {several(len(study.files), 'file')}, "
        f"{stored_size(study.size)}."
    )


def arrived_text(study: StudyInfo) -> str:
    """What was imported, and what did not come with it."""
    page = "\n`scalesearch report` draws its page anew." if study.command == "grid" else ""
    return plain(
        f"Imported: {study.folder} ({study.command}, {study.state}: {progress(study)}, "
        f"{stored_size(study.size)})\nIts images are no part of an archive: a command that needs "
        f"them prepares them again from the dataset.{page}"
    )


def progress(study: StudyInfo) -> str:
    """How far it is: trainings, and networks of those planned."""
    text = f"{several(study.done, 'training')} done, {len(study.failures)} failed"
    planned = len(study.stored.cells)
    return f"{text}, {study.begun} of {several(planned, 'network')} begun" if planned else text


def best_text(study: StudyInfo) -> str:
    """The best candidate so far, or ""."""
    best = study.best
    if best is None:
        return ""
    return f"{100 * best.top1:.1f} % top-1, {best.names} (mean of {several(best.seeds, 'seed')})"


def plain(text: str) -> str:
    """The text without what a terminal would act upon: lines stay, "?" stands for the rest."""
    return "".join(char if char.isprintable() or char == "\n" else "?" for char in text)


def age(changed: float) -> str:
    """How long ago that was, in POSIX seconds; "-" for no time."""
    return f"{rough_duration(max(0.0, time.time() - changed))} ago" if changed else "-"
