"""How many trainings of a study have ended, and how: read with SQLite alone."""

import contextlib
import json
import sqlite3
from pathlib import Path

from scalesearch.core.tasks import FAILED
from scalesearch.errors import StudyError
from scalesearch.studies.database import reading
from scalesearch.studies.remedies import ANOTHER_STUDY


def tally(path: Path) -> tuple[int, int]:
    """How much in the database `path` came to a result, cuts included, and how many failed.

    Of all plans that the study ever had. Raises StudyError where it cannot be read.
    """
    try:
        with reading(path) as database:
            query = "select value_json from trial_user_attributes where key = 'row'"
            states = [json.loads(text)["state"] for (text,) in database.execute(query)]
            cuts = 0
            with contextlib.suppress(sqlite3.OperationalError):  # no such table before the first
                ((cuts,),) = database.execute("select count(*) from segments")
    except (sqlite3.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise StudyError(
            f"{path} is not a study that can be read: {error}.", remedy=ANOTHER_STUDY
        ) from error
    failed = states.count(FAILED)
    return len(states) - failed + cuts, failed
