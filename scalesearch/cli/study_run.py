"""How a command runs a study: what it shows meanwhile, and how a signal ends it."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from scalesearch.cli.command_line import command_line
from scalesearch.cli.interrupts import Interrupts
from scalesearch.cli.live import display
from scalesearch.cli.render import note
from scalesearch.experiments.executor_choice import usual_executor
from scalesearch.experiments.run_options import RunOptions
from scalesearch.experiments.study_names import checked_name
from scalesearch.search.events import Event, Said
from scalesearch.search.interruption import Interrupted


def run_options(
    context: typer.Context,
    results: Path,
    study: str,
    workers: int | None,
    threads: int,
    retry_failed: bool,
    calibrate: bool,
) -> RunOptions:
    """How the study of that name is run; its executor is the context's, where that has one.

    Raises StudyError for a name that cannot be a folder's.
    """
    return RunOptions(
        results / checked_name(study),
        workers,
        threads,
        retry_failed,
        calibrate,
        command_line(),
        executors=context.obj or usual_executor,
        on_event=_told,
    )


def _told(event: Event) -> None:
    """Show what is told of a study that is not run yet."""
    if isinstance(event, Said):
        note(event.text)


@contextlib.contextmanager
def shown(options: RunOptions, lines: Sequence[str] = ()) -> Iterator[RunOptions]:
    """The options of a study whose events are shown, and which signals stop.

    SIGINT, SIGTERM and SIGHUP end the block by typer.Exit with 130, 143 or 129, after a sentence on
    how to go on. `lines` say what will be done.
    """
    with Interrupts() as interrupts:
        try:
            with display(lines) as on_event:
                yield replace(options, on_event=on_event, stop=interrupts)
        except (KeyboardInterrupt, Interrupted):
            note(
                "\nInterrupted. Nothing finished is lost, and what was under way goes on from "
                f"there: run the same command again{_done(options.folder)}."
            )
            raise typer.Exit(interrupts.exit_code) from None


def _done(folder: Path) -> str:
    """How many trainings a study has, in brackets, if it is there to tell."""
    from scalesearch.errors import StudyError
    from scalesearch.studies.study import read_records

    try:
        count = len(read_records(folder))
    except StudyError:
        return ""
    return f" ({count} {'training is' if count == 1 else 'trainings are'} done)"
