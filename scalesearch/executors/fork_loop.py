"""The life of a fork server: import, then fork a child for every command until the driver is gone.

The two ends speak over one socket: one way the number of a child to fork, with its end of the pipe
to the driver attached; the other way lines of JSON: {"ready"}, {"broken"}, {"started"}, {"ended"}.
When the driver's end closes, the server kills its children and ends.
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import struct
import sys
from multiprocessing.connection import Connection
from typing import Any

from scalesearch.core.tasks import Trainer
from scalesearch.executors.fork_child import describe, load_trainer, serve

COMMAND = struct.Struct("=Q")  # the child's number


def main(job: dict[str, Any]) -> None:
    """Be the fork server that `job` describes: path, control, trainer, given.

    Where something is given to the trainer's maker, it is JSON on standard input.
    """
    control = socket.socket(fileno=job["control"])
    try:
        given = json.load(sys.stdin.buffer) if job["given"] else None
        trainer = load_trainer(job["trainer"], given)
    except BaseException as error:
        _tell(control, {"broken": describe(error)})
        raise
    gc.collect()
    gc.freeze()  # children share what was imported rather than copy it at their first collection
    with contextlib.suppress(BrokenPipeError):
        _tell(control, {"ready": os.getpid()})
        _Server(control, trainer).run()


class _Server:
    def __init__(self, control: socket.socket, trainer: Trainer) -> None:
        self._control = control
        self._trainer = trainer
        self._children: dict[int, int] = {}  # number by process id
        self._woken, self._wake = os.pipe()
        for end in (self._woken, self._wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only the wake-up below is wanted
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            try:
                while True:
                    ready = {key.fileobj for key, _ in selector.select()}
                    if self._woken in ready:
                        os.read(self._woken, 4096)
                        self._reap()
                    if self._control in ready and not self._obey(selector):
                        return
            finally:
                for pid in self._children:
                    os.kill(pid, signal.SIGKILL)

    def _obey(self, selector: selectors.BaseSelector) -> bool:
        """Read one command and do it; False once the driver is gone."""
        try:
            command, descriptors, _, _ = socket.recv_fds(
                self._control, COMMAND.size, 1, socket.MSG_WAITALL
            )
        except ConnectionResetError:
            return False
        if not command:
            return False
        [number] = COMMAND.unpack(command)
        self._fork(number, descriptors[0], selector)
        return True

    def _fork(self, number: int, descriptor: int, selector: selectors.BaseSelector) -> None:
        os.set_inheritable(descriptor, False)
        try:
            pid = os.fork()
        except OSError as error:
            os.close(descriptor)
            _tell(self._control, {"ended": number, "code": 1, "reason": describe(error)})
            return
        if pid == 0:
            code = 1
            try:
                self._become_child(selector)
                code = serve(Connection(descriptor), self._trainer)
            finally:
                with contextlib.suppress(OSError):  # a log on a full disk
                    sys.stdout.flush()
                    sys.stderr.flush()
                os._exit(code)
        os.close(descriptor)
        self._children[pid] = number
        _tell(self._control, {"started": number, "pid": pid})

    def _become_child(self, selector: selectors.BaseSelector) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        selector.close()
        self._control.close()
        os.close(self._woken)
        os.close(self._wake)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            number = self._children.pop(pid, None)
            if number is None:  # something that an imported library started
                continue
            code = os.waitstatus_to_exitcode(status)
            _tell(self._control, {"ended": number, "code": code})


def _tell(control: socket.socket, message: dict[str, Any]) -> None:
    control.sendall(json.dumps(message).encode("utf-8") + b"\n")
