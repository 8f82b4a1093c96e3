"""Every command that goes by the newest study goes by the same one."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import fake_arms
import pytest

OPTIONS = "--dataset digits --train 200 --validation 100 --epochs 1"
GRID = f"grid {OPTIONS} --grid simplex --step 1"
COMPARE = f"compare {OPTIONS} --seeds 1 --coefficients paper"


@pytest.fixture(autouse=True)
def fake(run) -> None:
    run.train_by(fake_arms.trainer())


def _picked(run) -> Iterator[str]:
    """The study that each command goes by where none is named."""
    yield run("scale --phi 1 --json").json["study"]
    said = run("compare --dry-run --coefficients found").out
    yield re.findall(r"newest study, results/([a-z]+)", said)[0]
    yield run("report --json").json["study"]
    yield next(
        each["name"] for each in run("studies --json").json["studies"] if each["command"] == "grid"
    )


def test_all_go_by_the_same_study_whatever_touches_files_or_brings_them(run) -> None:
    for name in ("older", "newer"):
        assert run(f"{GRID} --study {name}").code == 0
    assert set(_picked(run)) == {"newer"}
    assert run("studies export older").code == 0
    assert run("studies import older.tar.gz --name again").code == 0
    assert set(_picked(run)) == {"newer"}
    for path in (Path("results/older"), *Path("results/older").rglob("*")):
        os.utime(path)
    assert set(_picked(run)) == {"newer"}
    assert run(f"{GRID} --study older").code == 0  # again, without a new result
    assert set(_picked(run)) == {"newer"}
    assert run(f"{GRID.replace('--epochs 1', '--epochs 2')} --study older").code == 0
    assert set(_picked(run)) == {"older"}


def test_cam_goes_by_the_newest_comparison(run) -> None:
    from scalesearch.experiments.trained_arms import trained_study

    def newest() -> str:
        return trained_study(Path("results"), None, 1).folder.name

    for name in ("older", "newer"):
        assert run(f"{COMPARE} --study {name}").code == 0
    assert newest() == "newer"
    for path in Path("results/older").rglob("*"):
        os.utime(path)
    assert run(f"{COMPARE} --study older").code == 0
    assert newest() == "newer"
    assert run(f"{COMPARE} --seeds 2 --study older".replace("--seeds 1 ", "")).code == 0
    assert newest() == "older"
