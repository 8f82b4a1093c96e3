"""Whether a search fits: fewer workers are started, or one message says what is missing."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from scalesearch.core.quantities import memory_size
from scalesearch.errors import StudyError
from scalesearch.executors.capacity import DiskNeed, check_disk, workers_that_fit

GB, MB = 10**9, 10**6
SERVER = 400 * MB


def test_as_many_as_asked_for_are_started_where_they_fit() -> None:
    fit = workers_that_fit(4, [GB] * 10, SERVER, 5 * GB)
    assert (fit.workers, fit.sentence) == (4, "")
    assert (fit.worker_bytes, fit.total_bytes) == (GB, 4 * GB + SERVER)


def test_fewer_are_started_where_memory_is_short_and_it_is_said() -> None:
    fit = workers_that_fit(4, [1_900 * MB] * 10, SERVER, 5_100 * MB)
    assert fit.workers == 2
    assert fit.total_bytes == 3_800 * MB + SERVER
    assert fit.sentence == (
        "2 workers of the 4 asked for: each may need 1.9 GB and the search beside them 400 MB, "
        "5.1 GB are free."
    )


def test_only_the_largest_trainings_are_large() -> None:
    """Three workers fit though three of the largest would not: there is one such training."""
    assert workers_that_fit(3, [MB, 3 * GB, MB, MB], SERVER, 4 * GB).workers == 3
    assert workers_that_fit(3, [3 * GB, 3 * GB, MB, MB], SERVER, 4 * GB).workers == 1


def test_more_workers_than_trainings_need_no_more() -> None:
    fit = workers_that_fit(64, [GB, GB], SERVER, 3 * GB)
    assert (fit.workers, fit.total_bytes, fit.sentence) == (64, 2 * GB + SERVER, "")


def test_one_worker_may_take_all_there_is() -> None:
    assert workers_that_fit(1, [GB], SERVER, GB + SERVER).sentence == ""
    assert workers_that_fit(2, [GB, GB], SERVER, GB + SERVER).workers == 1


def test_all_are_started_where_nothing_is_known() -> None:
    assert workers_that_fit(8, [GB] * 8, SERVER, None).workers == 8


def test_no_room_for_one_worker_is_one_message_with_what_to_do() -> None:
    with pytest.raises(StudyError) as raised:
        workers_that_fit(2, [GB, 3 * GB], SERVER, 2 * GB)
    told = str(raised.value)
    assert "3.0 GB" in told
    assert "400 MB" in told
    assert "2.0 GB are free" in told
    assert all(word in told for word in ("`batch_size`", "`resolution`", "`width`", "`train=`"))
    assert "\n" not in told


NEED = DiskNeed(checkpoints=20 * MB, weights=0, images=60 * MB, records=20 * MB)


def _disk(free: int) -> SimpleNamespace:
    return SimpleNamespace(f_bavail=free, f_frsize=1, f_files=10, f_favail=5)


def test_a_full_disk_is_refused_with_folder_need_and_have(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as raised:
        check_disk(tmp_path / "results", NEED, lambda _: _disk(109 * MB))
    told = str(raised.value)
    assert str(tmp_path / "results") in told
    assert "up to 110 MB are needed" in told
    assert "checkpoints 20 MB, prepared images 60 MB" in told
    assert "109 MB are free" in told
    assert "weights" not in told
    assert "`results=`" in told


def test_a_disk_with_room_passes(tmp_path: Path) -> None:
    check_disk(tmp_path, NEED, lambda _: _disk(110 * MB))


def test_a_disk_that_says_nothing_passes(tmp_path: Path) -> None:
    def stat(path: Path) -> SimpleNamespace:
        raise OSError

    check_disk(tmp_path, NEED, stat)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a small file system in memory")
def test_a_real_file_system_that_is_too_small_is_refused() -> None:
    with pytest.raises(StudyError, match="/dev/shm"):
        check_disk(Path("/dev/shm"), DiskNeed(10**18, 0, 0, 0))


@pytest.mark.parametrize(
    ("count", "text"),
    [(7, "7 bytes"), (12_300, "12 kB"), (410 * MB, "410 MB"), (999_700_000, "1.0 GB"),
     (1_900 * MB, "1.9 GB"), (23_400 * MB, "23 GB"), (2 * 10**12, "2.0 TB")],
)  # fmt: skip
def test_sizes_are_short(count: int, text: str) -> None:
    assert memory_size(count) == text
