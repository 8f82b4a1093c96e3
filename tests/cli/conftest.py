"""Running the command line, in this process (fast) and in a fresh one (as a user does)."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import scalesearch
from scalesearch.cli import app
from scalesearch.core.tasks import Trainer
from scalesearch.executors.executor import SerialExecutor
from scalesearch.experiments.executor_choice import Executors

ROOT = Path(scalesearch.__file__).parent.parent


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Runner:
    """Runs command lines in this process; studies train by the trainer that is handed in."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.executors: Executors | None = None

    def train_by(self, trainer: Trainer) -> None:
        """Have studies train by this one, in this process."""
        self.executors = lambda request: SerialExecutor(trainer)

    def __call__(self, line: str, *more: str) -> Answer:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            app.run([*shlex.split(line), *more], self.executors)
        out, err = self._capsys.readouterr()
        return Answer(int(left.value.code or 0), out, err)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


@pytest.fixture
def fresh() -> Callable[..., Answer]:
    def call(*arguments: str, python: tuple[str, ...] = ("-m", "scalesearch")) -> Answer:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, *python, *arguments],
            capture_output=True,
            text=True,
            env=environment,
            timeout=60,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return call
