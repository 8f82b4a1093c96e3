"""Memory that a process has freed, given back to the system."""

import contextlib
import ctypes


def give_back() -> None:
    """Return freed memory to the system, where the C library can (glibc).

    Trainings run with an allocator that keeps it for the next step (`cli.running.environment`).
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
