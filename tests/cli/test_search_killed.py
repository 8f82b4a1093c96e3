"""A tiny real search through the real command line: killed, continued, and then used."""

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scalesearch.core.tasks import Key
from scalesearch.studies.study import read_records
from tests.places import ROOT

PROFILE = """\
name: tiny
dataset: digits
train: 200
validation: 100
canvas: 8
resolution: 8
width: 0.12
drop_strides: 3
regret: 0.001
trainings: 8
simplex_step: 1
recipe:
  epochs: 1
  batch_size: 32
  optimizer: adamw
  learning_rate: 0.02
  batch_norm_momentum: 0.9
  zero_init_residual: true
"""
GRID = [sys.executable, "-m", "scalesearch", "grid", "--phi", "1", "--profile", "tiny.yaml"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
STUDY = Path("results/efficientnet_b0_tiny_phi1")
TRAININGS = 8  # three corners, the paper's point and the baseline; then three of a second round
TIMES = ("seconds", "images_per_second", "peak_memory")

pytestmark = pytest.mark.slow


def _count(folder: Path) -> int:
    """Trainings recorded so far, read as any other program may read the database."""
    try:
        with sqlite3.connect(f"file:{folder}/study.db?mode=ro", uri=True) as database:
            return int(database.execute("select count(*) from trials").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def _killed_after(trainings: int) -> None:
    with open("killed.log", "w") as log:
        driver = subprocess.Popen(GRID, env=ENVIRONMENT, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 300
            while _count(STUDY) < trainings:
                assert driver.poll() is None, Path("killed.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
        finally:
            driver.send_signal(signal.SIGKILL)
            driver.wait()


def _rows() -> dict[Key, dict[str, Any]]:
    return {(row["cell"], row["seed"]): row for row in read_records(STUDY)}


def _table(study: Path) -> list[dict[str, str]]:
    with open(study / "trials.csv", newline="", encoding="utf-8") as file:
        return [
            {name: value for name, value in row.items() if name not in TIMES}
            for row in csv.DictReader(file)
        ]


def test_a_killed_search_is_continued_and_its_answer_is_used(run, folder: Path) -> None:
    Path("tiny.yaml").write_text(PROFILE, encoding="utf-8")
    _killed_after(3)
    before = _rows()
    assert 3 <= len(before) < TRAININGS
    assert not (STUDY / "coefficients.yaml").exists()

    done = subprocess.run(
        GRID, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"{len(before)} of them done before" in done.stderr
    assert "scalesearch scale --phi 3" in done.stdout
    after = _rows()
    assert {key: after[key] for key in before} == before
    assert len(after) == _count(STUDY) == TRAININGS
    assert all(row["state"] == "complete" for row in after.values())
    table = _table(STUDY)
    assert len({(row["cell"], row["seed"]) for row in table}) == len(table) == TRAININGS
    for name in ("coefficients.yaml", "pareto.png", "report.html"):
        assert (STUDY / name).stat().st_size > 0
    assert not [path for path in STUDY.rglob("*") if path.suffix == ".tmp"]

    _scale_uses_it(run)
    _report_draws_it_again(run)
    _refuses_other_settings(run)
    _is_what_an_undisturbed_search_finds(table)


def _scale_uses_it(run) -> None:
    answer = run("scale --phi 3 --json").json
    found = run("report --json").json["coefficients"]
    assert (answer["source"], answer["study"]) == ("study", STUDY.name)
    assert [answer[name] for name in ("alpha", "beta", "gamma")] == [
        found[name] for name in ("alpha", "beta", "gamma")
    ]
    assert f"newest study, {STUDY}" in run("scale --phi 3").out


def _report_draws_it_again(run) -> None:
    for name in ("pareto.png", "report.html"):
        (STUDY / name).unlink()
    answer = run("report")
    assert answer.code == 0
    assert "4 candidates" in answer.out
    assert (STUDY / "pareto.png").exists()
    assert (STUDY / "report.html").exists()


def _refuses_other_settings(run) -> None:
    answer = run("grid", *GRID[4:], "--study", STUDY.name, "--train", "100")
    assert answer.code == 2
    assert "made with other settings" in answer.err
    assert "data.train: study has 200, asked 100" in answer.err
    assert _count(STUDY) == TRAININGS


def _is_what_an_undisturbed_search_finds(table: list[dict[str, str]]) -> None:
    command = [*GRID, "--results", "undisturbed", "--workers", "1"]
    subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=300, check=True)
    assert _table(Path("undisturbed") / STUDY.name) == table
