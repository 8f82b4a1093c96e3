"""Studies to list and archive, and archives with anything in them."""

import functools
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scalesearch.core.tasks import COMPLETE, Outcome, failed
from scalesearch.errors import StudyError
from scalesearch.studies.archive import FORMAT, MANIFEST, ROOT, VERSION
from scalesearch.studies.archive_import import arriving, settle
from scalesearch.studies.study import open_study
from tests.search.tasks_for_tests import a_task

LOCAL = {"driver.lock", "workers.log"}
"""Files that belong to one machine."""
SETTINGS = {"baseline": {"name": "small"}, "phi": 1, "recipe": {"epochs": 2}}


def complete(top1: float = 0.5) -> Outcome:
    return Outcome(COMPLETE, top1=top1, loss=1.0, epochs=2, seconds=30.0, images_per_second=9.0)


def make_study(folder: Path, **settings: Any) -> Path:
    """A study with a baseline, two candidates, the better one on two seeds, and a failure."""
    for name, content in _made().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "settings.json").write_text(json.dumps(SETTINGS | settings), encoding="utf-8")
    return folder


@functools.cache
def _made() -> dict[str, bytes]:
    """Its files, made once: Optuna takes its time over a new database."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "mine"
        study = open_study(folder, SETTINGS)
        study.plan([a_task(number).cell for number in range(5)])
        study.record(a_task(0), complete(0.4))
        study.record(a_task(1), complete(0.5))
        study.record(a_task(2, 0), complete(0.75))
        study.record(a_task(2, 1), complete(0.5))
        study.record(a_task(3), failed("ValueError: no"))
        study.close()
        made = contents(folder)
    copies = {f"{name}/a_seed0.npz": name.encode() * 500 for name in ("weights", "checkpoints")}
    return made | {"trials.csv": b"names\n", "workers.log": b"chatter\n"} | copies


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a study by its path in it."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def entry(name: str, content: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    """A member of a tar; `fields` are set last, such as `type` or `size`."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def entries_of(contents: dict[str, bytes], **about: Any) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The members of a right archive of these files; `about` changes its manifest."""
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "study": "mine",
        "scalesearch": "0.1.0",
        "files": {
            name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in contents.items()
        },
    } | about
    members = [entry(f"{ROOT}/{name}", content) for name, content in contents.items()]
    return [*members, entry(f"{ROOT}/{MANIFEST}", json.dumps(manifest).encode())]


def packed(entries: Iterable[tuple[tarfile.TarInfo, bytes]], level: int = 1) -> bytes:
    """A gzipped tar of these members, whatever their headers declare."""
    raw = io.BytesIO()
    for info, content in entries:
        raw.write(info.tobuf(tarfile.GNU_FORMAT))
        raw.write(content + bytes(-len(content) % tarfile.BLOCKSIZE))
    return gzip.compress(raw.getvalue() + bytes(2 * tarfile.BLOCKSIZE), level)


def taken(tmp_path: Path, archive: bytes) -> str:
    """Why `archive` is refused, or "" where it is taken; and that nothing is left if it is not."""
    results = tmp_path / "results"
    results.mkdir(exist_ok=True)
    (tmp_path / "x.tar.gz").write_bytes(archive)
    try:
        with arriving(tmp_path / "x.tar.gz", results) as arrival:
            settle(arrival, results / "mine")
    except StudyError as error:
        said = str(error)
    else:
        said = ""
    assert os.listdir(results) == ([] if said else ["mine"])
    assert sorted(os.listdir(tmp_path)) == ["results", "x.tar.gz"]
    assert "\n" not in said
    return said
