"""What is shown while a search runs: one live line in a terminal, plain lines elsewhere."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from scalesearch.cli.render import note
from scalesearch.search.events import Event, Finished, Phase, Standing, Started


@contextlib.contextmanager
def display() -> Iterator[Callable[[Event], None]]:
    """A function that takes the driver's events and shows them on standard error."""
    if not sys.stderr.isatty():
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
                description=f"{standing.done} of {standing.total} trainings",
                left=_left(standing),
                best=_best(standing),
            )
            if isinstance(event, Finished):
                progress.console.print(_line(event), markup=False, highlight=False)

        yield show


def _plain(event: Event) -> None:
    if isinstance(event, Phase):
        note(
            f"{event.name}: {event.tasks} trainings, {event.finished} of them done before"
            if event.finished
            else f"{event.name}: {event.tasks} trainings"
        )
    elif isinstance(event, Finished):
        note(f"{_line(event)}  {_left(event.standing)}".rstrip())
    elif isinstance(event, Started) and event.standing.done == 0 and event.standing.left is None:
        pass


def _line(event: Finished) -> str:
    task, outcome, standing = event.task, event.outcome, event.standing
    names = task.attributes["names"]
    head = f"[{standing.done}/{standing.total}] {names}, seed {task.seed}:"
    if outcome.top1 is None:
        return f"{head} failed: {outcome.reason}"
    return f"{head} {outcome.top1:.1%} top-1 in {outcome.seconds:.0f} s"


def _left(standing: Standing) -> str:
    if standing.left is None or standing.done >= standing.total:
        return ""
    minutes, seconds = divmod(round(standing.left), 60)
    return f"about {minutes} min {seconds:02d} s left" if minutes else f"about {seconds} s left"


def _best(standing: Standing) -> str:
    return f"best {standing.best.mean:.1%}" if standing.best else ""
