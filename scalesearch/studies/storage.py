"""The SQLite file that holds a study, and Optuna's way into it."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy

from scalesearch.core.passwords import without_passwords
from scalesearch.errors import StudyError
from scalesearch.files.whole_files import flush_folder
from scalesearch.studies import recency
from scalesearch.studies.remedies import ANOTHER_STUDY
from scalesearch.studies.settings import DATABASE

optuna.logging.set_verbosity(optuna.logging.WARNING)

ROW = "row"
"""Attribute of a trial that holds its row of the trials table."""
WRITE_ERRORS = (optuna.exceptions.StorageInternalError, sqlalchemy.exc.SQLAlchemyError)
_BUSY_SECONDS = 20.0  # how long a reader may hold the database before writing is given up


def create(folder: Path) -> None:
    """Make an empty database whole under another name first, so that no half of one is found."""
    new = folder / f".{DATABASE}.tmp"
    try:
        new.unlink(missing_ok=True)
        storage = _storage(new)
        study = optuna.create_study(storage=storage, study_name=folder.name, direction="maximize")
        study.set_user_attr(recency.BEGUN, recency.now())
        close(storage)
        os.replace(new, folder / DATABASE)
        flush_folder(folder)
    except (OSError, optuna.exceptions.OptunaError, sqlalchemy.exc.SQLAlchemyError) as error:
        raise StudyError(f"{folder / DATABASE} cannot be made: {cause(error)}.") from error


def load(folder: Path) -> tuple[optuna.Study, optuna.storages.RDBStorage]:
    """The study in `folder`, whose database exists, and its storage, to be closed after use.

    Raises StudyError if the database is damaged.
    """
    path = folder / DATABASE
    try:
        storage = _storage(path)
        names = optuna.get_all_study_names(storage)
        if len(names) != 1:
            raise ValueError(f"it must hold one study. Got {len(names)}")
        # The name in the file, not the folder's: a folder may be renamed.
        return optuna.load_study(study_name=names[0], storage=storage), storage
    except (
        ValueError,
        RuntimeError,
        optuna.exceptions.OptunaError,
        sqlalchemy.exc.SQLAlchemyError,
    ) as error:
        raise StudyError(
            f"{path} is not a study that can be read: {cause(error)}.",
            remedy=ANOTHER_STUDY,
        ) from error


def attributes(study: optuna.Study) -> dict[str, Any]:
    """What is noted of the study as a whole. Raises StudyError if the database is damaged."""
    try:
        return study.user_attrs
    except (ValueError, optuna.exceptions.OptunaError, sqlalchemy.exc.SQLAlchemyError) as error:
        raise StudyError(f"The study's attributes cannot be read: {cause(error)}.") from error


def rows(storage: optuna.storages.RDBStorage) -> list[dict[str, Any]]:
    """The table's row that each trial carries, in the order they were recorded.

    Read past Optuna, which builds every trial with all its parts: 10,000 of them take seconds.
    Raises StudyError if the database is damaged.
    """
    query = sqlalchemy.text(
        "SELECT value_json FROM trial_user_attributes WHERE key = :key ORDER BY trial_id"
    )
    try:
        with storage.engine.connect() as connection:
            found = [json.loads(text) for (text,) in connection.execute(query, {"key": ROW})]
        if not all(map(_is_row, found)):
            raise ValueError("a trial's row lacks its cell, seed, role or state")
        for row in found:
            row.pop("rungs", None)  # of earlier versions, which cut candidates short
        return found
    except (ValueError, sqlalchemy.exc.SQLAlchemyError) as error:
        raise StudyError(f"The study's trials cannot be read: {cause(error)}.") from error


def _is_row(value: Any) -> bool:
    """Whether a row has what it is found and ordered by."""
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(name), str) for name in ("cell", "role", "state"))
        and type(value.get("seed")) is int
    )


def close(storage: optuna.storages.RDBStorage) -> None:
    """Let go of the database file."""
    storage.remove_session()
    storage.engine.dispose()


def _storage(path: Path) -> optuna.storages.RDBStorage:
    """The storage in the SQLite file `path`, opened by path since a URL would trip over ?, {, %."""
    where = os.path.abspath(path)
    return optuna.storages.RDBStorage(
        f"sqlite:///{DATABASE}",
        engine_kwargs={
            "creator": lambda: sqlite3.connect(
                where, timeout=_BUSY_SECONDS, check_same_thread=False
            )
        },
    )


def cause(error: BaseException) -> str:
    """The innermost reason, on one line, without SQL and without the password of a URL."""
    while (deeper := error.__cause__ or getattr(error, "orig", None)) is not None:
        error = deeper
    return without_passwords(" ".join(str(error).split())) or type(error).__name__
