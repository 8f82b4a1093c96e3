"""Standard streams that never stop the work, and that show no password of a URL."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any, TextIO


class Steady:
    """A text stream that passes over what cannot be written to `stream`.

    Where the reader went away, the terminal was closed or the disk of a log is full, a search goes
    on and keeps what it finds. It has no `buffer`, so that nobody writes past it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None
        """The first error that was passed over, if any."""

    def write(self, text: str) -> int:
        with self._going_on():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._going_on():
            self._stream.flush()

    def give_up(self) -> None:
        """Write out what is buffered; what cannot be is dropped, or Python tries again."""
        try:
            self._stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    @contextlib.contextmanager
    def _going_on(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failure = self.failure or error

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self._stream, name)


class Discreet:
    """A text stream that writes to `stream` what `without_passwords` leaves of each piece."""

    def __init__(self, stream: Steady) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        from scalesearch.core.passwords import without_passwords  # a quiet command does not need it

        self._stream.write(without_passwords(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
