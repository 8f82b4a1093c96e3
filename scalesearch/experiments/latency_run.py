"""A network run on this machine, in a process of its own: its speed and memory."""

import json
import subprocess
from typing import Any

from scalesearch.errors import ScaleSearchError, parameter
from scalesearch.surroundings import program


def measure_spec(spec: dict[str, Any], batch: int) -> dict[str, Any]:
    """Speed and memory of the network in `spec` (see `keras_models/latency.py`), built here.

    Raises ScaleSearchError where it cannot be run, such as for want of memory.
    """
    done = subprocess.run(
        **program("scalesearch.keras_models.latency"),
        input=json.dumps({**spec, "batch": batch}),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        told = done.stderr.strip().splitlines()
        why = told[-1] if told and done.returncode > 0 else "it was killed, likely out of memory"
        raise ScaleSearchError(
            f"The network could not be measured at a batch of {batch}: {why}.",
            remedy=_remedy(batch),
        )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    if "error" in answer:
        raise ScaleSearchError(
            f"The network could not be measured: {answer['error']}.", remedy=_remedy(batch)
        )
    return answer


def _remedy(batch: int) -> str:
    smaller = f"Try a smaller {parameter('batch')}, or" if batch > 1 else "End other programs, or"
    return f"{smaller} leave {parameter('measure')} out."
