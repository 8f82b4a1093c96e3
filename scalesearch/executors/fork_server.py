"""A process that imports the heavy libraries once and forks the children that train.

The standard library's fork server has one instance a process, keeps quiet about modules that it
could not import, drops the driver's `sys.path`, runs `__main__` again in each child and blocks the
driver until its imports are done. This one does none of that, and is a session of its own, so that
an interrupt typed at the terminal reaches the driver alone. This is the driver's handle on it; its
own life is in fork_loop.py.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from scalesearch.errors import StudyError
from scalesearch.executors.fork_loop import COMMAND

_BOOT = (
    "import json, sys; job = json.loads(sys.argv[1]); sys.path[:] = job['path']; "
    "from scalesearch.surroundings import settle; settle(); "
    "from scalesearch.executors.fork_loop import main; main(job)"
)
_GRACE_SECONDS = 2.0


class ForkServer:
    """The driver's handle on a fork server. Starting one does not wait for its imports."""

    def __init__(
        self,
        trainer: str,
        environment: Mapping[str, str],
        log: Path | None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        job = {
            "path": sys.path,
            "control": theirs.fileno(),
            "trainer": trainer,
            "given": given is not None,
        }
        with theirs, contextlib.ExitStack() as stack:
            # A trainer that prints must not break a driver whose standard output is a document.
            try:
                output = stack.enter_context(open(log, "ab")) if log else 2
            except OSError as error:
                self._control.close()
                raise StudyError(f"{log} cannot be written: {error.strerror or error}.") from error
            inlet = stack.enter_context(_file_of(given)) if given is not None else None
            self._process = subprocess.Popen(
                # -P: before the path is set, a json.py of the current folder would be found.
                [sys.executable, "-P", "-c", _BOOT, json.dumps(job)],
                pass_fds=(theirs.fileno(),),
                env={**os.environ, **environment},
                stdin=inlet or subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._control.setblocking(False)
        self._heard = b""
        self.ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def fileno(self) -> int:
        return self._control.fileno()

    def fork(self, number: int, descriptor: int) -> None:
        """Ask for a child that talks over `descriptor`; BrokenPipeError if the server is gone."""
        socket.send_fds(self._control, [COMMAND.pack(number)], [descriptor])

    def hear(self) -> list[dict[str, Any]]:
        """What the server has said since; {"gone": exit code} comes last, once it has ended."""
        gone = False
        try:
            while not gone:
                piece = self._control.recv(65536)
                self._heard += piece
                gone = not piece
        except BlockingIOError:
            pass
        except OSError:
            gone = True
        *lines, self._heard = self._heard.split(b"\n")
        messages: list[dict[str, Any]] = [json.loads(line) for line in lines]
        self.ready = self.ready or any("ready" in message for message in messages)
        if gone:
            messages.append({"gone": self._process.wait()})
        return messages

    def close(self) -> None:
        """End the server and every child it has."""
        self._control.close()
        if not self.ready:  # it is importing and would not notice for seconds; it has no children
            self._process.kill()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _file_of(values: Mapping[str, Any]) -> IO[bytes]:
    """A nameless file that holds the values as JSON: they may be too long for an argument."""
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 # the caller closes it
        file.write(json.dumps(values).encode("utf-8"))
        file.seek(0)
    except OSError as error:
        raise StudyError(
            f"No temporary file can be written in {tempfile.gettempdir()}: "
            f"{error.strerror or error}."
        ) from error
    return file
