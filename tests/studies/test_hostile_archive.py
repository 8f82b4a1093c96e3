"""An archive from anywhere: the whole study is taken, or it is refused and nothing is left."""

import gzip
import os
import tarfile
from pathlib import Path

import pytest

from scalesearch.errors import StudyError
from scalesearch.studies import archive_reader
from scalesearch.studies.archive_import import arriving
from tests.studies.archives import contents, entries_of, entry, packed, taken


def test_what_the_hostile_ones_are_made_from_is_taken(
    good: dict[str, bytes], tmp_path: Path
) -> None:
    assert taken(tmp_path, packed(entries_of(good))) == ""
    assert contents(tmp_path / "results" / "mine") == good


OUTSIDE = [
    "/etc/passwd", "/study/x", "../x", "study/../x", "study/../../x", "study/a/../../../x", "x",
    "study", "study//x", "study/./x", "study/a\\..\\x", "study/.hidden", "study/.data/x",
    "study/a\x1b[2Jx", "study/ ", "other/x", "study/a/b/c/d/e/f/g", "C:/x",
]  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_path_leaves_the_study(good: dict[str, bytes], tmp_path: Path, name: str) -> None:
    said = taken(tmp_path, packed([entry(name, b"evil"), *entries_of(good)]))
    assert "nothing may leave the study's folder" in said


NO_FILES = {
    "link": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE, "device": tarfile.CHRTYPE,
    "block device": tarfile.BLKTYPE, "pipe": tarfile.FIFOTYPE, "folder": tarfile.DIRTYPE,
    "sparse": tarfile.GNUTYPE_SPARSE, "extended": tarfile.XHDTYPE, "global": tarfile.XGLTYPE,
    "long name": tarfile.GNUTYPE_LONGNAME, "unknown": b"Z",
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_FILES)
def test_only_plain_files_are_unpacked(good: dict[str, bytes], tmp_path: Path, kind: str) -> None:
    evil = entry("study/evil", type=NO_FILES[kind], linkname="/etc/passwd")
    said = taken(tmp_path, packed([evil, *entries_of(good)]))
    assert "is not a plain file, and a study has no links or devices" in said


@pytest.mark.parametrize(
    "name", ["driver.lock", "workers.log", "study.db-journal", "study.db-wal", "study.db-shm"]
)
def test_what_would_act_on_the_study_is_refused(
    good: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    assert f"it holds '{name}'" in taken(tmp_path, packed(entries_of({name: b"x"} | good)))


def test_one_name_twice_is_refused(good: dict[str, bytes], tmp_path: Path) -> None:
    twice = entry("study/settings.json", b"{}")
    said = taken(tmp_path, packed([twice, *entries_of(good)]))
    assert "it holds 'settings.json' twice" in said


def test_too_many_files_are_refused(
    good: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_reader, "MOST_FILES", 50)
    many = {f"weights/{number}": b"" for number in range(50)}
    assert "more than 50 files" in taken(tmp_path, packed(entries_of(many | good)))


@pytest.mark.parametrize("size", [10**10, 10**17, -1])
def test_a_huge_declared_size_is_refused_before_it_is_written(
    good: dict[str, bytes], tmp_path: Path, size: int
) -> None:
    said = taken(tmp_path, packed([entry("study/huge", size=size), *entries_of(good)]))
    assert f"'huge' declares {size:,} bytes" in said


def test_files_that_declare_too_much_together_are_refused(
    good: dict[str, bytes], tmp_path: Path
) -> None:
    half = bytes(60 * 2**20)
    bomb = packed(entries_of({"a": half, "b": half} | good), level=9)
    assert len(bomb) < 150_000
    assert "'b' declares" in taken(tmp_path, bomb)


def test_a_bomb_behind_the_end_is_not_unpacked(good: dict[str, bytes], tmp_path: Path) -> None:
    bomb = packed(entries_of(good)) + gzip.compress(bytes(200 * 2**20), 9)
    assert "something follows after its end" in taken(tmp_path, bomb)
    more = packed(entries_of(good)) + gzip.compress(b"#!/bin/sh", mtime=0)
    assert "something follows after its end" in taken(tmp_path, more)


@pytest.mark.parametrize("name", ["settings.json", "study.db"])
def test_without_settings_or_database_it_is_no_study(
    good: dict[str, bytes], tmp_path: Path, name: str
) -> None:
    rest = {other: content for other, content in good.items() if other != name}
    assert f"it holds no {name}" in taken(tmp_path, packed(entries_of(rest)))


ABOUT = [
    ({"format": "another"}, "is not that of a study"),
    ({"version": 99}, "in a form that this one does not know ('99', not 1)"),
    ({"files": {}}, "is not the file that manifest.json lists"),
    ({"files": []}, "manifest.json is damaged"),
    ({"files": {"study.db": 3}}, "manifest.json is damaged"),
]


@pytest.mark.parametrize(("about", "said"), ABOUT)
def test_the_manifest_must_be_right(
    good: dict[str, bytes], tmp_path: Path, about: dict, said: str
) -> None:
    assert said in taken(tmp_path, packed(entries_of(good, **about)))


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"3", b"{}", b"\xff"])
def test_a_manifest_that_is_none_is_refused(
    good: dict[str, bytes], tmp_path: Path, content: bytes
) -> None:
    members = [*entries_of(good)[:-1], entry("study/manifest.json", content)]
    assert "manifest.json is damaged" in taken(tmp_path, packed(members))
    assert "it holds no manifest.json" in taken(tmp_path, packed(members[:-1]))
    after = [*entries_of(good), entry("study/more", b"")]
    assert "must be its last file" in taken(tmp_path, packed(after))


def test_a_time_to_come_does_not_make_it_the_newest_for_ever(
    good: dict[str, bytes], tmp_path: Path
) -> None:
    members = entries_of(good)
    for info, _ in members:
        info.mtime = 2**33
    assert taken(tmp_path, packed(members)) == ""
    newest = max(path.stat().st_mtime for path in (tmp_path / "results/mine").rglob("*"))
    assert newest < 2**33


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"PK\3\4" + bytes(99), gzip.compress(b"", mtime=0)]
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is no study that can be imported" in taken(tmp_path, content)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, said in (("nowhere", "There is no file"), ("", "must be a file"), ("pipe", "must")):
        with (
            pytest.raises(StudyError, match=said),
            arriving(tmp_path / name, tmp_path / "results"),
        ):
            pass
    assert os.listdir(tmp_path) == ["pipe"]
