"""What reading something gives: a value, or the sentence that it was refused with."""

from collections.abc import Callable
from typing import Any

import typer

from scalesearch.errors import ScaleSearchError


def tried(read: Callable[..., Any], *given: Any) -> tuple[Any, str]:
    """The value and "", or None and why it was refused. Any other exception is a fault."""
    try:
        return read(*given), ""
    except (ScaleSearchError, typer.BadParameter) as error:
        said = error.message if isinstance(error, typer.BadParameter) else str(error)
    assert said.strip()
    return None, said
