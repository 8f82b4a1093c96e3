"""Trainings, in a process of their own or in this one: run each, and say how it went as JSON."""

import importlib
import json
import os
import queue
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection
from typing import Any

from scalesearch.core.heap import give_back
from scalesearch.core.passwords import without_passwords
from scalesearch.core.plain_text import one_line
from scalesearch.core.tasks import Progress, Trainer
from scalesearch.errors import DataError, StudyError
from scalesearch.executors.peak_memory import peak_of_this_process

STOP = b'"stop"'
"""What the driver sends to a child to have it stop after the step under way."""
_LONGEST_REASON = 500
_BEAT_SECONDS = 1.0  # steps are told no more often than this
_AT_ONCE_SECONDS = 0.2  # a job that comes within these finds the memory of the last one warm


def load_trainer(name: str, given: dict[str, Any] | None = None) -> Trainer:
    """The function that "package.module:function" names; or what that makes of `given`."""
    module, _, function = name.partition(":")
    named: Any = getattr(importlib.import_module(module), function)
    trainer: Trainer = named if given is None else named(given)
    return trainer


def train(trainer: Trainer, spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Run the trainer: {"result": {...}}, or {"error", "traceback"} if it raised.

    Where it could not read or write what every training needs, {"fatal"} has the reason besides.
    Spec, progress and result pass through JSON, so a trainer behaves the same in any process.
    """
    try:
        result = trainer(
            json.loads(json.dumps(spec)),
            lambda state: progress(state if "step" in state else _checked(_plain(state))),
        )
        return {"result": _plain(result)}
    except (DataError, StudyError) as error:
        return {**_told(error), "fatal": without_passwords(str(error))}
    except Exception as error:  # whatever a training raises is a failed trial, not the search's end
        return _told(error)


def _told(error: Exception) -> dict[str, Any]:
    """The error that is being handled, for the trials table and for the workers' log."""
    return {"error": describe(error), "traceback": without_passwords(traceback.format_exc())}


def describe(error: BaseException) -> str:
    """ "ExceptionType: message" on one line; the middle of a long message is left out."""
    message = without_passwords(one_line(str(error)))
    if len(message) > _LONGEST_REASON:
        half = _LONGEST_REASON // 2
        message = f"{message[:half]} ... {message[-half:]}"
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def serve(connection: Connection, trainer: Trainer) -> int:
    """Receive a job over `connection`, train, send progress and the result; the exit code.

    After a result that says {"ready": True} it waits for another job, after anything else it
    returns. The driver holds the other end: when it closes, however the driver ended, so does this
    process.
    """
    told = _Told(connection)
    threading.Thread(target=told.listen, daemon=True).start()
    try:
        while True:
            ended = train(trainer, told.job(), told.progress)
            if "result" in ended:
                ended["result"]["peak_memory"] = peak_of_this_process()
            sys.stderr.write(ended.pop("traceback", ""))  # the log, for whoever looks closer
            sys.stdout.flush()
            sys.stderr.flush()
            send(connection, ended)
            if not goes_on(ended):
                return 0
    except (EOFError, OSError):  # the driver is gone, and with it whoever wants to know
        return 1
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1


def goes_on(ended: dict[str, Any]) -> bool:
    """Whether a child that has said this, its last word on a job, can be given another."""
    return "result" in ended and ended["result"].get("ready") is True


def send(connection: Connection, message: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode("utf-8"))


class _Told:
    """A child's talk with the driver."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._spoke = time.monotonic()

    def job(self) -> dict[str, Any]:
        """Wait for the next job; memory that has become free is given back meanwhile."""
        try:
            job = self._jobs.get(timeout=_AT_ONCE_SECONDS)
        except queue.Empty:
            give_back()
            job = self._jobs.get()
        spec: dict[str, Any] = json.loads(job)
        return spec

    def progress(self, state: dict[str, Any]) -> bool:
        """Tell the driver; False once it has asked to stop."""
        now = time.monotonic()
        if "step" not in state or now - self._spoke >= _BEAT_SECONDS:
            send(self._connection, {"progress": state})
            self._spoke = now
        return not self._stop.is_set()

    def listen(self) -> None:
        """Hear of jobs, and that the driver wants a stop, or end with it."""
        try:
            while True:
                message = self._connection.recv_bytes()
                if message == STOP:
                    self._stop.set()
                else:
                    self._jobs.put(message)
        except (EOFError, OSError):
            os._exit(1)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain


def _checked(state: dict[str, Any]) -> dict[str, Any]:
    if "note" in state:
        return state
    epoch, epochs = state.get("epoch"), state.get("epochs")
    if not (isinstance(epoch, int) and isinstance(epochs, int) and 0 <= epoch <= epochs != 0):
        raise ValueError(f"progress needs an epoch from 0 to epochs. Got {epoch} of {epochs}.")
    return state
