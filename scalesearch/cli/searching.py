"""Runs a search: lock, data, workers, driver, and what is written when it ends."""

import os
import shlex
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import typer

from scalesearch.cli.measured_file import Measured, write_measured
from scalesearch.cli.names import checked_name
from scalesearch.cli.planned import summary
from scalesearch.cli.planning import Search
from scalesearch.cli.proxies import data_key
from scalesearch.cli.render import note, print_json, say
from scalesearch.passwords import without_passwords
from scalesearch.report.references import ReferencesInfo
from scalesearch.search.lock import acquire
from scalesearch.search.settings import prepare_folder

SEEDS_APART = 1000
"""Training seeds of search seed s are 1000 s, 1000 s + 1, ..."""
DATA = ".data"
"""Folder under the results that holds prepared images, shared by all studies."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a search is run here; none of it changes what comes out."""

    study: str
    results: Path
    workers: int | None
    threads: int
    seed: int
    json: bool
    references: ReferencesInfo | None = None
    """Published networks to show beside the result."""
    measured: Measured | None = None
    """What a limit was held against; kept with the study."""


def run_search(search: Search, run: Run) -> None:
    """Search, or go on with a search, and write its results.

    What can be refused is refused before TensorFlow is loaded. Raises StudyError, DataError.
    """
    folder = run.results / checked_name(run.study)
    prepare_folder(folder, search.settings)
    lock = acquire(folder)
    if run.measured:
        write_measured(search.plan, run.measured, folder)
    for line in summary(search):
        note(line)

    from scalesearch.cli.live import display
    from scalesearch.cli.outcome import write_outcome
    from scalesearch.proxy.data.preparing import prepared
    from scalesearch.search.driver import Finals
    from scalesearch.search.driver import run as drive
    from scalesearch.search.planned import Training, tasks
    from scalesearch.search.processes import ProcessExecutor
    from scalesearch.search.study import open_study

    with closing(open_study(folder, search.settings, lock)) as study:
        executor = ProcessExecutor(
            "scalesearch.proxy.worker:train",
            workers=run.workers or cores(),
            environment=environment(run.threads),
            log=folder / "workers.log",
        )
        with closing(executor):
            images = prepared(search.data, run.results / DATA)
            training = Training(
                search.profile.recipe, data_key(search.data, search.facts), str(images.path)
            )
            first = run.seed * SEEDS_APART
            middle = first + search.profile.search_seeds
            plan = tasks(search.plan, training, range(first, middle))
            finals = Finals(
                search.profile.finalists,
                tuple(range(middle, first + search.profile.final_seeds)),
            )
            try:
                with display() as on_event:
                    result = drive(study, plan, executor, finals, on_event)
            except KeyboardInterrupt:
                note(
                    f"\nInterrupted. Nothing finished is lost: the same command goes on from here "
                    f"({len(study.finished())} trainings are done)."
                )
                raise typer.Exit(130) from None
        answer = write_outcome(
            search, result, study.records(), folder, command_line(), run.references
        )
    if run.json:
        print_json(answer.json)
    else:
        say(answer.text)


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(threads: int) -> dict[str, str]:
    """What a worker's environment must hold before TensorFlow is imported."""
    count = str(threads)
    return {
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    }


def command_line() -> str:
    """This command, as it would be typed; passwords in URLs left out."""
    return shlex.join(["scalesearch", *map(without_passwords, sys.argv[1:])])
