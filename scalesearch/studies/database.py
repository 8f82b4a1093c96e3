"""A study's SQLite database read as such, without Optuna, and whatever it may hold."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_BUSY_SECONDS = 5.0
_LONGEST = 64 * 2**20  # bytes of one value: far above any row, far below what fills a memory
_ROLLBACK = {
    sqlite3.SQLITE_READONLY_ROLLBACK,
    sqlite3.SQLITE_READONLY_RECOVERY,
    sqlite3.SQLITE_READONLY_CANTLOCK,
}


@contextlib.contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite database `path`, to be read: one view of it, whoever writes meanwhile.

    What a killed writer left half done is rolled back first, as its next writer would do. Raises
    sqlite3.Error where `path` is no database.
    """
    if path.exists() and not path.is_file():  # a pipe would never answer
        raise sqlite3.DatabaseError("it is a folder or a device")
    try:
        database = _opened(path, "ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _ROLLBACK:
            raise
        database = _opened(path, "rw")
    with contextlib.closing(database):
        yield database


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    where = f"{path.absolute().as_uri()}?mode={mode}"
    database = sqlite3.connect(where, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        database.execute("pragma trusted_schema = off")
        database.execute("begin")
        database.execute("select count(*) from sqlite_master").fetchall()
    except BaseException:
        database.close()
        raise
    return database


def check_database(path: Path) -> None:
    """Raise ValueError or sqlite3.Error unless `path` is a whole database of plain tables.

    For a database from elsewhere: views and triggers would act when others read or write it.
    """
    with reading(path) as database:
        for kind, name, text in database.execute("select type, name, sql from sqlite_master"):
            made = " ".join(str(text or "").split()[:2]).lower()
            if kind not in ("table", "index") or made == "create virtual":
                raise ValueError(f"it holds the {kind} {name!r}, and a study has plain tables only")
        ((found,),) = database.execute("pragma integrity_check(1)")
        if found != "ok":
            raise ValueError(f"it is damaged ({found})")
