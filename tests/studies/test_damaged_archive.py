"""However an archive is damaged: the whole study comes of it, or nothing, and one reason."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalesearch.studies.archive import export
from tests.studies.archives import contents, entries_of, entry, make_study, packed, taken


@pytest.fixture(scope="module")
def whole(good: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a right archive as export writes it."""
    place = tmp_path_factory.mktemp("exported")
    export(make_study(place / "mine"), place / "mine.tar.gz", "0.1.0")
    return (place / "mine.tar.gz").read_bytes()


def _harmed(data: st.DataObject, content: bytes) -> bytes:
    """The bytes with some changed, cut out, put in, or the rest cut off."""
    harmed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, max(0, len(harmed) - 1)))
        how = data.draw(st.sampled_from(["flip", "cut", "insert", "remove"]))
        if how == "flip" and harmed:
            harmed[at] ^= data.draw(st.integers(1, 255))
        elif how == "cut":
            del harmed[at:]
        elif how == "insert":
            harmed[at:at] = data.draw(st.binary(min_size=1, max_size=600))
        else:
            del harmed[at : at + data.draw(st.integers(1, 600))]
    return bytes(harmed)


def _is_whole_or_nothing(tmp_path: Path, archive: bytes, right: bytes) -> None:
    results = tmp_path / "results"
    if taken(tmp_path, archive):
        return
    found = contents(results / "mine")
    shutil.rmtree(results / "mine")
    assert taken(tmp_path, right) == ""
    assert contents(results / "mine") == found
    shutil.rmtree(results / "mine")


SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(data=st.data())
def test_a_damaged_archive_gives_the_whole_study_or_nothing(
    data: st.DataObject, whole: bytes, tmp_path: Path
) -> None:
    _is_whole_or_nothing(tmp_path, _harmed(data, whole), whole)


@SLOW
@given(data=st.data())
def test_so_does_one_that_was_harmed_before_it_was_compressed(
    data: st.DataObject, whole: bytes, tmp_path: Path
) -> None:
    """Here gzip's own checksum is right, so that headers and manifest alone can tell."""
    harmed = _harmed(data, gzip.decompress(whole))
    _is_whole_or_nothing(tmp_path, gzip.compress(harmed, 1), whole)


@SLOW
@given(
    about=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inside: (
            st.lists(inside, max_size=3)
            | st.dictionaries(st.sampled_from(["format", "version", "files", "study"]), inside)
        ),
        max_leaves=8,
    )
)
def test_any_manifest_is_answered_with_a_reason(
    about: object, good: dict[str, bytes], tmp_path: Path
) -> None:
    members = [*entries_of(good)[:-1], entry("study/manifest.json", json.dumps(about).encode())]
    assert "manifest.json" in taken(tmp_path, packed(members))
