"""Parameters by the names that the caller of a function knows them by."""

import contextlib
from collections.abc import Iterator, Mapping

from scalesearch.errors import ScaleSearchError


@contextlib.contextmanager
def told_as(names: Mapping[str, str]) -> Iterator[None]:
    """Inside, errors name parameters as the function does that was called."""
    try:
        yield
    except ScaleSearchError as error:
        told = error.renamed(names)
        raise told.with_traceback(error.__traceback__) from error.__cause__
