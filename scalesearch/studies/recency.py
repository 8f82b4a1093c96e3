"""Which study is the newest: the one whose trainings or answer changed last, as it tells itself.

Each training notes when it ended, the study when it was begun and when it came to its answer, all
in its database: a copy, a checkout, an archive or `touch` changes nothing of it. The same command
run again without a new result leaves a study as old as it was. Imports no Optuna.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scalesearch.studies.database import reading
from scalesearch.studies.settings import DATABASE

if TYPE_CHECKING:
    from scalesearch.config.coefficients import StudyCoefficients

BEGUN = "begun"
"""Attribute of a study: when it was made, as `now` gives it."""
ANSWERED_AT = "answered_at"
"""Attribute of a study: when it came to the answer that it has."""
ENDED = "ended"
"""Attribute of a trial: when its training ended."""
_TIMES = """\
select max(value_json) from (
    select value_json from study_user_attributes where key in (?, ?)
    union all select value_json from trial_user_attributes where key = ?
) where value_json <= ?
"""
_SKEW = timedelta(minutes=1)
"""How far the clock of another machine may be ahead. What is later is not believed: a time to come
would make a study the newest for ever."""


def now() -> str:
    """The time in UTC, ISO 8601 with microseconds: such texts are in the order of their times."""
    return _text(datetime.now(UTC))


def changed(folder: Path) -> float:
    """When the study in `folder` last changed, POSIX seconds; 0 where it cannot tell.

    Where only its answer was brought here, without its database, that tells.
    """
    path = folder / DATABASE
    if not path.exists():
        return _created(folder)
    latest = _text(datetime.now(UTC) + _SKEW)
    try:
        with reading(path) as database:
            asked = (BEGUN, ANSWERED_AT, ENDED, f'"{latest}"')
            ((found,),) = database.execute(_TIMES, asked)
        return datetime.fromisoformat(str(found).strip('"')).timestamp() if found else 0.0
    except (sqlite3.Error, ValueError, OverflowError):
        return 0.0


def newest_first(folders: Iterable[Path]) -> list[Path]:
    """The folders of studies, the newest first, and by name where they are of one time."""
    return sorted(folders, key=lambda folder: (-changed(folder), folder.name))


def newest_answer(results: Path, baseline: str) -> "StudyCoefficients | None":
    """The answer of the newest study of `baseline` under `results`; None where there is none.

    Raises ConfigError where an answer is damaged, rather than pass it over.
    """
    from scalesearch.config.coefficients import FILE, read_coefficients

    found = {path.parent: read_coefficients(path) for path in sorted(results.glob(f"*/{FILE}"))}
    fitting = [folder for folder, answer in found.items() if answer.baseline == baseline]
    return found[newest_first(fitting)[0]] if fitting else None


def _created(folder: Path) -> float:
    from scalesearch.config.coefficients import FILE, read_coefficients
    from scalesearch.errors import ConfigError

    if not (folder / FILE).exists():
        return 0.0
    try:
        created = read_coefficients(folder / FILE).created
        return created.timestamp() if created <= datetime.now(UTC) + _SKEW else 0.0
    except (ConfigError, ValueError, OverflowError):
        return 0.0


def _text(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")
