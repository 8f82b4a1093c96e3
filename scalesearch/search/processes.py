"""The executor that trains each task in a fresh child of a fork server."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from scalesearch.errors import StudyError
from scalesearch.search.child import STOP
from scalesearch.search.executors import FOREVER, OnProgress, outcome_from
from scalesearch.search.forkserver import ForkServer
from scalesearch.search.tasks import STOPPED, Outcome, Task, failed

Done = tuple[Task, Outcome]

_SERVERS_IN_VAIN = 3  # fork servers lost without one training ended: something is wrong for good
_LOOK_SECONDS = 0.25  # how often the driver looks for children that hang, and for its own end
HANGS_AFTER = 600.0
"""Seconds without a step after which a training counts as hanging."""


@dataclass(slots=True)
class _Child:
    """A training under way. The pipe brings progress and result; its end means the child's."""

    task: Task
    connection: Connection
    heard: float  # when it last said something, or was asked for
    pid: int | None = None  # once it has started
    hangs: bool = False  # it was killed for that
    orphan: bool = False  # the fork server that could tell its exit code is gone
    silent: bool = False  # its end of the pipe is closed
    last: dict[str, Any] | None = None  # the result or error, once it has come


class ProcessExecutor:
    """Trains each task in a fresh child, `workers` at a time.

    `trainer` is "package.module:function". The modules in `preload` and the trainer's own are
    imported once, in the fork server, with `environment` set; importing them must start nothing
    that a fork would break (no TensorFlow operation). What children print goes to the end of the
    file `log`, or to standard error. Starting the server does not wait for its imports. A child
    that does no step for `hangs_after` seconds is killed, and its training has failed.
    """

    def __init__(
        self,
        trainer: str,
        workers: int,
        preload: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        hangs_after: float = HANGS_AFTER,
    ) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1. Got {workers}.")
        self._workers = workers
        self._log = log
        self._hangs_after = hangs_after
        self._stopping = False
        self._fatal: StudyError | None = None
        self._new_server = lambda: ForkServer(trainer, preload, environment or {}, log)
        self._server = self._new_server()
        self._lost = 0
        self._children: dict[int, _Child] = {}
        self._count = 0

    @property
    def server_pid(self) -> int:
        return self._server.pid

    def free(self) -> int:
        return self._workers - len(self._children)

    def submit(self, task: Task) -> None:
        if self.free() < 1:
            raise ValueError("submit needs a free place")
        ours, theirs = Pipe()
        self._count += 1
        self._children[self._count] = _Child(task, ours, time.monotonic())
        with theirs, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # That a server is gone is noticed in `wait`, which sends the task to the next one.
            self._server.fork(self._count, theirs.fileno())

    def wait(self, on_progress: OnProgress, seconds: float = FOREVER) -> list[Done]:
        if not self._children and self._fatal is None:
            raise ValueError("wait needs a submitted task")
        done: list[Done] = []
        end = time.monotonic() + seconds
        while not done:
            if self._fatal is not None:  # what had ended beside it has been given by now
                raise self._fatal
            speaking = {c.connection: c for c in self._children.values() if not c.silent}
            look = min(_LOOK_SECONDS, self._hangs_after / 4)
            for ready in wait([self._server.fileno(), *speaking], look):
                if isinstance(ready, Connection):
                    _listen(speaking[ready], on_progress)
            for message in self._server.hear():
                done += self._heed(message, on_progress)
            for number, child in list(self._children.items()):
                if child.orphan and child.silent:
                    done += self._end(number, "it ended after its fork server was killed")
            self._end_what_hangs()
            if self._stopping:
                done += self._unstarted()
            if not done and time.monotonic() >= end:
                return []
        self._lost = 0
        return done

    def stop(self) -> None:
        self._stopping = True
        for child in self._children.values():
            if child.pid is not None:
                _send(child, STOP)

    def close(self) -> None:
        for child in self._children.values():
            child.connection.close()
        self._children.clear()
        self._server.close()

    def _heed(self, message: dict[str, Any], on_progress: OnProgress) -> Iterator[Done]:
        """Act on what the fork server said; yields the tasks that are done by it."""
        if "started" in message:
            child = self._children.get(message["started"])
            if child is None:  # let go of at a stop: its end of the pipe is closed
                return
            child.pid = message["pid"]
            child.heard = time.monotonic()
            _send(child, json.dumps(child.task.spec).encode("utf-8"))
            if self._stopping:
                _send(child, STOP)
        elif "ended" in message:
            child = self._children.get(message["ended"])
            if child is None:
                return
            while not child.silent and child.connection.poll():
                _listen(child, on_progress)
            yield from self._end(
                message["ended"], message.get("reason") or _ending(message["code"])
            )
        elif "broken" in message:
            raise StudyError(f"The training processes cannot start: {message['broken']}.")
        elif "gone" in message:
            self._replace_server(message["gone"])

    def _replace_server(self, code: int) -> None:
        """Start a new fork server, and there the tasks whose training had not begun."""
        self._lost += 1
        if self._lost >= _SERVERS_IN_VAIN:
            told = f" See {self._log}." if self._log else ""
            hung = any(child.hangs and child.pid is None for child in self._children.values())
            ending = f"it started none within {self._hangs_after:g} s" if hung else _ending(code)
            raise StudyError(
                f"The process that starts trainings was lost {self._lost} times in a row: "
                f"{ending}.{told}"
            )
        self._server.close()
        self._server = self._new_server()
        for number, child in list(self._children.items()):
            if child.pid is not None:
                child.orphan = True
            elif not child.orphan:
                child.connection.close()
                del self._children[number]
                self.submit(child.task)

    def _unstarted(self) -> list[Done]:
        """Let go of tasks whose child has not started: at a stop nobody waits for imports."""
        numbers = [number for number, child in self._children.items() if child.pid is None]
        dropped = [self._children.pop(number) for number in numbers]
        for child in dropped:
            child.connection.close()
        return [(child.task, Outcome(STOPPED)) for child in dropped]

    def _end_what_hangs(self) -> None:
        """Kill children that have done nothing for too long; their end is heard like any other."""
        now = time.monotonic()
        for child in self._children.values():
            if now - child.heard > self._hangs_after and not child.hangs:
                child.hangs = True
                with contextlib.suppress(ProcessLookupError):
                    # Without a child it is the server that hangs, in its imports.
                    os.kill(self._server.pid if child.pid is None else child.pid, signal.SIGKILL)

    def _end(self, number: int, ending: str) -> list[Done]:
        child = self._children.pop(number)
        child.connection.close()
        if child.last is not None:
            try:
                return [(child.task, outcome_from(child.last))]
            except StudyError as error:
                self._fatal = error
                return []
        if child.hangs:
            ending = f"the training hung: no step for {self._hangs_after:g} s"
            return [(child.task, failed(ending))]
        return [(child.task, failed(f"the training process gave no result: {ending}"))]


def _send(child: _Child, message: bytes) -> None:
    with contextlib.suppress(OSError):  # it died at once; the server says so next
        child.connection.send_bytes(message)


def _listen(child: _Child, on_progress: OnProgress) -> None:
    """Take in one message of a child, or that there will be none."""
    child.heard = time.monotonic()
    try:
        message = json.loads(child.connection.recv_bytes())
    except (EOFError, OSError):  # OSError: killed in the middle of a message
        child.silent = True
        return
    if "progress" in message:
        if "step" not in message["progress"]:  # a step only tells that it is alive
            on_progress(child.task, message["progress"])
    else:
        child.last = message


def _ending(code: int) -> str:
    """An exit code in words; a negative one is the signal's number."""
    if code == -signal.SIGKILL:
        return "killed by SIGKILL, likely out of memory"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
        return f"killed by signal {-code}"
    return f"ended with exit code {code}"
