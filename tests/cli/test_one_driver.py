"""One driver a study: a second command is refused before it works anything out for it."""

import os
import socket
import time
from pathlib import Path

import fake_arms
import pytest

from scalesearch.experiments import comparison_results, search_latency, search_study, sweep_results
from scalesearch.experiments.latency_file import write_measured
from scalesearch.studies.lock import hold, holder

DATA = "--dataset digits --train 200 --validation 100 --epochs 1"


@pytest.mark.parametrize(
    "line",
    ["grid --max-latency 40", "compare --baseline nowhere:build", "sweep --baseline nowhere:build"],
)
def test_a_second_driver_is_refused_within_a_second_with_host_and_process(
    run, monkeypatch, line: str
) -> None:
    monkeypatch.setattr(search_latency, "measured_rows", None)  # it would take minutes
    folder = Path("results/mine")
    folder.mkdir(parents=True)
    run("grid --dry-run --step 1")  # what is imported by then is not counted
    with hold(folder):
        begun = time.monotonic()
        answer = run(f"{line} --study mine")
        seconds = time.monotonic() - begun
    assert answer.code == 2
    assert f"already being run by process {os.getpid()} on {socket.gethostname()}" in answer.err
    assert answer.err.count("\n") == 1
    assert seconds < 1


@pytest.mark.parametrize(
    ("line", "module", "writer"),
    [
        (f"compare {DATA} --seeds 1", comparison_results, "conclude_comparison"),
        (f"sweep {DATA} --seeds 1 --depth 2", sweep_results, "conclude_sweep"),
    ],
)
def test_a_study_is_held_until_its_tables_are_written(
    run, monkeypatch, line: str, module, writer: str
) -> None:
    trainer = fake_arms.trainer()
    run.train_by(trainer)
    write = getattr(module, writer)
    held = []

    def written(*arguments):
        held.append(holder(Path("results/mine")))
        return write(*arguments)

    monkeypatch.setattr(module, writer, written)
    assert run(f"{line} --study mine").code == 0
    assert held == [f"process {os.getpid()} on {socket.gethostname()}"]
    assert holder(Path("results/mine")) is None


def test_an_interrupt_while_tables_are_written_says_how_to_go_on(run, monkeypatch) -> None:
    trainer = fake_arms.trainer()
    run.train_by(trainer)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(comparison_results, "conclude_comparison", interrupted)
    answer = run(f"compare {DATA} --seeds 1 --study mine")
    assert answer.code == 130
    assert "run the same command again (5 trainings are done)" in answer.err


def test_a_search_is_held_until_its_measurements_are_written(run, monkeypatch) -> None:
    run.train_by(fake_arms.trainer())
    timing = {"median": 0.1, "quartile_low": 0.1, "quartile_high": 0.1, "runs": 10}
    measured = {
        "latency_seconds": timing, "images_per_second": timing, "batch": 32, "device": "CPU",
        "peak_memory_bytes": 1, "memory_before_bytes": 1, "gpu_peak_memory_bytes": None,
    }  # fmt: skip
    monkeypatch.setattr(search_latency, "measure_spec", lambda *_: measured)
    held = []

    def written(*arguments):
        held.append(holder(Path("results/mine")))
        return write_measured(*arguments)

    monkeypatch.setattr(search_study, "write_measured", written)
    answer = run(f"grid {DATA} --grid simplex --step 1 --measure --study mine")
    assert answer.code == 0, answer.err
    assert held == [f"process {os.getpid()} on {socket.gethostname()}"]
    assert Path("results/mine/measured.csv").exists()
