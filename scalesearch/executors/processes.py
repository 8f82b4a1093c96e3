"""The executor that trains tasks in children of a fork server."""

import contextlib
import os
import signal
import time
from collections.abc import Collection, Iterator, Mapping
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from scalesearch.core.tasks import STOPPED, Outcome, Task, failed
from scalesearch.errors import StudyError
from scalesearch.executors.child_handle import Child, ending
from scalesearch.executors.executor import FOREVER, OnProgress, outcome_from
from scalesearch.executors.fork_server import ForkServer

Done = tuple[Task, Outcome]

_SERVERS_IN_VAIN = 3  # fork servers lost without one training ended: something is wrong for good
_LOOK_SECONDS = 0.25  # how often the driver looks for children that hang, and for its own end
HANGS_AFTER = 600.0
"""Seconds without a step after which a training counts as hanging."""


class ProcessExecutor:
    """Trains `workers` tasks at a time, each network in children of its own.

    `trainer` is "package.module:function"; with `given`, plain values, that function makes the
    trainer of them, once, in the fork server. Its module is imported once, there, with
    `environment` set; importing it must start nothing that a fork would break (no TensorFlow
    operation). What children print goes to the end of the
    file `log`, or to standard error. Starting the server does not wait for its imports. A child
    that does no step for `hangs_after` seconds is killed, and its training has failed.

    A child whose trainer has kept something (see `tasks.Trainer`) waits for the next training of
    the same network (task's `cell`). So do at most `kept` of them, each of another network: the
    first that could, since networks come round again in the same order.
    """

    def __init__(
        self,
        trainer: str,
        workers: int,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
        hangs_after: float = HANGS_AFTER,
        kept: int = 0,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1. Got {workers}.")
        self._workers = workers
        self._log = log
        self._hangs_after = hangs_after
        self._kept = kept
        self._stopping = False
        self._fatal: StudyError | None = None
        self._new_server = lambda: ForkServer(trainer, environment or {}, log, given)
        self._server = self._new_server()
        self._lost = 0
        self._children: dict[int, Child] = {}
        self._count = 0

    @property
    def server_pid(self) -> int:
        return self._server.pid

    def free(self) -> int:
        return self._workers - sum(child.task is not None for child in self._children.values())

    def submit(self, task: Task) -> None:
        if self.free() < 1:
            raise ValueError("submit needs a free place")
        for child in self._children.values():
            if child.task is None and child.cell == task.cell and not child.silent:
                child.give(task)
                return
        self._fork(task)

    def wait(self, on_progress: OnProgress, seconds: float = FOREVER) -> list[Done]:
        if self.free() == self._workers and self._fatal is None:
            raise ValueError("wait needs a submitted task")
        done: list[Done] = []
        end = time.monotonic() + seconds
        self._let_go_of_more_than_are_kept()
        while not done:
            if self._fatal is not None:  # what had ended beside it has been given by now
                raise self._fatal
            speaking = {c.connection: c for c in self._children.values() if not c.silent}
            look = min(_LOOK_SECONDS, self._hangs_after / 4)
            for ready in wait([self._server.fileno(), *speaking], look):
                if isinstance(ready, Connection):
                    speaking[ready].listen(on_progress)
            for message in self._server.hear():
                done += self._heed(message, on_progress)
            for number, child in list(self._children.items()):
                if child.task is not None and child.waits():
                    done += self._outcome(number)
                elif child.orphan and child.silent:
                    done += self._end(number, "it ended after its fork server was killed")
            self._end_what_hangs()
            if self._stopping:
                done += self._unstarted()
            if not done and time.monotonic() >= end:
                return []
        self._lost = 0
        return done

    def expect(self, cells: Collection[str]) -> None:
        for number, child in list(self._children.items()):
            if child.task is None and child.cell not in cells:
                self._let_go(number)

    def stop(self) -> None:
        self._stopping = True
        for child in self._children.values():
            if child.pid is not None and child.task is not None:
                child.stop()

    def close(self) -> None:
        for child in self._children.values():
            child.connection.close()
        self._children.clear()
        self._server.close()

    def _fork(self, task: Task) -> None:
        """Have the server start a child for `task`."""
        ours, theirs = Pipe()
        self._count += 1
        self._children[self._count] = Child(task, task.cell, ours, time.monotonic())
        with theirs, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # That a server is gone is noticed in `wait`, which sends the task to the next one.
            self._server.fork(self._count, theirs.fileno())

    def _let_go(self, number: int) -> None:
        """Have nothing more to do with a child: it ends as its pipe does."""
        self._children.pop(number).connection.close()

    def _outcome(self, number: int) -> list[Done]:
        """Take the result of a child, which then waits, or ends."""
        child = self._children[number]
        assert child.task is not None
        assert child.last is not None
        done = [(child.task, outcome_from(child.last))]
        child.task = None
        if child.orphan:
            self._let_go(number)
        return done

    def _let_go_of_more_than_are_kept(self) -> None:
        """Let go of children that none of the tasks submitted by now has made use of."""
        staying = {child.cell for child in self._children.values() if child.stays}
        for number, child in list(self._children.items()):
            if child.task is not None or child.stays:
                continue
            if child.cell in staying or len(staying) >= self._kept:
                self._let_go(number)
            else:
                child.stays = True
                staying.add(child.cell)

    def _heed(self, message: dict[str, Any], on_progress: OnProgress) -> Iterator[Done]:
        """Act on what the fork server said; yields the tasks that are done by it."""
        if "started" in message:
            child = self._children.get(message["started"])
            if child is None:  # let go of at a stop: its end of the pipe is closed
                return
            child.pid = message["pid"]
            child.begin()
            if self._stopping:
                child.stop()
        elif "ended" in message:
            child = self._children.get(message["ended"])
            if child is None:
                return
            while not child.silent and child.connection.poll():
                child.listen(on_progress)
            yield from self._end(message["ended"], message.get("reason") or ending(message["code"]))
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
            how = f"it started none within {self._hangs_after:g} s" if hung else ending(code)
            raise StudyError(
                f"The process that starts trainings was lost {self._lost} times in a row: "
                f"{how}.{told}"
            )
        self._server.close()
        self._server = self._new_server()
        for number, child in list(self._children.items()):
            if child.task is None:
                self._let_go(number)
            elif child.pid is not None:
                child.orphan = True
            else:
                self._let_go(number)
                self._fork(child.task)

    def _unstarted(self) -> list[Done]:
        """Let go of tasks whose child has not started: at a stop nobody waits for imports."""
        begun = [(n, child) for n, child in self._children.items() if child.pid is None]
        for number, _ in begun:
            self._let_go(number)
        return [(child.task, Outcome(STOPPED)) for _, child in begun if child.task is not None]

    def _end_what_hangs(self) -> None:
        """Kill children that have done nothing for too long; their end is heard like any other."""
        now = time.monotonic()
        for child in self._children.values():
            idle = child.task is None or child.hangs
            if now - child.heard > self._hangs_after and not idle:
                child.hangs = True
                with contextlib.suppress(ProcessLookupError):
                    # Without a child it is the server that hangs, in its imports.
                    os.kill(self._server.pid if child.pid is None else child.pid, signal.SIGKILL)

    def _end(self, number: int, how: str) -> list[Done]:
        """Take note that a child has ended, and `how`."""
        child = self._children[number]
        self._let_go(number)
        if (task := child.task) is None:
            return []
        if child.last is not None:
            try:
                return [(task, outcome_from(child.last))]
            except StudyError as error:
                self._fatal = error
                return []
        if child.hangs:
            return [(task, failed(f"the training hung: no step for {self._hangs_after:g} s"))]
        self.expect(())  # memory may be why, and those that wait hold some
        if not (child.fresh or child.spoke):  # it had died while it waited, not of this training
            self._fork(task)
            return []
        return [(task, failed(f"the training process gave no result: {how}"))]
