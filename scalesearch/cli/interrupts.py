"""SIGINT, SIGTERM and SIGHUP while a command works: an orderly end, and how to insist."""

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHOW_CURSOR = b"\x1b[?25h"


class Interrupts:
    """Takes the signals for the length of a with block.

    The first one raises KeyboardInterrupt, or inside `orderly` only makes `wanted` true; a second
    one ends the process at once. Whatever is on disk is whole at any moment, so that loses nothing
    that was finished.
    """

    def __init__(self) -> None:
        self._received: int | None = None
        self._orderly = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            # A command started by nohup or in the background has them ignored, and keeps it so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wanted(self) -> bool:
        """Whether an end was asked for."""
        return self._received is not None

    @property
    def exit_code(self) -> int:
        """As shells have it: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP."""
        return 128 + (self._received or signal.SIGINT)

    @contextlib.contextmanager
    def orderly(self) -> Iterator[None]:
        """Inside, the first signal interrupts nothing: the work itself looks at `wanted`."""
        self._orderly = True
        try:
            yield
        finally:
            self._orderly = False

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._received is not None:
            if os.isatty(2):
                os.write(2, _SHOW_CURSOR)
            os._exit(128 + number)
        self._received = number
        if not self._orderly:
            raise KeyboardInterrupt
