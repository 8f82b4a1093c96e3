"""A search in a process of its own, under observation."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.places import ROOT

PROFILE = """\
name: faults
dataset: digits
train: 200
validation: 100
canvas: 8
resolution: 8
width: 0.12
drop_strides: 3
search_seeds: {search_seeds}
regret: 0.001
trainings: {trainings}
simplex_step: {step}
patience:
  retries: 100  # kills count as failures
recipe:
  epochs: {epochs}
  batch_size: 32
  optimizer: adamw
  learning_rate: 0.02
  batch_norm_momentum: 0.9
  zero_init_residual: true
"""
STUDY = "faults"
PHASES = ("enumeration", "training", "report")
Row = tuple[str, int, str, float | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is searched: with the fake or the real trainer, and the profile's text."""

    trainer: str  # "fake" or "real"
    profile: str
    nap: float = 0.0

    @property
    def function(self) -> str:
        module = "trainer" if self.trainer == "fake" else "real_trainer"
        return f"tests.observed.{module}:train"


FAKE = Kind("fake", PROFILE.format(search_seeds=1, trainings=14, step=0.5, epochs=4), nap=0.02)
REAL = Kind("real", PROFILE.format(search_seeds=1, trainings=8, step=1, epochs=2))


def command(*more: str) -> list[str]:
    """The arguments of `scalesearch` that make the search, or go on with it."""
    return ["grid", "--phi", "1", "--profile", "faults.yaml", "--study", STUDY, *more]


@dataclass(slots=True)
class Search:
    """A folder in which one command is run until it has ended by itself."""

    kind: Kind
    folder: Path
    told: list[Row] = field(default_factory=list)
    """What any driver of it has said to be recorded."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "faults.yaml").write_text(self.kind.profile, encoding="utf-8")

    @property
    def study(self) -> Path:
        return self.folder / "results" / STUDY

    def start(self, environment: Mapping[str, str] | None = None) -> "Driver":
        return Driver(self, environment or {})


class Driver:
    """One process of the command. `phases` has when each began, in seconds from its start."""

    def __init__(self, search: Search, environment: Mapping[str, str]) -> None:
        reading, writing = os.pipe()
        self.phases: dict[str, float] = {}
        self._told = search.told
        self._heard = threading.Condition()
        self._log = open(search.folder / "driver.log", "ab")  # noqa: SIM115 # closed in `wait`
        self._begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.observed.driver", *command()],
            cwd=search.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "FAULTS_TELL": str(writing),
                "FAULTS_TRAINER": search.kind.function,
                "FAULTS_NAP": str(search.kind.nap),
                **environment,
            },
            pass_fds=(writing,),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        os.close(writing)
        self._reader = threading.Thread(target=self._listen, args=(reading,), daemon=True)
        self._reader.start()

    def _listen(self, descriptor: int) -> None:
        with open(descriptor, encoding="utf-8") as lines:
            for line in lines:
                said = json.loads(line)
                with self._heard:
                    if "phase" in said:
                        self.phases.setdefault(said["phase"], time.monotonic() - self._begun)
                    else:
                        self._told.append(tuple(said["recorded"]))
                    self._heard.notify_all()
        with self._heard:
            self.phases.setdefault("end", time.monotonic() - self._begun)
            self._heard.notify_all()

    @property
    def phase(self) -> str:
        """The phase that began last."""
        with self._heard:
            return next((p for p in reversed(PHASES) if p in self.phases), PHASES[0])

    def until(self, phase: str) -> bool:
        """Wait for the beginning of `phase`; False if the process ended before."""
        with self._heard:
            self._heard.wait_for(lambda: phase in self.phases or "end" in self.phases)
            return phase in self.phases

    def alive(self) -> bool:
        return self.process.poll() is None

    def wait(self) -> int:
        """The exit code, once all that the process said has been heard."""
        code = self.process.wait()
        self._reader.join()
        self._log.close()
        return code
