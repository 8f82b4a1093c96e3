"""What a study needs of memory and disk is told before it starts."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scalesearch.core.resolution import Resolution
from scalesearch.data.image_cache import is_prepared, prepare
from scalesearch.errors import StudyError
from scalesearch.experiments.executor_choice import ExecutorRequest
from scalesearch.experiments.resources import SEARCH_BYTES, Needs, checked_room, needs_of, workload
from scalesearch.experiments.search_study import plan_grid

LINE = re.compile(
    r"Memory: up to \d+ MB a worker, [\d.]+ [GM]B in all for (\d+) workers? and \d+ networks kept "
    r"ready, fewer where memory is short; disk: up to \d+ MB\."
)
COMMANDS = ("grid --dry-run", "compare --dry-run", "sweep --dry-run")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_dry_run_tells_it_in_one_line(run, command: str) -> None:
    line = run(f"{command} --workers 3").out.splitlines()[-1]
    told = LINE.fullmatch(line)
    assert told, line
    assert told[1] == "3"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_dry_run_tells_it_to_programs(run, command: str) -> None:
    one, two = (run(f"{command} --json --workers {count}").json["needs"] for count in (1, 2))
    assert set(one) == {
        "workers", "worker_memory", "kept", "kept_memory", "memory", "disk"
    }  # fmt: skip
    assert (one["workers"], two["workers"]) == (1, 2)
    assert one["memory"] == one["worker_memory"] + SEARCH_BYTES + one["kept_memory"]
    assert one["memory"] < two["memory"] <= one["memory"] + one["worker_memory"]
    assert two["disk"] > one["disk"]  # a second training has a checkpoint of its own


def test_weights_that_are_kept_need_room(run) -> None:
    few, many = (
        run(f"compare --dry-run --json --seeds {seeds}").json["needs"]["disk"] for seeds in (1, 9)
    )
    # 8 more files for each of five proxies of about 62,000 weights.
    assert many - few > 8 * 5 * 4 * 60_000


def test_networks_are_kept_ready_where_they_are_trained_again_and_memory_allows() -> None:
    """Half of what the workers leave may be taken so: other programs need memory too."""
    mb = 10**6
    needs = replace(_needs(100 * mb), ready=(100 * mb,) * 10)
    assert needs.fit(2).kept == 10
    fit = needs.fit(2, available=2 * 10**9)
    left = 0.95 * 2000 - (SEARCH_BYTES / mb + 200)
    assert fit.kept == int(left / 2 / 100) == 5
    assert fit.total_bytes == SEARCH_BYTES + 700 * mb
    assert needs.fit(2, available=SEARCH_BYTES + 200 * mb).kept == 0
    assert _needs().fit(2).kept == 0


def test_a_network_that_is_trained_once_is_not_kept_ready(run) -> None:
    once, twice = (
        run(f"compare --dry-run --json --seeds {seeds}").json["needs"]["kept"] for seeds in (1, 2)
    )
    assert (once, twice) == (0, 5)


def test_a_search_keeps_as_many_ready_as_its_dry_run_says(run, tmp_path, monkeypatch) -> None:
    given = []

    def refused(request: ExecutorRequest) -> None:
        given.append({"workers": request.workers, "kept": request.kept})
        raise StudyError("That is all.")

    run.executors = refused
    asked = "grid --workers 2 --train 100 --validation 50"
    assert run(f"{asked} --results {tmp_path}").code == 2
    told = run(f"{asked} --dry-run --json").json["needs"]
    assert given == [{"workers": told["workers"], "kept": told["kept"]}]
    assert told["kept"] > 0


def _needs(peak: int = 10**8, images: int = 0) -> Needs:
    return Needs((peak,) * 4, state=10**6, weights=0, images=images)


def test_a_machine_without_room_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="not enough memory for one worker"):
        checked_room(_needs(peak=10**16), 2, tmp_path / "results", True)
    with pytest.raises(StudyError, match="not enough room on the disk"):
        checked_room(_needs(images=10**18), 2, tmp_path / "results", False)
    assert not (tmp_path / "results").exists()
    assert checked_room(_needs(images=10**18), 2, tmp_path / "results", True).workers == 2


def test_prepared_images_take_what_is_predicted_and_are_found(tmp_path: Path) -> None:
    plan = plan_grid(train=300, validation=100)
    assert not is_prepared(plan.data, tmp_path)
    folder = prepare(plan.data, tmp_path).path
    assert is_prepared(plan.data, tmp_path)
    written = sum(file.stat().st_size for file in folder.iterdir())
    assert written == pytest.approx(needs_of(plan).images, rel=0.01)


def test_a_set_too_large_to_be_decoded_is_not_held(tmp_path: Path) -> None:
    plan = plan_grid()
    assert workload(plan).stored == Resolution.square(64)
    streamed = plan.changed(data=replace(plan.data, cache_limit_bytes=10**6))
    assert workload(streamed).stored is None
