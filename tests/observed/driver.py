"""The command line as it is, which also tells a harness where it stands.

`python -m tests.observed.driver grid ...`. Lines of JSON go to the descriptor FAULTS_TELL:
{"phase"}: enumeration, training, report; {"recorded"}: a row, or what was
reached at a cut, that the study has said it holds.
The trainer is the one that FAULTS_TRAINER names.
"""

import functools
import inspect
import json
import os
import sys
from collections.abc import Callable
from typing import Any


def main() -> None:
    descriptor = int(os.environ["FAULTS_TELL"])

    def tell(**line: Any) -> None:
        os.write(descriptor, json.dumps(line).encode() + b"\n")

    from scalesearch.surroundings import settle

    settle()
    from scalesearch.cli import app

    install(tell, os.environ["FAULTS_TRAINER"])
    tell(phase="enumeration")
    app.main()


def at_cut(cell: str, until: float) -> str:
    """What a result is told as: its cell, and the cut that it was reached at, if it was one."""
    return cell if until == 1 else f"{cell} at {until}"


def _reached(outcome: Any) -> tuple[str, float | None]:
    return outcome.state, outcome.top1


def install(tell: Callable[..., None], trainer: str) -> None:
    """Have the driver's events told, and `trainer` train."""
    from scalesearch.executors import processes
    from scalesearch.search import driver
    from scalesearch.search.events import Finished, Phase

    executor, run = processes.ProcessExecutor, driver.run

    @functools.wraps(executor)
    def other_executor(_: str, *arguments: Any, **named: Any) -> Any:
        return executor(trainer, *arguments, **named)

    @functools.wraps(run)
    def telling(*arguments: Any, **named: Any) -> Any:
        call = inspect.signature(run).bind(*arguments, **named)
        shown = call.arguments.get("on_event", lambda event: None)

        def on_event(event: Any) -> None:
            if isinstance(event, Phase):
                tell(phase="training")
            if isinstance(event, Finished):
                task, outcome = event.task, event.outcome
                tell(recorded=[at_cut(task.cell, task.leg[1]), task.seed, *_reached(outcome)])
            shown(event)

        call.arguments["on_event"] = on_event
        result = run(*call.args, **call.kwargs)
        tell(phase="report")
        return result

    processes.ProcessExecutor = other_executor  # type: ignore[assignment, misc]
    driver.run = telling


if __name__ == "__main__":
    sys.argv[0] = "scalesearch"
    main()
