"""Files are written whole or not at all and read up to a bound; a failure is the caller's own."""

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from scalesearch.config.function_names import is_built
from scalesearch.config.yaml_nodes import read_nodes
from scalesearch.errors import ConfigError, StudyError
from scalesearch.files.whole_files import read_whole, scratch, sweep, write_whole


def test_the_content_replaces_the_old_one_and_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "settings.json"
    for content in (b"old", b"new"):
        write_whole(path, content, StudyError)
        assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["settings.json"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path, step: str
) -> None:
    path = tmp_path / "settings.json"
    path.write_text("old")
    full = OSError(28, "No space left on device")
    with (
        mock.patch(f"os.{step}", side_effect=full),
        pytest.raises(ConfigError, match=r"settings\.json cannot be written: No space left"),
    ):
        write_whole(path, b"new", ConfigError)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["settings.json"]


def test_a_file_is_read_whole_up_to_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_bytes(b"12345")
    assert read_whole(path, 5, ConfigError) == b"12345"
    with pytest.raises(ConfigError, match=r"mine must be at most 4 bytes\. It is larger"):
        read_whole(path, 4, ConfigError)


def test_what_may_never_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero", tmp_path):
        with pytest.raises(ConfigError, match="must be a file"):
            read_whole(path, 5, ConfigError)


@pytest.mark.parametrize("name", ["none", "here/none", "mine/none"])
def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path, name: str) -> None:
    (tmp_path / "mine").write_bytes(b"")
    with pytest.raises(FileNotFoundError):
        read_whole(tmp_path / name, 5, ConfigError)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_path_that_no_system_takes_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_whole(tmp_path / name, 5, ConfigError)


def test_yaml_from_a_pipe_or_without_end_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with open(tmp_path / "large.yaml", "wb") as file:
        file.truncate(100_000_000)
    for name in ("pipe.yaml", "large.yaml"):
        assert not is_built(tmp_path / name)
        with pytest.raises(ConfigError, match=name):
            read_nodes(tmp_path / name)


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    """A file and a folder of a process that is gone go; those of living ones and of others stay."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = scratch(tmp_path / "report.html")
    mine.write_text("being written")
    left = mine.with_name(mine.name.replace(f".{os.getpid()}.", f".{gone.pid}."))
    left.write_text("half")
    folder = left.with_name(left.name.replace("report.html", "images"))
    folder.mkdir()
    (folder / "train.npy").write_bytes(b"\0" * 100)
    elsewhere = tmp_path / f".report.html.another-machine.{gone.pid}.tmp"
    others = [elsewhere, tmp_path / ".hidden", tmp_path / f"plain.{gone.pid}.tmp"]
    for path in others:
        path.write_text("keep")
    sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([mine, *others])
    sweep(tmp_path / "absent")
