"""What is free is read as Linux writes it: in a group with a limit, in a container, without one."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from scalesearch.executors.free_space import free_disk, free_memory

GB = 10**9


def _system(tmp_path: Path, files: dict[str, object]) -> tuple[Path, Path]:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n", encoding="utf-8")
    return tmp_path / "proc", tmp_path / "groups"


MEMINFO = {
    "proc/meminfo": f"MemTotal: 99999999 kB\nMemFree: 1 kB\nMemAvailable: {8 * GB // 1024} kB"
}
V2 = {
    **MEMINFO,
    "proc/self/cgroup": "0::/batch/job",
    "groups/batch/job/memory.max": 4 * GB,
    "groups/batch/job/memory.current": 3 * GB,
    "groups/batch/job/memory.stat": f"anon 1\ninactive_file {GB}\nactive_file 5",
    "groups/batch/memory.max": "max",
    "groups/batch/memory.current": 5 * GB,
}
V1 = {
    **MEMINFO,
    "proc/self/cgroup": "3:cpu:/a\n2:blkio,memory:/batch/job\n1:name=systemd:/",
    "groups/memory/batch/job/memory.limit_in_bytes": 4 * GB,
    "groups/memory/batch/job/memory.usage_in_bytes": 3 * GB,
    "groups/memory/batch/job/memory.stat": f"inactive_file 7\ntotal_inactive_file {GB}",
    "groups/memory/memory.limit_in_bytes": 9223372036854771712,
    "groups/memory/memory.usage_in_bytes": 7 * GB,
}


@pytest.mark.parametrize(
    ("files", "free"),
    [
        (MEMINFO, 8 * GB // 1024 * 1024),
        (V2, 2 * GB),
        (V1, 2 * GB),
        (V2 | {"groups/batch/memory.max": 6 * GB}, GB),  # the group above is fuller
        (V2 | {"groups/batch/job/memory.max": "max"}, 8 * GB // 1024 * 1024),
        (V2 | {"proc/meminfo": "MemAvailable: 1000 kB"}, 1_024_000),
        (V2 | {"groups/batch/job/memory.current": 9 * GB}, 0),
        ({k: v for k, v in V2.items() if k != "proc/meminfo"}, 2 * GB),
        ({"proc/meminfo": "MemTotal: 5 kB"}, None),
        ({"proc/meminfo": "MemAvailable: lots"}, None),
    ],
)
def test_the_least_of_system_and_groups_is_free(
    tmp_path: Path, files: dict[str, object], free: int | None
) -> None:
    assert free_memory(*_system(tmp_path, files)) == free


def test_a_container_has_its_limit_at_the_root_of_what_it_sees(tmp_path: Path) -> None:
    files = {
        **MEMINFO,
        "proc/self/cgroup": "0::/outside/container",
        "groups/memory.max": 2 * GB,
        "groups/memory.current": GB,
    }
    assert free_memory(*_system(tmp_path, files)) == GB


def test_a_mixed_system_has_version_2_aside(tmp_path: Path) -> None:
    files = {
        **MEMINFO,
        "proc/self/cgroup": "0::/a",
        "groups/unified/a/memory.max": 2 * GB,
        "groups/unified/a/memory.current": GB,
    }
    assert free_memory(*_system(tmp_path, files)) == GB


def test_nothing_is_known_where_there_is_no_proc(tmp_path: Path) -> None:
    assert free_memory(tmp_path / "none", tmp_path / "none") is None


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="Linux alone says it")
def test_this_machine_has_memory() -> None:
    free = free_memory()
    assert free is not None
    assert 0 < free <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _disk(**values: int) -> SimpleNamespace:
    usual = {"f_bavail": 1000, "f_frsize": 4096, "f_files": 50, "f_favail": 40}
    return SimpleNamespace(**usual | values)


def test_the_disk_of_a_folder_that_is_not_there_yet_is_that_above_it(tmp_path: Path) -> None:
    asked = []

    def stat(path: Path) -> SimpleNamespace:
        asked.append(path)
        if path != tmp_path:
            raise FileNotFoundError
        return _disk()

    assert free_disk(tmp_path / "results" / "study", stat) == 4_096_000
    assert asked[-1] == tmp_path
    assert free_disk(tmp_path / "results") == pytest.approx(free_disk(tmp_path), rel=0.1)


def test_no_room_for_a_file_is_no_room(tmp_path: Path) -> None:
    assert free_disk(tmp_path, lambda _: _disk(f_favail=0)) == 0
    # btrfs counts no files: all its numbers of them are 0.
    assert free_disk(tmp_path, lambda _: _disk(f_files=0, f_favail=0)) == 4_096_000


def test_a_disk_that_cannot_be_asked_is_not_known(tmp_path: Path) -> None:
    def stat(path: Path) -> SimpleNamespace:
        raise PermissionError

    assert free_disk(tmp_path, stat) is None
