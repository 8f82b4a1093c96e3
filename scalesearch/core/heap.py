"""Memory that a process has freed, given back to the system."""

import contextlib
import ctypes


def give_back() -> None:
    """Return freed memory to the system, where the C library can (glibc).

    Trainings run with an allocator that keeps it for the next step (see
    `experiments.executor_choice.environment`).
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
