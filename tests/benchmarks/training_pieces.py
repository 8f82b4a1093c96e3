"""Many trainings in pieces: what is there is kept, what is missing is trained, in worker processes.

The table of outcomes is written whole after each training, so a run that is killed loses those
under way and nothing else, and the next one goes on.
"""

import contextlib
import fcntl
import hashlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.errors import ScaleSearchError

from .timing import CHECKOUT
from .training_jobs import Job
from .training_outcomes import Outcome, merged, outcome_from
from .training_rows import read_outcomes, write_outcomes
from .training_worker import ENVIRONMENT

TRAININGS_A_PROCESS = 20
"""After so many a worker is started anew, since TensorFlow keeps what it has traced."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where outcomes lie and how long a piece of work is."""

    table: Path
    data_dir: str | None = None
    minutes: float | None = None
    """After so many no further training is begun; None trains all."""
    workers: int = 2
    program: str = f"{__package__}.training_worker"
    """The module that each worker runs."""


def missing(jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> list[Job]:
    """Those without an outcome, or with one that failed, in their order, each once."""
    done = {each.job.key for each in outcomes if not each.failed}
    left = {job.key: job for job in jobs if job.key not in done}
    return list(left.values())


def advance(jobs: Sequence[Job], pieces: Pieces) -> list[Outcome]:
    """Train what is missing of `jobs`, in their order; the outcomes of all that are there then.

    Raises ScaleSearchError where another run works on the same table.
    """
    with _alone(pieces.table):
        found = read_outcomes(pieces.table)
        left = missing(jobs, found)
        if pieces.minutes != 0 and left:
            _Crew(pieces, found, left).work()
    return [each for each in read_outcomes(pieces.table) if not each.failed]


class _Crew:
    """Worker processes, a thread for each, and the one table that they fill."""

    def __init__(self, pieces: Pieces, found: list[Outcome], left: Sequence[Job]) -> None:
        self._pieces, self._found, self._left = pieces, found, iter(left)
        self._count, self._done = len(left), 0
        self._lock = threading.Lock()
        self._end = time.monotonic() + 60 * pieces.minutes if pieces.minutes else float("inf")
        self._trouble: list[str] = []

    def work(self) -> None:
        """Until nothing is left, time is up, or a worker has died."""
        threads = [threading.Thread(target=self._train) for _ in range(self._pieces.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._trouble:
            raise ScaleSearchError("\n".join(self._trouble))

    def _train(self) -> None:
        while not self._trouble:
            jobs = itertools.islice(self._next(), TRAININGS_A_PROCESS)
            first = next(jobs, None)
            if first is None:
                return
            with _worker(self._pieces) as process:
                for job in itertools.chain([first], jobs):
                    line = _asked(process, job)
                    if not line:
                        self._trouble.append(
                            f"A worker ended in the training of {_words(job)}. All that had "
                            f"ended before is in {self._pieces.table}."
                        )
                        return
                    self._keep(job, json.loads(line))

    def _next(self) -> Iterator[Job]:
        while True:
            with self._lock:
                job = None
                if time.monotonic() < self._end and not self._trouble:
                    job = next(self._left, None)
            if job is None:
                return
            yield job

    def _keep(self, job: Job, values: dict[str, Any]) -> None:
        outcome = outcome_from(job.to_json() | values)
        with self._lock:
            self._found = merged(self._found, [outcome])
            write_outcomes(self._pieces.table, self._found)
            self._done += 1
            told = outcome.failed or ", ".join(
                f"{name} {score.top1:.2f} %" for name, score in outcome.scores.items()
            )
            print(
                f"{self._done} of {self._count}: {_words(job)}: {told} ({outcome.seconds:.0f} s)",
                file=sys.stderr,
                flush=True,
            )


@contextlib.contextmanager
def _worker(pieces: Pieces) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-P", "-m", pieces.program]
    process = subprocess.Popen(
        command + ([pieces.data_dir] if pieces.data_dir else []),
        env=CHECKOUT | ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.wait()
        process.stdout.close()


def _asked(process: "subprocess.Popen[str]", job: Job) -> str:
    """The answer's line; empty where the process has ended."""
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(json.dumps(job.to_json()) + "\n")
        process.stdin.flush()
    except OSError:
        return ""
    return process.stdout.readline()


@contextlib.contextmanager
def _alone(table: Path) -> Iterator[None]:
    """The right to write the table; the kernel takes it back from a process that ends."""
    table.parent.mkdir(parents=True, exist_ok=True)
    named = hashlib.sha256(os.fsencode(table.resolve())).hexdigest()[:16]
    with Path(tempfile.gettempdir(), f"scalesearch-{named}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ScaleSearchError(
                f"Another run is working on {table}. Wait until it ends."
            ) from None
        yield


def _words(job: Job) -> str:
    """What is trained, for a line of progress."""
    return (
        f"{job.tag or job.key}, {sum(job.repeats)} blocks, width {job.width:.3g}, "
        f"{job.resolution} px, {job.recipe.epochs} epochs, seed {job.seed}"
    )
