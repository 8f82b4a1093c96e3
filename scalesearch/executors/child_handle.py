"""The driver's side of one child of a fork server: what it trains, what it said last."""

import contextlib
import json
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from scalesearch.core.tasks import Task
from scalesearch.executors.executor import OnProgress
from scalesearch.executors.fork_child import STOP, goes_on


@dataclass(slots=True)
class Child:
    """A process that trains, or waits for another training of the same network.

    The pipe brings progress and results; its end means the child's.
    """

    task: Task | None
    """None while it waits."""
    cell: str
    """The network that it trains."""
    connection: Connection
    heard: float
    """When it last said something, or was asked for."""
    pid: int | None = None
    """Once it has started."""
    hangs: bool = False
    """It was killed for that."""
    orphan: bool = False
    """The fork server that could tell its exit code is gone."""
    stays: bool = False
    """It is one of those that wait for further trainings of their network."""
    silent: bool = False
    """Its end of the pipe is closed."""
    fresh: bool = True
    """It has trained nothing before."""
    spoke: bool = False
    """It has said something since it was given its task."""
    last: dict[str, Any] | None = None
    """The result or error, once it has come."""

    def give(self, task: Task) -> None:
        """Have it train `task`, of the network that it trained before."""
        self.task, self.last, self.fresh, self.spoke = task, None, False, False
        self.begin()

    def begin(self) -> None:
        """Send it its task, now that it runs."""
        assert self.task is not None
        self.heard = time.monotonic()
        self._send(json.dumps(self.task.spec).encode("utf-8"))

    def stop(self) -> None:
        """Ask it to stop after the step under way."""
        self._send(STOP)

    def listen(self, on_progress: OnProgress) -> None:
        """Take in one message, or that there will be none."""
        self.heard = time.monotonic()
        try:
            message = json.loads(self.connection.recv_bytes())
        except (EOFError, OSError):  # OSError: killed in the middle of a message
            self.silent = True
            return
        self.spoke = True
        if "progress" not in message:
            self.last = message
        elif self.task and "step" not in message["progress"]:  # a step tells only that it lives
            on_progress(self.task, message["progress"])

    def waits(self) -> bool:
        """Whether it has given the result of its task and could be given another."""
        return self.last is not None and goes_on(self.last)

    def _send(self, message: bytes) -> None:
        with contextlib.suppress(OSError):  # it died at once; the server says so next
            self.connection.send_bytes(message)


def ending(code: int) -> str:
    """An exit code in words; a negative one is the signal's number."""
    if code == -signal.SIGKILL:
        return "killed by SIGKILL, likely out of memory"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
        return f"killed by signal {-code}"
    return f"ended with exit code {code}"
