"""Keras models with shapes and no weights: for counting, quick to make and of no memory."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import keras
from keras.src.backend.common import global_state

_WAITING = "uninitialized_variables"


@contextmanager
def weightless() -> Iterator[None]:
    """Variables made inside have shapes but no values, and never will have.

    A model made here can be counted, copied and drawn, but not called or trained. NASNetLarge takes
    no memory and about a second.
    """
    before = list(global_state.get_global_attribute(_WAITING, []))
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        # Keras keeps such variables to fill them when another scope ends: here nobody wants that.
        global_state.set_global_attribute(_WAITING, before)


def made_with(weights: bool) -> AbstractContextManager[None]:
    """Where a model is made with fresh weights, or with shapes alone."""
    return nullcontext() if weights else weightless()
