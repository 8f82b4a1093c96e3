"""What is shown while a search runs: one live line in a terminal, plain lines elsewhere."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scalesearch.cli.option_names import with_options
from scalesearch.cli.render import note
from scalesearch.core.quantities import duration
from scalesearch.core.tasks import Task
from scalesearch.search.events import (
    Event,
    Finished,
    Noted,
    Opened,
    Phase,
    Retried,
    Said,
    Standing,
    Step,
    Stopping,
)


@contextlib.contextmanager
def display(lines: Sequence[str] = ()) -> Iterator[Callable[[Event], None]]:
    """A function that takes a study's events and shows them on standard error.

    `lines` say what will be done; they are shown once nothing refuses the study.
    """
    with contextlib.ExitStack() as stack:
        step: Callable[[Step], None] = _Bar(stack).show if _is_live() else _plain

        def show(event: Event) -> None:
            match event:
                case Opened():
                    for line in lines:
                        note(line)
                case Said():
                    note(event.text)
                case _:
                    step(event)

        yield show


class _Bar:
    """A line that is drawn anew; it appears with the first step, and goes with the stack."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._phase = ""
        self._progress: Any = None
        self._bar: Any = None

    def show(self, step: Step) -> None:
        if self._progress is None:
            self._begin()
        standing = step.standing
        if isinstance(step, Phase):
            self._phase = step.name
        self._progress.update(
            self._bar,
            completed=standing.fraction,
            description=f"{self._phase}; {standing.done} of {_total(standing)} trainings",
            left=_left(standing),
            best=_best(standing),
        )
        if line := _line(step):
            self._progress.console.print(with_options(line), markup=False, highlight=False)

    def _begin(self) -> None:
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
        self._progress = self._stack.enter_context(Progress(*columns, console=Console(stderr=True)))
        self._bar = self._progress.add_task("loading TensorFlow", total=1.0, left="", best="")


def _is_live() -> bool:
    """Whether a line on standard error can be drawn anew.

    A notebook runs commands in a terminal that keeps every drawing of it, ten a second.
    """
    if "JPY_PARENT_PID" in os.environ or os.environ.get("TERM") in ("dumb", "unknown"):
        return False
    return sys.stderr.isatty()


def _plain(event: Step) -> None:
    if isinstance(event, Phase):
        note(
            f"{event.name}: {event.tasks} trainings, {event.finished} of them done before"
            if event.finished
            else f"{event.name}: {event.tasks} trainings"
        )
    elif line := _line(event):
        left = _left(event.standing) if isinstance(event, Finished) else ""
        note(f"{line}  {left}".rstrip())


def _line(event: Step) -> str:
    """What stays on the screen of an event; "" for one that only moves the bar."""
    match event:
        case Stopping():
            return (
                "Stopping: what runs ends after the step under way. Interrupt again to end at once."
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
    head = f"[{standing.done} of {_total(standing)}] {_named(event.task)}:"
    if outcome.top1 is None:
        return f"{head} failed: {outcome.reason}"
    return f"{head} {outcome.top1:.1%} top-1 in {outcome.seconds:.0f} s"


def _total(standing: Standing) -> str:
    """Trainings in all, as far as they are known."""
    return f"at most {standing.total}" if standing.at_most else str(standing.total)


def _left(standing: Standing) -> str:
    if standing.left is None or standing.done >= standing.total:
        return ""
    about = "at most" if standing.at_most else "about"
    return f"{about} {duration(standing.left)} left"


def _best(standing: Standing) -> str:
    return f"best {standing.best.mean:.1%}" if standing.best else ""
