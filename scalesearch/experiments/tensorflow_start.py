"""Loading TensorFlow without its start-up chatter."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

from scalesearch.errors import ScaleSearchError

STDERR = 2


@contextlib.contextmanager
def chatter_held_back() -> Iterator[None]:
    """Hold back what is written to standard error inside, and show it only if a fault leaves.

    Works on the file descriptor, since TensorFlow writes its notes from C++ before it looks at
    TF_CPP_MIN_LOG_LEVEL. Where that variable is 0 everything is shown.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0":
        yield
        return
    sys.stderr.flush()
    shown = os.dup(STDERR)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), STDERR)
        try:
            yield
        except ScaleSearchError:  # says all there is to say in its own words
            raise
        except BaseException:
            held.seek(0)
            os.write(shown, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(shown, STDERR)
            os.close(shown)
