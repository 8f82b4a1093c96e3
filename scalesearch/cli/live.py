"""What is shown while a search runs: one live line in a terminal, plain lines elsewhere."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

from scalesearch.cli.render import note
from scalesearch.core.quantities import duration
from scalesearch.core.tasks import Task
from scalesearch.search.events import (
    Event,
    Finished,
    Halved,
    Noted,
    Phase,
    Retried,
    Standing,
    Stopping,
)


@contextlib.contextmanager
def display() -> Iterator[Callable[[Event], None]]:
    """A function that takes the driver's events and shows them on standard error."""
    if not _is_live():
        yield _plain
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.fields[best]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("loading TensorFlow", total=1.0, left="", best="")

        def show(event: Event) -> None:
            standing = event.standing
            progress.update(
                bar,
                completed=standing.fraction,
                description=f"{standing.done} of {standing.total} done",
                left=_left(standing),
                best=_best(standing),
            )
            if line := _line(event):
                progress.console.print(line, markup=False, highlight=False)

        yield show


def _is_live() -> bool:
    """Whether a line on standard error can be drawn anew.

    A notebook runs commands in a terminal that keeps every drawing of it, ten a second.
    """
    if "JPY_PARENT_PID" in os.environ or os.environ.get("TERM") in ("dumb", "unknown"):
        return False
    return sys.stderr.isatty()


def _plain(event: Event) -> None:
    if isinstance(event, Phase):
        note(
            f"{event.name}: {event.tasks} trainings, {event.finished} of them done before"
            if event.finished
            else f"{event.name}: {event.tasks} trainings"
        )
    elif line := _line(event):
        left = _left(event.standing) if isinstance(event, Finished) else ""
        note(f"{line}  {left}".rstrip())


def _line(event: Event) -> str:
    """What stays on the screen of an event; "" for one that only moves the bar."""
    match event:
        case Stopping():
            return (
                "Stopping: what runs ends after the step under way. Interrupt again to end at once."
            )
        case Halved():
            return (
                f"cut at {event.until:.4g} of the training: {event.going_on} of {event.candidates} "
                "candidates go on"
            )
        case Noted():
            return f"{_named(event.task)}: {event.text}."
        case Retried():
            return f"{_named(event.task)} failed and is tried again: {event.reason}"
        case Finished():
            return _outcome(event)
    return ""


def _named(task: Task) -> str:
    return f"{task.attributes['names']}, seed {task.seed}"


def _outcome(event: Finished) -> str:
    outcome, standing = event.outcome, event.standing
    head = f"[{standing.done}/{standing.total}] {_named(event.task)}:"
    if outcome.top1 is None:
        return f"{head} failed: {outcome.reason}"
    until = event.task.leg[1]
    at = f"at {until:.4g} of the training " if until < 1 else ""
    return f"{head} {at}{outcome.top1:.1%} top-1 in {outcome.seconds:.0f} s"


def _left(standing: Standing) -> str:
    if standing.left is None or standing.done >= standing.total:
        return ""
    return f"about {duration(standing.left)} left"


def _best(standing: Standing) -> str:
    return f"best {standing.best.mean:.1%}" if standing.best else ""
