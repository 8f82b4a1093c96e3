"""What studies there are."""

from pathlib import Path

from scalesearch.experiments import arguments
from scalesearch.studies.catalogue import StudyInfo, list_studies


def studies(folder: Path | str = "results") -> list[StudyInfo]:
    """The studies under a folder of results, newest first, as they stand.

    Each has its `name`, `command`, `state` (finished, unfinished, running or damaged), `settings`,
    `done` trainings, `failures`, the `best` candidate so far, `files`, `size` in bytes and when it
    `changed`. A damaged one says so, with its `reason`; where there is no such folder there is
    none. Loads neither Optuna nor pandas. Raises StudyError where the folder cannot be read.
    """
    return list_studies(arguments.path("folder", folder))
