"""Wall time of commands, each in a fresh process."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.places import ROOT

CHECKOUT = os.environ | {"PYTHONPATH": str(ROOT)}
"""An environment in which `python -m scalesearch` is this checkout, installed or not."""
INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
"""One in which a console script finds what is installed beside it."""


def seconds(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> float:
    """Wall time of one run in `folder`, its standard output thrown away. Raises if it fails."""
    start = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=dict(environment), check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def alternating(
    commands: Sequence[Sequence[str]], runs: int, environment: Mapping[str, str]
) -> list[list[float]]:
    """Wall times (command, run) in seconds, in an empty folder.

    One of each is run first, unmeasured. The commands take turns, and who goes first changes, so
    that all meet the same machine.
    """
    times: list[list[float]] = [[] for _ in commands]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for command in commands:
            seconds(command, folder, environment)
        for run in range(runs):
            order = range(len(commands)) if run % 2 == 0 else reversed(range(len(commands)))
            for index in order:
                times[index].append(seconds(commands[index], folder, environment))
    return times


def row(name: str, times: Sequence[float]) -> dict[str, object]:
    """Median, least and most of some wall times, in seconds."""
    return {
        "what": name,
        "median_seconds": round(statistics.median(times), 4),
        "least_seconds": round(min(times), 4),
        "most_seconds": round(max(times), 4),
        "runs": len(times),
    }
