"""One training, in a process of its own or in this one: run it, and say how it went as JSON."""

import importlib
import json
import os
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection
from typing import Any

from scalesearch.errors import DataError, StudyError
from scalesearch.search.tasks import Progress, Trainer

STOP = b'"stop"'
"""What the driver sends to a child to have it stop after the step under way."""
_LONGEST_REASON = 500
_BEAT_SECONDS = 1.0  # steps are told no more often than this


def load_trainer(name: str) -> Trainer:
    """The function that "package.module:function" names."""
    module, _, function = name.partition(":")
    trainer: Trainer = getattr(importlib.import_module(module), function)
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
        return {"error": describe(error), "fatal": str(error), "traceback": traceback.format_exc()}
    except Exception as error:  # whatever a training raises is a failed trial, not the search's end
        return {"error": describe(error), "traceback": traceback.format_exc()}


def describe(error: BaseException) -> str:
    """ "ExceptionType: message" on one line; the middle of a long message is left out."""
    message = " ".join(str(error).split())
    if len(message) > _LONGEST_REASON:
        half = _LONGEST_REASON // 2
        message = f"{message[:half]} ... {message[-half:]}"
    name = type(error).__name__
    return f"{name}: {message}" if message else name


def serve(connection: Connection, trainer: Trainer) -> int:
    """Receive one job over `connection`, train, send progress and the result; the exit code.

    The driver holds the other end: when it closes, however the driver ended, so does this process.
    """
    try:
        spec = json.loads(connection.recv_bytes())
        told = _Told(connection)
        threading.Thread(target=told.listen, daemon=True).start()
        ended = train(trainer, spec, told.progress)
        sys.stderr.write(ended.pop("traceback", ""))  # the workers' log, for whoever looks closer
        send(connection, ended)
    except (EOFError, OSError):  # the driver is gone, and with it whoever wants to know
        return 1
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def send(connection: Connection, message: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode("utf-8"))


class _Told:
    """A child's talk with the driver while it trains."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stop = threading.Event()
        self._spoke = time.monotonic()

    def progress(self, state: dict[str, Any]) -> bool:
        """Tell the driver; False once it has asked to stop."""
        now = time.monotonic()
        if "step" not in state or now - self._spoke >= _BEAT_SECONDS:
            send(self._connection, {"progress": state})
            self._spoke = now
        return not self._stop.is_set()

    def listen(self) -> None:
        """Hear that the driver wants a stop, or end with it; nothing else is sent after the job."""
        try:
            while True:
                if self._connection.recv_bytes() == STOP:
                    self._stop.set()
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
