"""Standard error without the passwords that a URL in an option or a message may hold."""

import contextlib
from typing import Any, TextIO


class Discreet:
    """A text stream that writes to `stream` what `without_passwords` leaves of each piece.

    It has no `buffer`, so that nobody writes past it. What cannot be written is passed over: where
    the terminal was closed, the reader went away or the disk of a log is full, nobody is told
    anything any more, and a search goes on or ends in order all the same.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        from scalesearch.passwords import without_passwords  # a quiet command does not need it

        with contextlib.suppress(OSError):
            self._stream.write(without_passwords(text))
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":
            raise AttributeError(name)
        return getattr(self._stream, name)
