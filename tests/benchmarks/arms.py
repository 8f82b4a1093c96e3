"""The trainings that `throughput` compares, each in processes of its own, and their turns."""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scalesearch.core.tasks import Task
from scalesearch.errors import ScaleSearchError
from scalesearch.executors.processes import ProcessExecutor
from scalesearch.experiments.executor_choice import environment

from . import timing

_TURN_SECONDS = 4.0  # about what one arm's turn takes


@dataclass(frozen=True, slots=True)
class Arm:
    """A way of training: `processes` at once with `threads` each, None for the library's choice."""

    name: str
    kind: str
    processes: int
    threads: int | None


AS_IT_COMES = "Keras fit, 1 process as it comes"
ARMS = (
    Arm("ours, 2 workers", "ours", 2, 1),
    Arm("ours, 1 worker", "ours", 1, 1),
    Arm("ours, 1 worker x 2 threads", "ours", 1, 2),
    Arm(AS_IT_COMES, "keras", 1, None),
    Arm("Keras fit, 2 processes x 1 thread", "keras", 2, 1),
    Arm("PyTorch, 2 processes x 1 thread", "torch", 2, 1),
    Arm("PyTorch, 1 process x 2 threads", "torch", 1, 2),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one arm did in one turn; the processes of an arm are summed over."""

    images_a_second: float
    images_a_cpu_second: float
    """By the time that processors spent on it: other work on the machine leaves it alone."""
    input_percent: float | None
    """Of our trainings: reading and changing a batch, in a step's processor time."""


class _Trainee:
    """A process that trains a number of steps when it is told to."""

    def __init__(self, kind: str, threads: int | None, job: dict[str, Any]) -> None:
        settings = environment(threads) if threads else {"TF_CPP_MIN_LOG_LEVEL": "3"}
        given = [json.dumps(job | {"threads": threads})]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.trainees", kind, *given],
            env=timing.CHECKOUT | settings,
            cwd=timing.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def go(self, steps: int) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{steps}\n")
        self._process.stdin.flush()

    def done(self) -> dict[str, Any]:
        """Wait for the steps last asked for, or for those after the start."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._said.seek(0)
            last = self._said.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise ScaleSearchError(f"A training ended with exit code {code}: {last}")
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._said.close()


def turns(job: dict[str, Any], rounds: int) -> dict[str, list[Turn]]:
    """The turns of each arm, by its name."""
    with contextlib.ExitStack() as stack:
        started: dict[tuple[str, int | None], list[_Trainee]] = {}
        for arm in ARMS:
            trainees = started.setdefault((arm.kind, arm.threads), [])
            while len(trainees) < arm.processes:
                trainees.append(_Trainee(arm.kind, arm.threads, job))
                stack.callback(trainees[-1].close)
                trainees[-1].done()
        at_work = {arm.name: started[arm.kind, arm.threads][: arm.processes] for arm in ARMS}
        steps = {name: _steps(trainees) for name, trainees in at_work.items()}
        found: dict[str, list[Turn]] = {arm.name: [] for arm in ARMS}
        for index in range(rounds):
            for arm in ARMS if index % 2 == 0 else reversed(ARMS):
                told = _turn(at_work[arm.name], steps[arm.name])
                found[arm.name].append(_summed(told, job["batch"]))
        return found


def _summed(told: Sequence[dict[str, Any]], batch: int) -> Turn:
    done = sum(each["steps"] for each in told)
    spent = sum(each["cpu_seconds"] for each in told)
    drawn = told[0].get("input_cpu_seconds")
    return Turn(
        sum(batch * each["steps"] / each["seconds"] for each in told),
        batch * done / spent,
        drawn and 100 * drawn * done / spent,
    )


def _steps(trainees: Sequence[_Trainee]) -> int:
    """How many steps these take in about one turn's time."""
    [found, *_] = _turn(trainees, 4)
    return max(4, round(_TURN_SECONDS * found["steps"] / found["seconds"]))


def _turn(trainees: Sequence[_Trainee], steps: int) -> list[dict[str, Any]]:
    for trainee in trainees:
        trainee.go(steps)
    return [trainee.done() for trainee in trainees]


def starts(job: dict[str, Any], count: int) -> dict[str, list[float]]:
    """Seconds to the first step of each kind, taking turns; one of each is thrown away."""
    settings = {"ours": environment(1), "keras": {"TF_CPP_MIN_LOG_LEVEL": "3"}}
    trainer = f"{__package__}.first_step:train"
    with contextlib.ExitStack() as stack:
        executors = {
            kind: stack.enter_context(
                contextlib.closing(ProcessExecutor(trainer, 1, environment=env))
            )
            for kind, env in settings.items()
        }
        found: dict[str, list[float]] = {kind: [] for kind in executors}
        for _ in range(count + 1):
            for kind, executor in executors.items():
                spec = {"kind": kind, "job": job, "submitted": time.monotonic()}
                executor.submit(Task("0" * 16, 0, 1.0, 1.0, 1.0, {}, spec))
                [(_, outcome)] = executor.wait(lambda task, state: None)
                if outcome.seconds is None:
                    raise ScaleSearchError(f"a training ended before its first step: {outcome}")
                found[kind].append(outcome.seconds)
    return {kind: times[1:] for kind, times in found.items()}
