"""An archive whose files are none of a study, or would act when used, is refused."""

import sqlite3
from pathlib import Path

import pytest

from tests.studies.archives import entries_of, packed, taken


def _database(tmp_path: Path, *statements: str) -> bytes:
    path = tmp_path / "made.db"
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.executescript(statement)
    database.close()
    content = path.read_bytes()
    path.unlink()
    return content


def _changed(good: dict[str, bytes], tmp_path: Path, *statements: str) -> bytes:
    (tmp_path / "made.db").write_bytes(good["study.db"])
    return _database(tmp_path, *statements)


ROW = "update trial_user_attributes set value_json = '{}' where key = 'row'"
# Written past SQLite, which need not have a module that makes virtual tables.
VIRTUAL = (
    "pragma writable_schema = on; insert into sqlite_master (type, name, tbl_name, rootpage, sql) "
    "values ('table', 'spy', 'spy', 0, 'create virtual table spy using anything(x)')"
)
FOREIGN = [
    ("create view spy as select 1", "holds the view 'spy'"),
    ("create trigger spy after insert on trials begin delete from trials; end", "the trigger"),
    (VIRTUAL, "holds the table 'spy'"),
    ("delete from studies", "it must hold one study. Got 0"),
    ("drop table trial_user_attributes", "no such table"),
    (ROW.format("{}"), "a training has no cell"),
    (ROW.format("[1]"), "study.db is not a study"),
    (ROW.format("null"), "study.db is not a study"),
    (ROW.format("[" * 100_000), "nest too deep"),
    (ROW.format('{"cell": "a", "seed": 1e999, "role": "", "state": ""}'), "cannot convert"),
    (
        ROW.format('{"cell": "a", "seed": 1, "role": "", "state": "", "val_top1": NaN}'),
        "numbers must be finite",
    ),
    (ROW.replace("'{}'", "x'ff'"), "study.db is not a study"),
]


@pytest.mark.parametrize(("statement", "said"), FOREIGN, ids=[row[1] for row in FOREIGN])
def test_a_database_that_is_not_a_plain_study_is_refused(
    good: dict[str, bytes], tmp_path: Path, statement: str, said: str
) -> None:
    database = _changed(good, tmp_path, statement)
    assert said in taken(tmp_path, packed(entries_of(good | {"study.db": database})))


@pytest.mark.parametrize("content", [b"", b"x", b"SQLite format 3\0" + bytes(100)])
def test_what_is_no_database_is_refused(
    good: dict[str, bytes], tmp_path: Path, content: bytes
) -> None:
    assert "study.db" in taken(tmp_path, packed(entries_of(good | {"study.db": content})))


TEXTS = [
    ("settings.json", b"{", "not valid JSON"),
    ("settings.json", b"[]", "must hold a JSON object"),
    ("settings.json", b'{"phi": NaN}', "not finite"),
    ("settings.json", b'{"phi": 1e999}', "not finite"),
    ("settings.json", b"[" * 100_000, "not valid JSON"),
    ("coefficients.yaml", b"baseline: [\n", "coefficients.yaml, line 2, is not YAML"),
    ("coefficients.yaml", b"a: &a [*a]\n", "anchors"),
    ("coefficients.yaml", b"!!python/object/apply:os.system ['true']\n", "tags are not read"),
    ("coefficients.yaml", b"alpha: 1\n", "needs a field `baseline`"),
]


@pytest.mark.parametrize(("name", "content", "said"), TEXTS)
def test_what_would_break_a_listing_or_a_scaling_is_refused(
    good: dict[str, bytes], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    assert said in taken(tmp_path, packed(entries_of(good | {name: content})))
