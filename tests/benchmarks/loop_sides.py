"""The two sides of `loop`: searches by the command line, and Keras loops in processes of theirs."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas

import scalesearch as ss
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.grid import SearchPlan
from scalesearch.report import trials_table as trials

from . import timing
from .memo import Memo


@dataclass(frozen=True, slots=True)
class Grid:
    """What is searched: a box of coefficients at equal cost, and how each point is trained."""

    profile: str
    data_dir: str | None
    step: float
    tolerance: float

    def plan(self) -> SearchPlan:
        """The search that is timed."""
        return ss.plan_grid(
            phi=1,
            profile=self.profile,
            grid="box",
            step=self.step,
            tolerance=self.tolerance,
            data_dir=self.data_dir,
        )

    def command(self) -> list[str]:
        """The same by the command line, good in any folder."""
        profile = Path(self.profile)
        command = [sys.executable, "-m", "scalesearch", "grid", "--phi", "1", "--json"]
        command += ["--profile", str(profile.resolve()) if profile.exists() else self.profile]
        if self.data_dir:
            command += ["--data-dir", str(Path(self.data_dir).expanduser().resolve())]
        return [
            *command, "--grid", "box", "--step", str(self.step), "--tolerance", str(self.tolerance),
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Searched:
    """A search from an empty folder to its answer."""

    wall_seconds: float
    winner: str
    """Names of the candidate where the surface is highest, joined as in trials.csv."""
    trials: pandas.DataFrame


def search(grid: Grid, memo: Memo, name: str, *further: str) -> Searched:
    """Run `scalesearch grid` with these further options in the folder `name`, if need be."""
    folder = memo.folder / name
    table = folder / "search" / "trials.csv"

    def timed() -> dict[str, Any]:
        shutil.rmtree(folder, ignore_errors=True)  # of one that was interrupted
        folder.mkdir()
        command = [*grid.command(), "--study", "search", "--results", str(folder), *further]
        start = time.perf_counter()
        done = subprocess.run(
            command, cwd=folder, env=timing.CHECKOUT, stdout=subprocess.PIPE, text=True
        )
        wall = time.perf_counter() - start
        if done.returncode:
            raise ScaleSearchError(f"The search ended with exit code {done.returncode}; see above.")
        best = json.loads(done.stdout)["candidates"][0]
        return {"wall": wall, "winner": "; ".join(best["names"])}

    told = memo.of(name, timed)
    return Searched(told["wall"], told["winner"], trials.read(table))


class KerasLoop:
    """A process that trains with Keras `fit` what it is given; a `with` block ends it."""

    def __init__(self) -> None:
        """Returns once Keras is imported; `start_seconds` says how long that took."""
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.keras_loop"],
            env=timing.CHECKOUT | {"TF_CPP_MIN_LOG_LEVEL": "3"},
            cwd=timing.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._said()
        self.start_seconds = time.perf_counter() - begun

    def train(self, job: Mapping[str, Any]) -> dict[str, float]:
        """What `keras_loop.train` tells of it."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return self._said()

    def _said(self) -> dict[str, float]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise ScaleSearchError(f"A Keras loop ended with exit code {self._process.wait()}.")
        said: dict[str, float] = json.loads(line)
        return said

    def __enter__(self) -> "KerasLoop":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # no more to train: it ends by itself


def alone(job: Mapping[str, Any]) -> dict[str, float]:
    """Train in a fresh process; `wall_seconds` is from its start to its end."""
    begun = time.perf_counter()
    with KerasLoop() as loop:
        told = loop.train(job)
    return told | {"wall_seconds": time.perf_counter() - begun}
