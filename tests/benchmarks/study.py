"""`study`: what a search of many candidates costs beside its trainings: commits, opening, memory.

A fake trainer answers at once, so all that is measured is the driver and the study. The peer of a
commit is one row in a bare SQLite table with one commit; of opening, Optuna's loading of trials.
"""

import contextlib
import hashlib
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scalesearch.core.tasks import BASELINE, CANDIDATE, Task
from scalesearch.executors.executor import SerialExecutor
from scalesearch.search.driver import train_all
from scalesearch.search.events import Event, Finished
from scalesearch.studies.study import open_study

from . import records

COMMIT_LIMIT_MS = 20.0
OPEN_LIMIT_S = 2.0
LAST = 200  # commits of which the median is taken


def run(out: Path, sizes: tuple[int, ...]) -> str:
    """Measure, write the tables, return the page."""
    rows = [_row(size) for size in sizes]
    last = rows[-1]
    lines = [
        f"With {last['trials']:,} trials in the study a result is on disk {last['commit_ms']:.1f} "
        f"ms after it is handed over (median of {LAST}; a bare SQLite row with one commit beside "
        f"it: {last['sqlite_ms']:.1f} ms). Aim: under {COMMIT_LIMIT_MS:g} ms.",
        f"The study is opened, and what is left is known, in {last['open_s']:.2f} s (loading the "
        f"trials through Optuna: {last['optuna_load_s']:.2f} s). Aim: under {OPEN_LIMIT_S:g} s.",
        "`overhead_ms` is the wall time of a trial, with a trainer that answers at once; "
        "`memory_mb` the peak of the driver, all its libraries included.",
    ]
    return records.write(
        out, "study", "A study of many trials", lines, [records.Table("", "Sizes of study", rows)]
    )


def _row(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name) / "study"
        marks: list[float] = []

        def note(event: Event) -> None:
            if isinstance(event, Finished):
                marks.append(time.perf_counter())

        begun = time.perf_counter()
        with contextlib.closing(open_study(folder, {})) as study:
            train_all(study, tasks(size), SerialExecutor(answer), "search", note)
        whole = time.perf_counter() - begun
        opened = _seconds(lambda: _left(folder, size))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        loaded = _in_another_process(folder)
        return {
            "trials": size,
            "commit_ms": round(1000 * _commits(folder, size), 2),
            "sqlite_ms": round(1000 * _bare_commits(Path(name) / "bare.db"), 2),
            "open_s": round(opened, 3),
            "optuna_load_s": round(loaded, 3),
            "overhead_ms": round(1000 * whole / size, 2),
            "memory_mb": memory,
        }


def tasks(count: int, start: int = 0) -> list[Task]:
    """So many cells with one seed, the first of all the baseline."""
    return list(_tasks(count, start))


def _tasks(count: int, start: int) -> Iterator[Task]:
    for number in range(start, start + count):
        share = number / (start + count)
        yield Task(
            cell=hashlib.sha256(str(number).encode()).hexdigest()[:16],
            seed=0,
            alpha=1.0 + share / 2,
            beta=1.1,
            gamma=1.1,
            attributes={
                "names": f"candidate {number}",
                "role": CANDIDATE if number else BASELINE,
                "macs": 800_000_000 + 40_000_000 * (number % 9),
                "params": 5_000_000,
                "acts": 6_000_000,
                "counted_ratio": 2.0 + 0.2 * (number % 9),
                "proxy_macs": 1_000_000 + number % 7,
            },
            spec={"number": number, "recipe": {"epochs": 1}},
        )


def answer(spec: dict[str, Any], progress: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """A training that takes no time."""
    top1 = 0.5 + (spec["number"] * 7919 % 1000) / 4000
    return {"top1": top1, "loss": 1.0, "epochs": 1, "seconds": 0.1, "images_per_second": 100.0}


def _commits(folder: Path, size: int) -> float:
    """Median seconds from an outcome at hand to its row on disk."""
    from scalesearch.executors.executor import outcome_from

    times = []
    with contextlib.closing(open_study(folder, {})) as study:
        for task in tasks(LAST, start=size):
            outcome = outcome_from({"result": answer(task.spec, print)})
            times.append(_seconds(lambda: study.record(task, outcome)))  # noqa: B023  # called at once
    return statistics.median(times)


def _bare_commits(path: Path) -> float:
    times = []
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("create table results (cell text, row text)")
        for number in range(LAST):
            begun = time.perf_counter()
            with database:
                database.execute("insert into results values (?, ?)", (str(number), "x" * 1000))
            times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _left(folder: Path, size: int) -> None:
    with contextlib.closing(open_study(folder, {})) as study:
        finished = study.finished()
        assert not [task for task in tasks(size) if task.key not in finished]


def _in_another_process(folder: Path) -> float:
    """Seconds that Optuna itself takes, whose trials shall not count as the driver's memory."""
    code = (
        "import optuna, sys, time; begun = time.perf_counter(); "
        "assert optuna.load_study(study_name=sys.argv[1], storage=sys.argv[2]).trials; "
        "print(time.perf_counter() - begun)"
    )
    command = [sys.executable, "-c", code, folder.name, f"sqlite:///{folder / 'study.db'}"]
    return float(subprocess.check_output(command, text=True))


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun
