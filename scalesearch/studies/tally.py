"""How many trainings of a study have ended, and how: read with SQLite alone."""

import json
import sqlite3
from pathlib import Path

from scalesearch.core.tasks import FAILED
from scalesearch.errors import StudyError
from scalesearch.studies.database import reading
from scalesearch.studies.remedies import ANOTHER_STUDY


def tally(path: Path) -> tuple[int, int]:
    """How many trainings in the database `path` came to a result, and how many failed.

    Of all plans that the study ever had. Raises StudyError where it cannot be read.
    """
    try:
        with reading(path) as database:
            query = "select value_json from trial_user_attributes where key = 'row'"
            states = [json.loads(text)["state"] for (text,) in database.execute(query)]
    except (sqlite3.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise StudyError(
            f"{path} is not a study that can be read: {error}.", remedy=ANOTHER_STUDY
        ) from error
    failed = states.count(FAILED)
    return len(states) - failed, failed
